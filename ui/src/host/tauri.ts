import { convertFileSrc, invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { CallId, Event } from '../wire';
import { readFace } from './face';
import type { Form, Host, Sound } from './host';
import { Trouble, troubleOf } from './trouble';

/** The desktop window: requests by invoke, events on the one channel `bohao`. */
export function tauriHost(): Host {
  return {
    capabilities: {
      openFolder: true,
      chooseFolder: true,
      backUp: true,
      openFile: true,
      links: true,
      dragOut: null,
    },
    // The host put it there before the page began.
    face: readFace((window as { bohaoFace?: unknown }).bohaoFace),
    query: (name, args) => ask('query', name, args),
    mutate: (name, args) => ask('mutate', name, args),
    trigger: (name, args) => ask('trigger', name, args),
    onEvent(hear) {
      const listening = listen<Event>('bohao', (event) => hear(event.payload));
      // A link may have come before anybody listened, such as the one that started the program.
      void listening.then(
        () => hear({ event: 'link_arrived' }),
        () => undefined,
      );
      return () => void listening.then((stop) => stop());
    },
    // The engine lives in the window's own process: the link can't be lost.
    onLink: () => () => undefined,
    handOver: async (file) => ask('mutate', 'HandOver', { name: file.name, content: await base64(file) }),
    saveRejected: async (file, reading) => {
      await ask('trigger', 'SaveRejected', { file, reading });
    },
    saveRejectedLeads: async (file, reading) => {
      await ask('trigger', 'SaveRejectedLeads', { file, reading });
    },
    copyNumber: (number) => ask('trigger', 'CopyNumber', { number }),
    clearCopied: () => ask('trigger', 'ClearCopied', {}),
    openSound,
  };
}

async function ask<Answer>(verb: string, name: string, args: unknown): Promise<Answer> {
  try {
    return await invoke<Answer>(verb, { request: { name, args } });
  } catch (thrown) {
    throw troubleOf(thrown);
  }
}

/** The reader encodes natively, which a loop over millions of characters would not match. */
function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(new Trouble('internal'));
    reader.onload = () => {
      const address = String(reader.result);
      resolve(address.slice(address.indexOf(',') + 1));
    };
    reader.readAsDataURL(file);
  });
}

/**
 * WebKitGTK plays no media from a custom scheme, so the bytes are fetched and played as a blob on
 * every system alike.
 */
async function openSound(call: CallId, form: Form): Promise<Sound> {
  const address = convertFileSrc(call, 'recording') + (form === 'wav' ? '?as=wav' : '');
  const answer = await fetch(address).catch(() => null);
  if (answer?.status === 415) throw new Trouble('unreadable_file');
  if (answer?.status === 507) throw new Trouble('disk_full');
  if (!answer?.ok) throw new Trouble('recording_unavailable');
  const url = URL.createObjectURL(await answer.blob());
  return { url, close: () => URL.revokeObjectURL(url) };
}
