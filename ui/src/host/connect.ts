import type { Host } from './host';

/** Finds out where the page runs, and loads the one transport it needs. */
export async function connect(): Promise<Host> {
  if (import.meta.env.DEV && asksForFake()) return (await import('./fake/fake')).fakeHost();
  if ('__TAURI_INTERNALS__' in window) return (await import('./tauri')).tauriHost();
  return (await import('./browser')).browserHost();
}

function asksForFake(): boolean {
  return import.meta.env['VITE_HOST'] === 'fake' || new URLSearchParams(location.search).has('fake');
}
