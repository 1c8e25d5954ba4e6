import { join } from 'node:path';
import { folder, run, start, type Program } from './programs';

export const APP_KEY = 'e2e-app-key-93f1c07b';
export const APP_SECRET = 'e2e-app-secret-5d20ae64';

/** What stands outside a desk: a platform and a relay, as processes of their own. */
export interface Station extends AsyncDisposable {
  platformUrl: string;
  relayUrl: string;
  pairing: string;
  pushUrl: string;
  readToken: string;
  platform: Program;
  /** Ends the relay without a chance to tidy up. */
  killRelay(): Promise<void>;
  /** Starts it again where it was. */
  startRelay(): Promise<void>;
  /** Lets the platform do this wrong once. */
  arm(fault: string): Promise<void>;
  /** How often this pair of numbers was really rung. */
  rings(telB: string): Promise<number>;
}

/** `more` is said to the platform when it starts. */
export async function station(more: string[] = []): Promise<Station> {
  const place = await folder();
  const database = join(place.path, 'relay.db');
  const serve = (listen: string) => start('relay', ['serve', '--database', database, '--listen', listen]);
  const platform = await start('sandbox', [
    ...['serve', '--listen', '127.0.0.1:0'],
    ...['--app-key', APP_KEY, '--app-secret', APP_SECRET],
    ...more,
  ]);
  let relay = await serve('127.0.0.1:0');
  const [platformUrl, relayUrl] = [addressIn(platform.line), addressIn(relay.line)];
  const seat = JSON.parse(
    await run('relay', [
      ...['seat', 'add', 'zhang-san', '--json'],
      ...['--database', database, '--public-url', relayUrl],
    ]),
  ) as { push_url: string; read_token: string; pairing: string };
  return {
    platformUrl,
    relayUrl,
    pairing: seat.pairing,
    pushUrl: seat.push_url,
    readToken: seat.read_token,
    platform,
    killRelay: () => relay.end('SIGKILL'),
    async startRelay() {
      relay = await serve(new URL(relayUrl).host);
    },
    async arm(fault) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ fault });
      const armed = await fetch(`${platformUrl}/sandbox/faults`, { method: 'POST', headers, body });
      if (!armed.ok) throw new Error(`${fault}: ${await armed.text()}`);
    },
    async rings(telB) {
      const answer = await fetch(`${platformUrl}/sandbox/calls`);
      const { rings } = (await answer.json()) as { rings: { tel_b: string; rings: number }[] };
      return rings.find((pair) => pair.tel_b === telB)?.rings ?? 0;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([platform.end(), relay.end()]);
      await place[Symbol.asyncDispose]();
    },
  };
}

function addressIn(line: string): string {
  const address = /http:\/\/\S+/.exec(line)?.[0];
  if (!address) throw new Error(`no address in "${line}"`);
  return address;
}
