import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Every number here is fictitious. */
export const OWN_NUMBER = '13800006620';

export interface Program {
  /** The first line on its stdout, which every server prints once it accepts. */
  readonly line: string;
  /** What it wrote to stderr so far. */
  readonly log: () => string;
  /** Ends it, without a chance to tidy up if `SIGKILL`, and resolves once it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>;
}

/** A folder that is gone at the end of `using`. */
export async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'bohao-e2e-'));
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5 });
  return { path, [Symbol.asyncDispose]: remove };
}

/** Starts `bohao-{name}` and waits for its first line. */
export async function start(name: string, args: string[], more: NodeJS.ProcessEnv = {}): Promise<Program> {
  const child = spawn(binary(name), args, { env: environment(more), stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const gone = new Promise<void>((done) => child.once('close', () => done()));
  const line = await new Promise<string>((done, fail) => {
    createInterface(child.stdout).once('line', done);
    child.once('error', fail);
    void gone.then(() => fail(new Error(`bohao-${name} ended before it accepted: ${log}`)));
  });
  return { line, log: () => log, end: (signal = 'SIGTERM') => end(child, gone, signal) };
}

/** Runs `bohao-{name}` to its good end and gives its stdout. */
export async function run(name: string, args: string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await promisify(execFile)(binary(name), args, { env: environment(more) });
  return stdout;
}

/** Runs `bohao-{name}` to whatever end it takes. */
export function runAnyway(name: string, args: string[]): Promise<{ code: number; stdout: string }> {
  return new Promise((done) => {
    const child = execFile(binary(name), args, { env: environment() }, (_, stdout) => {
      done({ code: child.exitCode ?? -1, stdout });
    });
  });
}

/** A port of the loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

function binary(name: string): string {
  const target = process.env['CARGO_TARGET_DIR'] ?? resolve(import.meta.dirname, '../../target');
  return join(target, 'debug', `bohao-${name}`);
}

/** Without a session bus there is no keyring, and without BOHAO_ variables no account. */
function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const foreign = (name: string) => name.startsWith('BOHAO_') || name === 'DBUS_SESSION_BUS_ADDRESS';
  const own = Object.entries(process.env).filter(([name]) => !foreign(name));
  return { ...Object.fromEntries(own), XDG_RUNTIME_DIR: '/nonexistent', NO_PROXY: '*', ...more };
}

async function end(child: ChildProcess, gone: Promise<void>, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal);
  await gone;
}
