import type { Fault, FaultCode } from '../wire';

/** Faults of the engine, and the two of the way to it. */
export type TroubleCode = FaultCode | 'host_lost' | 'host_locked';

export type Details = Record<string, string | number | boolean | null>;

/** What every failed request rejects with. */
export class Trouble extends Error {
  readonly code: TroubleCode;
  readonly details: Details;

  constructor(code: TroubleCode, message = '', details: Details = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Reads a fault out of anything thrown; what is none becomes `internal`. */
export function troubleOf(thrown: unknown): Trouble {
  if (thrown instanceof Trouble) return thrown;
  if (isFault(thrown)) return new Trouble(thrown.code, thrown.message, thrown.details ?? {});
  return new Trouble('internal', thrown instanceof Error ? thrown.message : '');
}

function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
}
