import { expect, it, vi } from 'vitest';
import { held, stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import type { CustomerCard, CustomerRow, CustomersPage, CustomersQuery } from '../wire';
import { Customers } from './customers.svelte';

function row(customer: number): CustomerRow {
  return {
    customer,
    name: `n${customer}`,
    company: '',
    tags: [],
    numbers: [],
    calls: 0,
    last_at: null,
    outcome: null,
  };
}

function card(customer: number): CustomerCard {
  const blank = {
    name: '',
    company: '',
    title: '',
    tags: [],
    note: '',
    consent: null,
    fields: [],
    merged: [],
  };
  return {
    customer: { customer, ...blank, numbers: ['13922104471'] },
    calls: 0,
    lately: [],
    do_not_call: [],
  };
}

type Replies = Parameters<typeof stubHost>[0];

function desk(count = 250, read: (customer: number) => unknown = card, replies: Replies = {}) {
  const rows = Array.from({ length: count }, (_, place) => row(count - place));
  const stub = stubHost({
    CustomersQuery: ({ offset = 0, limit = 100 }: CustomersQuery): CustomersPage => ({
      rows: rows.slice(offset, offset + limit),
      total: count,
      more: false,
    }),
    CustomerQuery: ({ customer }: { customer: number }) => read(customer),
    TagsQuery: () => ({ tags: ['冷链'] }),
    ...replies,
  });
  return { ...stub, customers: new Customers(stub.host) };
}
const settle = () => new Promise((done) => setTimeout(done));

it('reads the pages that come into view', async () => {
  const { customers, argsOf } = desk();
  customers.ask();
  await settle();
  expect([customers.total, customers.row(0)?.customer, customers.row(120)]).toEqual([250, 250, undefined]);
  customers.see(110, 140);
  await settle();
  expect(customers.row(120)?.customer).toBe(130);
  expect(argsOf('CustomersQuery')).toMatchObject([{ offset: 0 }, { offset: 100 }]);
});

it('shows the card of the one that is chosen, and no card of one that was left', async () => {
  const slow = held<CustomerCard>();
  const { customers } = desk(3, (customer) => (customer === 3 ? slow.promise : card(customer)));
  customers.ask();
  await settle();
  customers.choose(0);
  customers.choose(1);
  await settle();
  slow.resolve(card(3));
  await settle();
  expect(customers.card?.customer.customer).toBe(2);
});

it('follows one that was merged to the one it is part of', async () => {
  const { customers } = desk(3, () => card(1));
  customers.ask();
  await settle();
  customers.show(3);
  await settle();
  expect([customers.chosen, customers.card?.customer.customer]).toEqual([1, 1]);
});

it('begins at the top with nothing chosen when the question changes', async () => {
  vi.useFakeTimers();
  const { customers, argsOf } = desk();
  customers.ask();
  await vi.advanceTimersByTimeAsync(0);
  customers.choose(2);
  customers.search = 'yhwl';
  customers.narrow(120);
  await vi.advanceTimersByTimeAsync(120);
  expect([customers.at, customers.chosen]).toEqual([-1, null]);
  expect(argsOf('CustomersQuery').at(-1)).toMatchObject({ search: 'yhwl', offset: 0 });
  vi.useRealTimers();
});

it('lets go of one that was deleted elsewhere, and holds on to one that can not be read just now', async () => {
  let trouble: Trouble | null = null;
  const { customers } = desk(3, (customer) => {
    if (trouble) throw trouble;
    return card(customer);
  });
  customers.ask();
  await settle();
  customers.choose(0);
  await settle();
  trouble = new Trouble('host_lost');
  await customers.readCard();
  expect([customers.chosen, customers.cardTrouble?.code]).toEqual([3, 'host_lost']);
  trouble = new Trouble('not_found');
  await customers.readCard();
  expect([customers.chosen, customers.card, customers.cardTrouble]).toEqual([null, null, null]);
});

it('tells whose the number of a new one is already', async () => {
  const taken = () => Promise.reject(new Trouble('bad_input', '', { field: 'number' }));
  const whose = card(2).customer;
  let held: unknown = whose;
  const { customers } = desk(3, card, { AddCustomer: taken, LookUpNumber: () => ({ customer: held }) });
  const asked = { name: '陈立', company: '', number: '139 2210 4471' };
  expect(await customers.add(asked)).toEqual(whose);
  held = null;
  await expect(customers.add(asked), 'no number at all').rejects.toMatchObject({ code: 'bad_input' });
  expect(customers.chosen).toBe(null);
});

it('shows the one that was added', async () => {
  const { customers } = desk(3, card, { AddCustomer: () => card(9).customer });
  expect(await customers.add({ name: '陈立', company: '' })).toBe(null);
  expect(customers.chosen).toBe(9);
});
