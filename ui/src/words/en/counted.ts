/** A count with its noun, which English bends: `1 call`, `0 calls`, `1,204 calls`. */
export function counted(n: string | number, noun: string): string {
  return String(n) === '1' ? `1 ${noun}` : `${n} ${noun}s`;
}
