import { expect, it } from 'vitest';
import { held, stubHost } from '../host/stub';
import type { Customer, CustomerField } from '../wire';
import { OwnFields } from './own-fields.svelte';

const NOON = new Date('2026-11-02T12:00').getTime();
const FAIR = { source: '展会', at: NOON };

function aCustomer(change: Partial<Customer> = {}): Customer {
  const blank = { name: '', company: '', title: '', tags: [], note: '', numbers: [], merged: [] };
  return { customer: 7, ...blank, consent: null, fields: [], ...change };
}

function setUp(customer = aCustomer(), answer: () => unknown = aCustomer) {
  const stub = stubHost({ ChangeCustomer: answer });
  return { own: new OwnFields(stub.host, customer), changes: () => stub.argsOf('ChangeCustomer') };
}

function write(own: OwnFields, change: Partial<CustomerField>): void {
  own.fields = own.fields.map((field) => ({ ...field, ...change }));
}

it('keeps the consent that a merge brought when its fields are passed through', async () => {
  const { own, changes } = setUp();
  own.follow(aCustomer({ consent: FAIR }));
  expect([own.source, own.day]).toEqual(['展会', '2026-11-02']);
  await own.save();
  expect(changes()).toEqual([]);
});

it('writes only what was changed, and keeps the hour of a day that was not', async () => {
  const { own, changes } = setUp(aCustomer({ consent: FAIR, fields: [{ name: '车型', text: '9.6 米' }] }));
  own.source = '电话';
  await own.save();
  own.day = '2026-11-03';
  await own.save();
  const at = new Date('2026-11-03T00:00').getTime();
  expect(changes()).toEqual([
    { customer: 7, consent: { source: '电话', at: NOON } },
    { customer: 7, consent: { source: '电话', at } },
  ]);
});

it('takes a consent back by its source, and waits for one where only a day is there', async () => {
  const { own, changes } = setUp();
  own.day = '2026-11-03';
  await own.save();
  expect(changes()).toEqual([]);
  own.follow(aCustomer({ consent: FAIR }));
  own.source = '';
  await own.save();
  expect(changes()).toEqual([{ customer: 7, consent: { source: '', at: null } }]);
});

it('follows what is not being written, and does not take what is', async () => {
  const { own, changes } = setUp();
  own.add();
  write(own, { text: '9.6 米' });
  own.source = '微信';
  own.follow(aCustomer({ consent: FAIR, fields: [{ name: '城市', text: '广州' }] }));
  expect([own.fields, own.source, own.day]).toEqual([[{ name: '', text: '9.6 米' }], '微信', '2026-11-02']);
  await own.saveConsent();
  expect(changes()).toEqual([{ customer: 7, consent: { source: '微信', at: NOON } }]);
});

it('saves what is typed while an earlier save is on its way', async () => {
  const slow = held<Customer>();
  const { own, changes } = setUp(aCustomer(), () => slow.promise);
  own.add();
  write(own, { name: '车型', text: '9' });
  const first = own.saveFields();
  await Promise.resolve();
  write(own, { text: '9.6 米' });
  const second = own.save();
  slow.resolve(aCustomer());
  await Promise.all([first, second]);
  expect(changes()).toEqual(
    ['9', '9.6 米'].map((text) => ({ customer: 7, fields: [{ name: '车型', text }] })),
  );
});

it('is not taken back by what was read before it was saved', async () => {
  const { own, changes } = setUp(aCustomer({ consent: FAIR }));
  own.source = '微信';
  await own.save();
  own.follow(aCustomer({ consent: FAIR }));
  await own.save();
  expect([own.source, changes().length]).toEqual(['微信', 1]);
});

it('tries what was refused once more when it is left again', async () => {
  let answer: () => unknown = () => Promise.reject({ code: 'disk_full', message: '' });
  const { own, changes } = setUp(aCustomer(), () => answer());
  own.source = '展会';
  await own.saveConsent();
  expect(own.keeping.trouble?.code).toBe('disk_full');
  answer = aCustomer;
  await own.saveConsent();
  expect([changes().length, own.keeping.trouble]).toEqual([2, null]);
});
