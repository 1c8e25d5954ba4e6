const HEIGHT = 44;
const LEAST = 3;

/** One path of upright bars, four units apart, centred; flat where there are no peaks. */
export function bars(peaks: number[], count: number): string {
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    const peak = Math.max(0, Math.min(1, peaks[i] ?? 0));
    const height = Math.max(LEAST, Math.round(peak * HEIGHT));
    parts.push(`M${i * 4 + 1} ${(HEIGHT - height) / 2}h2v${height}h-2z`);
  }
  return parts.join('');
}
