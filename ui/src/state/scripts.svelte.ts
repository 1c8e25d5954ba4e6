import type { Host } from '../host/host';
import type { Script, Scripts as Answer, ScriptId } from '../wire';

/** The scripts there are, and the one that is asked. */
export class Scripts {
  all = $state.raw<Script[]>([]);
  asked = $state<ScriptId | null>(null);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The script that is asked in every call. */
  get current(): Script | null {
    return this.all.find((script) => script.script === this.asked) ?? null;
  }

  /** The script of a list: its own, or the one of all calls. */
  of(list: { script: ScriptId | null } | null): Script | null {
    const own = this.all.find((script) => script.script === list?.script);
    return own ?? this.current;
  }

  async load(): Promise<void> {
    try {
      this.take(await this.#host.query('ScriptsQuery', {}));
    } catch {
      // The offline bar tells of a lost host; what was known stays.
    }
  }

  take(answer: Answer): void {
    this.all = answer.scripts;
    this.asked = answer.asked;
  }
}
