import type { CallList, Event, LeadCard, LeadsPreview, NextLead, OutcomeCount, Work } from '../../wire';
import { Trouble } from '../trouble';
import { place } from './dialing';
import { figuresOf, madeUpLeads, madeUpList, type Lead } from './leads';
import { cardOf } from './people';
import { pause, type Part } from './part';
import type { Scene } from './scene';

const SHOWN = 8;
const HOUR = 3_600_000;

/** Lists of made-up leads. `list_paused` lets the first one rest, `list_over` has worked it to its end. */
export function lists(scene: Scene) {
  const now = scene.now();
  const state = scene.words.has('list_paused') ? 'paused' : 'open';
  let all: CallList[] = [];
  let leads: Lead[] = [];
  const put = (list: number, name: string, how: CallList['state'], count: number, done: number) => {
    all = [...all, madeUpList(list, name, how, now)];
    leads = [...leads, ...madeUpLeads(list, count, done, now)];
  };
  if (!scene.words.has('empty')) {
    put(1, '十一月冷链名单', state, 480, scene.words.has('list_over') ? 480 : 126);
    put(2, '展会名片', 'open', 36, 0);
    put(3, '上海远东国际冷链物流供应链管理有限公司华东分公司老客户回访', 'paused', 64, 60);
    put(4, '十月名单', 'archived', 220, 220);
  }
  // What came of a lead's call moves it on.
  scene.onEvent((event) => follow(event));

  const of = (list: number) => leads.filter((lead) => lead.list === list);
  const listOf = (list: number): CallList => {
    const found = all.find((one) => one.list === list);
    if (!found) throw new Trouble('not_found');
    return { ...found, figures: figuresOf(of(list)) };
  };
  const find = (lead: number): Lead => {
    const found = leads.find((one) => one.lead === lead);
    if (!found) throw new Trouble('not_found');
    return found;
  };
  const change = (lead: number, change: Partial<Lead>): Lead => {
    leads = leads.map((one) => (one.lead === lead ? { ...one, ...change } : one));
    scene.tell({ event: 'lists_changed' });
    return find(lead);
  };
  function follow(event: Event) {
    if (event.event !== 'call_changed') return;
    const lead = leads.find((one) => one.call === event.row.call);
    const outcome = event.row.outcome;
    if (!lead || lead.outcome?.outcome === outcome?.outcome || (!outcome && lead.state === 'called')) return;
    const again = outcome?.word === 'later' || outcome?.word === 'no_answer';
    const next_at = again ? scene.now() + 2 * HOUR : null;
    change(lead.lead, { outcome, next_at, state: outcome ? (again ? 'waiting' : 'done') : 'called' });
  }
  const block = () => ({
    ...{ rule: 'per24h' as const, count: 5, limit: 5 },
    frees_at: scene.now() + 5 * HOUR,
  });
  const card = (lead: Lead): LeadCard => {
    const call = lead.call === null ? null : scene.find(lead.call);
    const mine = scene.rows.filter((row) => row.tel_b === lead.number && row.call !== lead.call);
    const earlier = lead.note ? scene.rows[3] : undefined;
    return {
      lead,
      note: lead.note,
      fields: lead.city ? [{ name: '城市', text: lead.city }] : [],
      customer: cardOf(lead.number),
      calls: mine.length,
      last: mine[0] ?? (earlier ? { ...earlier, tel_b: lead.number } : null),
      call,
      do_not_call: null,
      guard: { block: lead.limited ? block() : null, counters: [{ rule: 'per24h', count: 0, limit: 5 }] },
    };
  };
  const work = (list: number, asked: number | undefined): Work => {
    const mine = of(list);
    const waits = mine.filter((lead) => lead.state === 'open');
    const shown =
      mine.find((lead) => lead.lead === asked) ??
      mine.find((lead) => lead.state === 'called') ??
      waits.find((lead) => !lead.limited);
    const next: NextLead[] = waits
      .filter((lead) => lead !== shown)
      .slice(0, SHOWN)
      .map((lead) => ({ lead, block: lead.limited ? block() : null }));
    const turned = mine
      .filter((lead) => lead.turned_at !== null && lead !== shown)
      .filter((lead) => (lead.turned_at ?? 0) < (shown?.turned_at ?? Infinity))
      .sort((a, b) => (b.turned_at ?? 0) - (a.turned_at ?? 0));
    const counts = new Map<number, number>();
    for (const { outcome } of mine)
      if (outcome) counts.set(outcome.outcome, (counts.get(outcome.outcome) ?? 0) + 1);
    const outcomes: OutcomeCount[] = [...counts].map(([outcome, leads]) => ({ outcome, leads }));
    return {
      list: listOf(list),
      lead: shown ? card(shown) : null,
      next,
      next_at: shown ? null : (mine.find((lead) => lead.state === 'waiting')?.next_at ?? null),
      back: turned[0]?.lead ?? null,
      outcomes,
    };
  };
  const queries = {
    ListsQuery: () => ({ lists: all.map((list) => listOf(list.list)) }),
    WorkQuery: ({ list, lead }) => work(list, lead),
    LeadsQuery: ({ list, state, search, offset, limit }) => {
      const found = of(list)
        .filter((lead) => !state || lead.state === state)
        .filter((lead) => !search || `${lead.number} ${lead.name} ${lead.company}`.includes(search));
      return { rows: found.slice(offset, offset + (limit || 100)), total: found.length };
    },
    PreviewLeads: ({ reading }) => preview(scene, reading.mapping),
    RehearseLeads: async () => {
      await pause(400);
      return report();
    },
  } satisfies Part<'query'>;
  const mutations = {
    DialLead: async ({ lead }) => {
      const one = find(lead);
      const placing = place(scene, one.number);
      const call = scene.rows[0]?.call ?? null;
      change(lead, { state: 'called', tries: one.tries + 1, call, turned_at: scene.now(), outcome: null });
      const placed = await placing;
      if (placed.state === 'refused' || placed.state === 'not_sent')
        change(lead, { state: 'open', tries: one.tries });
      return placed;
    },
    TurnLead: ({ lead, turn }) => {
      const turned_at = scene.now();
      if (turn.to === 'skip') return change(lead, { state: 'skipped', next_at: null, turned_at });
      if (turn.to === 'later_today')
        return change(lead, { state: 'waiting', next_at: turned_at + 2 * HOUR, turned_at });
      if (turn.to === 'open') return change(lead, { state: 'open', next_at: null, turned_at: null });
      const moved = find(lead);
      const others = leads.filter((one) => one.lead !== lead);
      const at = turn.to === 'before' ? others.findIndex((one) => one.lead === turn.lead) : 0;
      leads = [...others.slice(0, at), moved, ...others.slice(at)];
      return moved;
    },
    ChangeList: ({ list, script, ...patch }) => {
      const own = script && { script: script.asks === 'own' ? script.script : null };
      all = all.map((one) => (one.list === list ? { ...one, ...patch, ...own } : one));
      scene.tell({ event: 'lists_changed' });
      return listOf(list);
    },
    RemoveList: ({ list }) => {
      all = all.filter((one) => one.list !== list);
      scene.tell({ event: 'lists_changed' });
      return { outcome: 'done' };
    },
    ImportLeads: async ({ name }) => {
      await pause(800);
      const list = Math.max(0, ...all.map((one) => one.list)) + 1;
      put(list, name, 'open', 46, 0);
      scene.tell({ event: 'lists_changed' });
      return { outcome: 'done', list, report: report() };
    },
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}

function report() {
  const why = (row: number, flaw: 'repeated' | 'barred' | 'bad_number', column: string | null = null) => ({
    ...{ row, column, flaw, reason: flaw },
  });
  return {
    ...{ rows: 50, taken: 46, known: 2 },
    known_rows: [
      { row: 9, customer: { customer: 1, name: '陈立', company: '远航物流' } },
      { row: 31, customer: { customer: 3, name: '', company: '万家便利 采购部' } },
    ],
    rejected: [why(12, 'repeated'), why(17, 'barred'), why(28, 'bad_number', '手机号'), why(40, 'repeated')],
  };
}

function preview(
  scene: Scene,
  mapping: LeadsPreview['columns'][number]['field'][] | undefined,
): LeadsPreview {
  const columns: LeadsPreview['columns'] = [
    { header: '联系人', field: 'name', sample: '孙倩' },
    {
      header: '手机号',
      field: scene.words.has('import_unknown') ? 'field' : 'number',
      sample: '17722106054',
    },
    { header: '公司名称', field: 'company', sample: '鲜达生鲜' },
    { header: '城市', field: 'field', sample: '杭州' },
    { header: '备注', field: 'note', sample: '三月询过价' },
  ];
  const told = columns.map((column, at) => ({
    ...column,
    field: mapping ? (mapping[at] ?? null) : column.field,
  }));
  return {
    ...{ name: '展会名片.xlsx', form: 'xlsx', encoding: null, delimiter: null, remembered: false },
    ...{ sheets: ['名单', '说明'], sheet: '名单', columns: told },
    usable: told.some((column) => column.field === 'number'),
    made_before: scene.words.has('import_again')
      ? { list: 1, name: '展会名片', made_at: scene.now() - 5 * 86_400_000 }
      : null,
    rows: [2, 3, 4, 5].map((row) =>
      row === 4
        ? { outcome: 'rejected', rejected: { row, column: '手机号', flaw: 'bad_number', reason: '' } }
        : {
            outcome: 'read',
            row,
            lead: { number: `1772210605${row}`, name: '孙倩', company: '鲜达生鲜', note: '三月询过价' },
          },
    ),
  };
}
