import { browserHost } from './browser';
import type { Host } from './host';
import { tauriHost } from './tauri';

/** Finds out where the page runs. Both transports are small: loading one later would cost the first frame. */
export async function connect(): Promise<Host> {
  if (import.meta.env.DEV && asksForFake()) return (await import('./fake/fake')).fakeHost();
  return '__TAURI_INTERNALS__' in window ? tauriHost() : browserHost();
}

function asksForFake(): boolean {
  return import.meta.env['VITE_HOST'] === 'fake' || new URLSearchParams(location.search).has('fake');
}
