import type { Customer, CustomerCard, CustomerName, CustomerRow } from '../../wire';
import { Trouble } from '../trouble';
import { FIRST_OUTCOMES } from './outcomes';
import type { Part } from './part';
import type { Scene } from './scene';

const NAMES: [string, string, string][] = [
  ['陈立', '远航物流', '采购经理'],
  ['周敏', '顺冷供应链', ''],
  ['', '万家便利 采购部', ''],
  ['李静', '', ''],
  ['吴凯', '绿源农业', '总经理'],
  ['赵珊', '', ''],
  ['孙倩', '鲜达生鲜', '仓库主管'],
  ['欧阳明月', '上海远东国际冷链物流供应链管理有限公司华东分公司', '冷链事业部副总监'],
];

/** Who is behind a made-up call. */
export function whoIs(index: number): CustomerName {
  const [name = '', company = ''] = NAMES[index % NAMES.length] ?? [];
  return { customer: (index % 60) + 1, name, company };
}

/** Who is behind a number that is typed: somebody, if it ends as 陈立's does. */
export function cardOf(digits: string): Customer | null {
  return digits.endsWith('4471') ? customerOf(1) : null;
}

function customerOf(customer: number): Customer {
  const [name = '', company = '', title = ''] = NAMES[(customer - 1) % NAMES.length] ?? [];
  const tail = String(1000 + customer * 37).slice(-4);
  return {
    customer,
    name,
    company,
    title,
    tags: customer % 3 === 1 ? ['冷链', '老客户'] : [],
    note: customer % 2 === 1 ? '关注夜间卸货；周四前要报价。' : '',
    consent: customer % 4 === 1 ? { source: '展会登记', at: 1_790_000_000_000 } : null,
    fields:
      customer % 3 === 1
        ? [
            { name: '城市', text: '杭州' },
            { name: '车型', text: '冷藏 9.6 米' },
          ]
        : [],
    numbers: customer % 5 === 1 ? [`1392210${tail}`, `0215555${tail}`] : [`1392210${tail}`],
    merged:
      customer % 5 === 1
        ? [{ customer: 999, name: '陈经理', company, numbers: [`0215555${tail}`], at: 1_795_000_000_000 }]
        : [],
  };
}

export function people(scene: Scene) {
  const known = new Map<number, Customer>();
  for (let id = 60; id >= 1 && !scene.words.has('empty'); id--) known.set(id, customerOf(id));
  const find = (id: number): Customer => {
    const found = known.get(id);
    if (!found) throw new Trouble('not_found');
    return found;
  };
  const put = (customer: Customer): Customer => {
    known.set(customer.customer, customer);
    scene.tell({ event: 'customers_changed' });
    return customer;
  };
  const row = ({ customer, name, company, tags, numbers }: Customer): CustomerRow => ({
    ...{ customer, name, company, tags, numbers },
    calls: 1 + (customer % 7),
    last_at: scene.now() - customer * 7_200_000,
    outcome: customer % 2 ? (FIRST_OUTCOMES[customer % 3] ?? null) : null,
  });
  const queries = {
    CustomersQuery: ({ search, tag, offset, limit }) => {
      const text = (one: Customer) => [one.name, one.company, ...one.tags, ...one.numbers].join(' ');
      const found = [...known.values()].filter(
        (one) => (!search || text(one).includes(search)) && (!tag || one.tags.includes(tag)),
      );
      const rows = found.slice(offset ?? 0, (offset ?? 0) + (limit || 100)).map(row);
      return { rows, total: found.length, more: false };
    },
    CustomerQuery: ({ customer }): CustomerCard => {
      const mine = scene.rows.filter((call) => call.customer?.customer === customer);
      return { customer: find(customer), calls: mine.length, lately: mine.slice(0, 10), do_not_call: [] };
    },
    TagsQuery: () => ({ tags: ['冷链', '老客户'] }),
  } satisfies Part<'query'>;
  const mutations = {
    AddCustomer: ({ name, company, number }) =>
      put({
        ...customerOf(known.size + 2),
        ...{
          customer: known.size + 1,
          name: name ?? '',
          company: company ?? '',
          title: '',
          tags: [],
          note: '',
        },
        ...{ consent: null, fields: [], merged: [], numbers: number ? [number] : [] },
      }),
    ChangeCustomer: ({ customer, ...change }) => put({ ...find(customer), ...change }),
    AddNumber: ({ customer, number }) => {
      const one = find(customer);
      return { given: 'added', customer: put({ ...one, numbers: [...one.numbers, number] }) };
    },
    RemoveNumber: ({ customer, number }) => {
      const one = find(customer);
      return put({ ...one, numbers: one.numbers.filter((other) => other !== number) });
    },
    MergeCustomers: ({ customer, into }) => {
      const [one, other] = [find(customer), find(into)];
      known.delete(customer);
      const merged = { ...whoIs(customer), customer, numbers: one.numbers, at: scene.now() };
      return put({
        ...other,
        numbers: [...other.numbers, ...one.numbers],
        merged: [merged, ...other.merged],
      });
    },
    SplitCustomer: ({ customer }) => {
      const into = [...known.values()].find((one) => one.merged.some((part) => part.customer === customer));
      if (!into) throw new Trouble('not_found');
      return put({ ...into, merged: into.merged.filter((part) => part.customer !== customer) });
    },
    ForgetCustomer: ({ customer }) => {
      known.delete(customer);
      scene.tell({ event: 'customers_changed' });
      return { outcome: 'done' };
    },
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
