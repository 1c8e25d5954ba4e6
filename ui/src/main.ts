import { mount } from 'svelte';
import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import AppView from './App.svelte';
import { connect } from './host/connect';
import { App } from './state/app.svelte';

// The window on Linux searches its fonts by fontconfig before its first frame; tokens.css says what that costs.
if ('__TAURI_INTERNALS__' in window && navigator.userAgent.includes('Linux'))
  document.documentElement.dataset['fonts'] = 'generic';

const target = document.getElementById('app');
if (target) mount(AppView, { target, props: { app: new App(await connect()) } });
