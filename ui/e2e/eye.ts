import type { Page } from 'playwright-core';

/** So many digits of a number in a row are not hidden. */
const ROW = 8;

/** Whether a text holds any of these numbers, with whatever stands between its digits. */
export function holds(text: string, numbers: readonly string[]): boolean {
  const bare = text.replace(/(?<=\d)[\s\-.()]+(?=\d)/g, '');
  return rows(numbers).some((row) => bare.includes(row));
}

/**
 * Looks at a page after each of its changes, from its next load on, and keeps wherever it showed one of these
 * numbers: texts, attributes, the title, and fields that nobody is writing in. What a user types into
 * a number line or a search is there for the user to read.
 */
export async function watchFor(page: Page, numbers: readonly string[]): Promise<() => Promise<string[]>> {
  await page.addInitScript(look, rows(numbers));
  await page.reload();
  return () => page.evaluate(() => (globalThis as unknown as { leaks: () => string[] }).leaks());
}

function rows(numbers: readonly string[]): string[] {
  return numbers.flatMap((number) =>
    Array.from({ length: number.length - ROW + 1 }, (_, at) => number.slice(at, at + ROW)),
  );
}

/** Runs in the page. */
function look(rows: string[]): void {
  const TYPED = '[data-testid="number-input"], [type="search"], [inputmode="search"], [inputmode="tel"]';
  const found = new Set<string>();
  const see = (where: string, text: string) => {
    const bare = text.replace(/(?<=\d)[\s\-.()]+(?=\d)/g, '');
    const row = rows.find((row) => bare.includes(row));
    if (!row) return;
    const at = bare.indexOf(row);
    found.add(`${where}: …${bare.slice(Math.max(0, at - 20), at + 20)}…`);
  };
  const all = () => {
    see('title', document.title);
    see('text', document.body.textContent);
    for (const element of document.querySelectorAll('*')) {
      const name = `<${element.tagName.toLowerCase()} ${element.getAttribute('data-testid') ?? ''}>`;
      for (const { name: attribute, value } of element.attributes) see(`${name} ${attribute}`, value);
      const field = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
      if (field && element !== document.activeElement && !element.matches(TYPED)) see(name, element.value);
    }
  };
  const eye = new MutationObserver(() => document.body && all());
  eye.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  Object.assign(globalThis, { leaks: () => (all(), [...found]) });
}
