import type { CallRow, Event } from '../wire';
import type { Host, Link } from './host';

type Reply = (args: never) => unknown;

/** A host for tests: answers from a table, and keeps what it was asked. */
export function stubHost(replies: Record<string, Reply>) {
  const asked: { name: string; args: unknown }[] = [];
  const events = new Set<(event: Event) => void>();
  const links = new Set<(link: Link) => void>();
  const ask = async (name: string, args: unknown): Promise<never> => {
    asked.push({ name, args });
    const reply = replies[name];
    if (!reply) throw new Error(`nobody answers ${name}`);
    return (await reply(args as never)) as never;
  };
  const host: Host = {
    capabilities: {
      openFolder: false,
      chooseFolder: false,
      backUp: false,
      openFile: false,
      links: false,
      dragOut: null,
    },
    face: null,
    query: ask,
    mutate: ask,
    trigger: ask,
    onEvent: (hear) => (events.add(hear), () => events.delete(hear)),
    onLink: (hear) => (links.add(hear), () => links.delete(hear)),
    handOver: (file) => ask('handOver', file),
    saveRejected: (file) => ask('saveRejected', file),
    saveRejectedLeads: (file) => ask('saveRejectedLeads', file),
    copyNumber: (number) => ask('copyNumber', number),
    clearCopied: () => ask('clearCopied', null),
    openSound: (call, form) => ask('openSound', { call, form }),
  };
  return {
    host,
    /** How often a request was made. */
    count: (name: string) => asked.filter((one) => one.name === name).length,
    argsOf: (name: string) => asked.filter((one) => one.name === name).map((one) => one.args),
    tell: (event: Event) => events.forEach((hear) => hear(event)),
    tellLink: (link: Link) => links.forEach((hear) => hear(link)),
  };
}

/** A promise that a test settles when it likes. */
export function held<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}

/** A row as the engine would tell it, with what a test cares about changed. */
export function aRow(change: Partial<CallRow> = {}): CallRow {
  return {
    call: 'call-1',
    subid: null,
    state: 'accepted',
    status: null,
    tel_a: '13800006620',
    tel_x: null,
    tel_b: '13922104471',
    customer: null,
    at: 1_000,
    started_at: null,
    ended_at: null,
    duration: null,
    reason: null,
    code: null,
    recording: 'none',
    note: '',
    outcome: null,
    placed_here: true,
    recording_leaves_at: null,
    starred: false,
    by_hand: false,
    ...change,
  };
}
