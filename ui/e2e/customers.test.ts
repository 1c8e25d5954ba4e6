import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openPractice, reach } from './desk';

const browser = aBrowser();

it('keeps a customer as it is typed, merges two, and splits them again', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  await at('nav-customers').click();
  await at('customer-add').click();
  await at('add-name').fill('陈立');
  await at('add-number').fill('139 2210 4471');
  await at('add-confirm').click();
  await at('customer-detail').waitFor();
  await at('customer-company').fill('远航物流');
  await at('customer-note').fill('关注夜间卸货');
  await reach(desk, 'customer-note', 'data-state', 'saved');
  await at('customer-tag-new').fill('冷链');
  await at('customer-tag-new').press('Enter');
  await at('customer-tag').waitFor();
  await desk.mutate('AddCustomer', { name: '陈经理', company: '', number: '021-55553300' });

  await at('customers-search').fill('yhwl');
  await reach(desk, 'customers-total', 'data-total', '1');
  await at('customer-row').click();
  await at('merge-open').click();
  await at('merge-search').fill('陈经理');
  await at('merge-row').first().click();
  await at('merge-confirm').click();
  await at('merged').waitFor();
  await at('customers-search').fill('');
  await reach(desk, 'customers-total', 'data-total', '1');

  await page.reload();
  await at('nav-customers').click();
  await at('customer-row').first().click();
  expect(await at('customer-note').inputValue()).toBe('关注夜间卸货');
  expect(await at('customer-company').inputValue()).toBe('远航物流');
  await at('split').click();
  await reach(desk, 'customers-total', 'data-total', '2');
  expect(desk.seen.complaints).toEqual([]);
});
