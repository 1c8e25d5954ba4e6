import type { CallId, StagedFile } from '../wire';
import { PageClipboard } from './clipboard';
import { Stream } from './stream';
import type { Form, Host, Sound } from './host';
import { Trouble, troubleOf } from './trouble';

/** The page that `bohao-cli serve` hands out: requests by fetch, events by EventSource. */
export function browserHost(): Host {
  const stream = new Stream('/api/events', () => probe());
  const clipboard = new PageClipboard();
  // Whoever closes the page leaves no number behind, if the browser takes the request along.
  globalThis.addEventListener('pagehide', () => void clipboard.clear());
  /** Notes on the way whether the engine can still be reached. */
  const seen = async <Answer>(request: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await request();
    } catch (thrown) {
      const trouble = troubleOf(thrown);
      if (trouble.code === 'host_lost') stream.lose();
      if (trouble.code === 'host_locked') stream.lock();
      throw trouble;
    }
  };
  const ask = <Answer>(verb: string, name: string, args: unknown): Promise<Answer> =>
    seen(() => post<Answer>(verb, name, args));
  return {
    capabilities: {
      openFolder: false,
      chooseFolder: false,
      backUp: false,
      openFile: false,
      links: false,
      // Chromium and its kin take an address that is dropped on a folder for a download.
      dragOut: 'chrome' in globalThis ? 'download' : null,
    },
    face: null,
    query: (name, args) => ask('query', name, args),
    mutate: (name, args) => ask('mutate', name, args),
    trigger: (name, args) => ask('trigger', name, args),
    onEvent: (hear) => stream.onEvent(hear),
    onLink: (hear) => stream.onLink(hear),
    handOver: (file) =>
      seen(() =>
        send<StagedFile>(`/api/import?name=${encodeURIComponent(file.name)}`, { method: 'PUT', body: file }),
      ),
    saveRejected: async (file, reading) => fetchRejected(file, 'rejected', reading),
    saveRejectedLeads: async (file, reading) => fetchRejected(file, 'rejected-leads', reading),
    copyNumber: (number) => clipboard.copy(number),
    clearCopied: () => clipboard.clear(),
    openSound,
  };
}

/** The browser saves what it is given as an attachment, where it saves everything. */
function fetchRejected(file: string, what: string, reading: object): void {
  const lang = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';
  const how = new URLSearchParams({ reading: JSON.stringify(reading), lang });
  const link = document.createElement('a');
  link.href = `/api/import/${encodeURIComponent(file)}/${what}?${how}`;
  link.download = '';
  link.click();
}

async function openSound(call: CallId, form: Form): Promise<Sound> {
  const sound = { url: `/api/recording/${encodeURIComponent(call)}`, close: () => undefined };
  if (form === 'as_saved') return sound;
  const url = `${sound.url}?as=wav`;
  // It is decoded when it is asked for first; an audio element could not tell why it was not.
  const answer = await fetch(url, { headers: { range: 'bytes=0-0' } }).catch(() => {
    throw new Trouble('host_lost');
  });
  if (answer.status === 401) throw new Trouble('host_locked');
  if (!answer.ok) throw troubleOf(await answer.json().catch(() => null));
  return { ...sound, url };
}

/** An EventSource does not tell a closed door from an absent server; a question does. */
async function probe(): Promise<'up' | 'down' | 'locked'> {
  try {
    await post('query', 'SettingsQuery', {});
    return 'up';
  } catch (thrown) {
    const { code } = troubleOf(thrown);
    if (code === 'host_lost') return 'down';
    return code === 'host_locked' ? 'locked' : 'up';
  }
}

function post<Answer>(verb: string, name: string, args: unknown): Promise<Answer> {
  return send(`/api/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, args }),
  });
}

async function send<Answer>(address: string, request: RequestInit): Promise<Answer> {
  const answer = await fetch(address, request).catch(() => {
    throw new Trouble('host_lost');
  });
  if (answer.status === 401) throw new Trouble('host_locked');
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw body === null ? new Trouble('host_lost') : troubleOf(body);
  return body as Answer;
}
