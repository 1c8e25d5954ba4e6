import type { GuardRule } from '../../wire';

const per = (count: number, limit: number) => `${count} / ${limit}`;

export const guard = {
  counters: '拨打次数',
  counter: {
    per5min: (count: number, limit: number) => `5 分钟 ${per(count, limit)}`,
    per24h: (count: number, limit: number) => `24 小时 ${per(count, limit)}`,
    per_day: (count: number, limit: number) => `今天共 ${per(count, limit)}`,
  } as Partial<Record<GuardRule, (count: number, limit: number) => string>>,
  blocked: '不允许拨打的号码',
  blockedHint: '? 代表任意一位，* 代表任意多位，例如 00* 是国际长途。',
  pattern: '号码样式',
  patternWhy: '原因',
  patternAdd: '添加',
  patternRemove: (pattern: string) => `删除 ${pattern}`,
  log: '规则日志',
  logLead: '每次拦下的拨打、每次修改都记在这里，逐条用摘要相连，改动过会被发现。',
  logOpen: '查看日志',
  logEmpty: '还没有记录',
  logEmptyText: '拦下一次拨打，或修改一条规则，就会记在这里。',
  whole: (count: string) => `共 ${count} 条，核对无误`,
  broken: (id: number) => `第 ${id} 条与前文不符：日志被改动过`,
  head: '末条摘要',
  refused: (tail: string) => `拦下尾号 ${tail}`,
  barred: (tail: string) => `尾号 ${tail} 列为勿扰`,
  lifted: (tail: string) => `尾号 ${tail} 解除勿扰`,
  changed: '修改规则',
  unknown: '无法读取的记录',
  more: '更早的记录',
  patterns: (count: number) => `${count} 条号码样式`,
};
