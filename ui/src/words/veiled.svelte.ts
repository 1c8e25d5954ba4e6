import { grouped, masked, maskedText } from './mask';

/** Whether numbers are whole on screen, by the user's own choice: masked until that is known. */
let whole = $state(false);

export function showWhole(on: boolean): void {
  whole = on;
}

export function areWhole(): boolean {
  return whole;
}

/** Somebody's words as they may stand on screen: a note, a name, what the platform said. */
export function veiled(text: string): string {
  return whole ? text : maskedText(text);
}

/** A number in a line of plain text, where `<PhoneNumber>` can't stand. */
export function veiledNumber(number: string): string {
  return whole ? grouped(number) : masked(number).text;
}
