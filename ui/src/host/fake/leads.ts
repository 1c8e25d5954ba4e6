import type { CallList, LeadRow, ListFigures, ListState } from '../../wire';
import { FIRST_OUTCOMES } from './outcomes';

const PEOPLE: [string, string, string, string][] = [
  ['孙倩', '鲜达生鲜', '杭州', '三月询过价；嫌运价高。开场先问仓库位置。'],
  ['郑浩', '顺冷供应链', '宁波', ''],
  ['何璐', '绿源农业', '绍兴', '负责人出差，周四回来。'],
  ['高翔', '', '嘉兴', ''],
  ['冯雪', '', '湖州', ''],
  ['蒋涛', '蓝海水产', '舟山', ''],
  ['', '佳木冷库', '台州', ''],
  ['欧阳明月', '上海远东国际冷链物流供应链管理有限公司华东分公司', '上海', ''],
];

/** A lead in memory, with what its row does not tell. */
export interface Lead extends LeadRow {
  city: string;
  note: string;
  limited: boolean;
}

/** The leads of a made-up list: `done` of them had their turn. */
export function madeUpLeads(list: number, leads: number, done: number, now: number): Lead[] {
  return Array.from({ length: leads }, (_, index) => {
    // Whoever is next bears the first name.
    const [name = '', company = '', city = '', note = ''] =
      PEOPLE[(index - done + PEOPLE.length * leads) % PEOPLE.length] ?? [];
    const state =
      index < done ? (index % 5 === 4 ? 'waiting' : 'done') : index === done + 4 ? 'barred' : 'open';
    return {
      lead: list * 10_000 + index,
      list,
      number: `177221${String(10_000 + index).slice(-4)}0`,
      name,
      company,
      city,
      note,
      limited: index === done + 3,
      state,
      tries: index < done ? 1 : 0,
      next_at: state === 'waiting' ? now + 3_600_000 + index * 60_000 : null,
      call: null,
      outcome: index < done ? (FIRST_OUTCOMES[index % 4] ?? null) : null,
      turned_at: index < done ? now - (done - index) * 180_000 : null,
    };
  });
}

export function madeUpList(list: number, name: string, state: ListState, now: number): CallList {
  return {
    ...{ list, name, state, order: 'by_hand', countdown: 3, tries: 3, apart_minutes: 120, script: null },
    made_at: now - list * 86_400_000,
    figures: figuresOf([]),
  };
}

export function figuresOf(leads: Lead[]): ListFigures {
  const of = (state: Lead['state']) => leads.filter((lead) => lead.state === state).length;
  const dials = leads.reduce((sum, lead) => sum + lead.tries, 0);
  return {
    ...{ leads: leads.length, open: of('open'), waiting: of('waiting'), called: of('called') },
    ...{ done: of('done'), skipped: of('skipped'), barred: of('barred'), dials },
    connected: Math.round(dials * 0.44),
    talk_seconds: dials * 71,
  };
}
