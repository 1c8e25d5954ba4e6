import type { Host } from '../host/host';
import { dateOf, instantOf } from '../parts/local-time';
import type { Consent, Customer, CustomerField, CustomerId } from '../wire';
import { Keeping } from './keeping.svelte';

interface Kept {
  fields: CustomerField[];
  consent: Consent;
}

/**
 * A customer's own fields and consent as they are written: each is saved when it is left, if it was
 * changed, and follows the customer until then.
 */
export class OwnFields {
  fields = $state<CustomerField[]>([]);
  source = $state('');
  /** The day of the consent, as a field for dates holds it. */
  day = $state('');
  readonly keeping = new Keeping();
  readonly #host: Host;
  readonly #customer: CustomerId;
  /** What is known to be kept. */
  #kept: Kept;
  /** What the customer was last said to have. */
  #outside: Kept;

  constructor(host: Host, { customer, fields, consent }: Customer) {
    this.#host = host;
    this.#customer = customer;
    this.#kept = this.#outside = { fields, consent: given(consent) };
    this.fields = copied(fields);
    this.source = this.#kept.consent.source;
    this.day = dateOf(this.#kept.consent.at);
  }

  /**
   * Takes over what was changed elsewhere, but for what is being written here. What was read before the
   * latest save is no change.
   */
  follow({ fields, consent }: Customer): void {
    const outside = { fields, consent: given(consent) };
    if (!same(fields, this.#outside.fields)) {
      if (same(this.#begun(), this.#kept.fields)) this.fields = copied(fields);
      this.#kept = { ...this.#kept, fields };
    }
    if (!same(outside.consent, this.#outside.consent)) {
      if (this.source.trim() === this.#kept.consent.source) this.source = outside.consent.source;
      if (this.day === dateOf(this.#kept.consent.at)) this.day = dateOf(outside.consent.at);
      this.#kept = { ...this.#kept, consent: outside.consent };
    }
    this.#outside = outside;
  }

  add(): void {
    this.fields.push({ name: '', text: '' });
  }

  async remove(index: number): Promise<void> {
    this.fields.splice(index, 1);
    await this.saveFields();
  }

  /** Saves whatever was changed. */
  async save(): Promise<void> {
    await Promise.all([this.saveFields(), this.saveConsent()]);
  }

  async saveFields(): Promise<void> {
    const save = async () => {
      const fields = this.#named();
      if (same(fields, this.#kept.fields)) return;
      await this.#host.mutate('ChangeCustomer', { customer: this.#customer, fields });
      this.#kept = { ...this.#kept, fields };
    };
    await this.keeping.run(save, 'fields');
  }

  async saveConsent(): Promise<void> {
    const save = async () => {
      const consent = this.#consent();
      if (same(consent, this.#kept.consent)) return;
      await this.#host.mutate('ChangeCustomer', { customer: this.#customer, consent });
      this.#kept = { ...this.#kept, consent };
    };
    await this.keeping.run(save, 'consent');
  }

  /** The fields that were begun. */
  #begun(): CustomerField[] {
    return this.fields
      .map(({ name, text }) => ({ name: name.trim(), text: text.trim() }))
      .filter(({ name, text }) => name || text);
  }

  /** Those that can be saved: one without a name is none yet. */
  #named(): CustomerField[] {
    return this.#begun().filter(({ name }) => name);
  }

  /** The consent that is written: without a source there is none, and an untouched day keeps its hour. */
  #consent(): Consent {
    const source = this.source.trim();
    if (!source) return given(null);
    const { at } = this.#kept.consent;
    return { source, at: this.day === dateOf(at) ? at : instantOf(this.day) };
  }
}

function given(consent: Consent | null): Consent {
  return { source: consent?.source ?? '', at: consent?.at ?? null };
}

function copied(fields: CustomerField[]): CustomerField[] {
  return fields.map(({ name, text }) => ({ name, text }));
}

function same(one: CustomerField[] | Consent, other: CustomerField[] | Consent): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
