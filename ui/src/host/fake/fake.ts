import { PageClipboard } from '../clipboard';
import type { Host, Link } from '../host';
import { calls } from './calls';
import { custody } from './custody';
import { deleting } from './deleting';
import { settings } from './settings';
import { dialing } from './dialing';
import { doNotCall } from './do-not-call';
import { examination } from './examination';
import { exporting } from './export';
import { followUps } from './follow-ups';
import { listening } from './listening';
import { lists } from './lists';
import { outcomes } from './outcomes';
import { people } from './people';
import { importing } from './importing';
import { links } from './links';
import { pause, type Whole } from './part';
import { reports } from './reports';
import { Scene } from './scene';
import { tone } from './tone';

/** A desk in memory, for development and tests; `?fake=first_run,en,dark,empty,slow` sets the scene. */
export function fakeHost(
  words = new URLSearchParams(globalThis.location?.search ?? '').get('fake') ?? '',
): Host {
  const scene = new Scene(words);
  const clipboard = new PageClipboard();
  const hearers = new Set<(link: Link) => void>();
  const parts = {
    settings: settings(scene),
    dialing: dialing(scene),
    calls: calls(scene),
    outcomes: outcomes(scene),
    people: people(scene),
    custody: custody(scene),
    doNotCall: doNotCall(scene),
    deleting: deleting(scene),
    examination: examination(),
    exporting: exporting(scene),
    followUps: followUps(scene),
    listening: listening(scene),
    importing: importing(scene),
    lists: lists(scene),
    links: links(scene),
    reports: reports(scene),
  };
  const queries: Whole<'query'> = {
    ...parts.settings.queries,
    ...parts.dialing.queries,
    ...parts.calls.queries,
    ...parts.outcomes.queries,
    ...parts.people.queries,
    ...parts.custody.queries,
    ...parts.doNotCall.queries,
    ...parts.deleting.queries,
    ...parts.examination.queries,
    ...parts.exporting.queries,
    ...parts.followUps.queries,
    ...parts.listening.queries,
    ...parts.importing.queries,
    ...parts.lists.queries,
    ...parts.reports.queries,
  };
  const mutations: Whole<'mutate'> = {
    ...parts.settings.mutations,
    ...parts.dialing.mutations,
    ...parts.calls.mutations,
    ...parts.exporting.mutations,
    ...parts.followUps.mutations,
    ...parts.listening.mutations,
    ...parts.outcomes.mutations,
    ...parts.people.mutations,
    ...parts.importing.mutations,
    ...parts.lists.mutations,
    ...parts.custody.mutations,
    ...parts.doNotCall.mutations,
    ...parts.deleting.mutations,
  };
  const triggers: Whole<'trigger'> = {
    SaveRecording: () => ({ outcome: 'saved', path: 'D:\\客户录音\\04202611211352047781.wav' }),
    OpenRecordingsFolder: () => ({ outcome: 'done' }),
    ChooseRecordingsFolder: () => ({ outcome: 'chosen', path: 'E:\\客户录音' }),
    ...parts.settings.triggers,
    ...parts.doNotCall.triggers,
    ...parts.exporting.triggers,
    ...parts.followUps.triggers,
    ...parts.importing.triggers,
    SaveRejectedLeads: () => ({ outcome: 'done' }),
    ExportList: () => ({
      outcome: 'saved',
      path: 'D:\\客户\\名单结果_2026-11-21.xlsx',
      rows: 480,
      recordings: null,
    }),
    ...parts.links.triggers,
    ...parts.reports.triggers,
  };
  const answer = async (table: object, name: string, args: unknown) => {
    if (scene.words.has('slow')) await pause(1500);
    const reply = (table as Record<string, (args: unknown) => unknown>)[name];
    return structuredClone(await reply?.(args));
  };

  if (scene.words.has('offline')) setTimeout(() => hearers.forEach((hear) => hear('down')), 300);
  return {
    capabilities: {
      openFolder: true,
      chooseFolder: true,
      backUp: true,
      openFile: true,
      links: true,
      dragOut: 'download',
    },
    face: null,
    query: (name, args) => answer(queries, name, args) as never,
    mutate: (name, args) => answer(mutations, name, args) as never,
    trigger: (name, args) => answer(triggers, name, args) as never,
    onEvent: (hear) => scene.onEvent(hear),
    onLink: (hear) => (hearers.add(hear), () => hearers.delete(hear)),
    handOver: async (file) => ({ file: 'file-1', name: file.name, bytes: file.size }),
    saveRejected: async () => undefined,
    saveRejectedLeads: async () => undefined,
    copyNumber: (number) => clipboard.copy(number),
    clearCopied: () => clipboard.clear(),
    openSound: async (call) => ({ url: tone(scene.find(call).duration ?? 1), close: () => undefined }),
  };
}
