/** The parts of a page that matter here, so that a test needs no browser. */
interface Place {
  querySelector: (selector: string) => unknown;
  activeElement: { matches: (selector: string) => boolean; value?: unknown } | null;
}

/** What is searched for stays when another screen comes, and so does what the number line holds. */
const KEPT = '[data-testid="number-input"], [type="search"], [type="checkbox"], [type="radio"]';
const WRITTEN_INTO = `textarea, input:not(${KEPT})`;

/** Whether a dialog stands over the page: it alone hears keys then. */
export function isAsking(
  place: Pick<Place, 'querySelector'> | undefined = globalThis.document as Place | undefined,
): boolean {
  return Boolean(place?.querySelector('dialog[open]'));
}

/** Whether something is under way, outside of the number line, that another screen would take away. */
export function isWriting(place: Place | undefined = globalThis.document as Place | undefined): boolean {
  if (!place) return false;
  if (isAsking(place)) return true;
  const at = place.activeElement;
  return at !== null && at.matches(WRITTEN_INTO) && at.value !== '';
}

/** Takes every dialog away, as Esc would. */
export function shutDialogs(
  place: Pick<Document, 'querySelectorAll'> | undefined = globalThis.document,
): void {
  place?.querySelectorAll('dialog[open]').forEach((dialog) => dialog.dispatchEvent(new Event('cancel')));
}
