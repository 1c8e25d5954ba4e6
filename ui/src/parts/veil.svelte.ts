import { veiled } from '../words/veiled.svelte';

/** Over the numbers in a field that the user writes in: they are whole while it has the keyboard. */
export class Veil {
  #lifted = $state(false);

  of(text: string): string {
    return this.#lifted ? text : veiled(text);
  }

  lift(): void {
    this.#lifted = true;
  }

  drop(): void {
    this.#lifted = false;
  }
}
