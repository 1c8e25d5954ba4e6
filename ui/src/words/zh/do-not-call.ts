import type { DoNotCallField, Hashes, ListedAs } from '../../wire';

const field: Record<DoNotCallField, string> = {
  number: '号码',
  hash: '号码摘要',
  reason: '原因',
  since: '登记时间',
};

/** How the hashes of a sheet stand; empty where there is nothing to tell. */
const hashes: Partial<Record<Hashes, string>> = {
  unknown: '看不懂摘要的算法：这一列的表头应写明 hmac-sha256 salt=… 或 key=…。',
  key_wanted: '这份名单只有带密钥的摘要，请填写对方另行告知的密钥。',
  wrong_key: '密钥不是这份名单的，请再核对。',
  readable: '这份名单只有摘要：拨号时逐个比对，名单本身看不出是谁。',
};

const as: Record<ListedAs, string> = { keyed: '带密钥的摘要', salted: '加盐摘要', plain: '完整号码' };

const asHint: Record<ListedAs, string> = {
  keyed: '没有密钥就无法还原，也无法比对。密钥在导出后显示，请用别的途径告诉对方。',
  salted: '盐写在文件里：手机号只有十一位，拿到文件的人用电脑个把小时就能试出全部号码。',
  plain: '拿到文件的人都能看到这些号码。',
};

export const doNotCall = {
  title: '勿扰名单',
  lead: '名单上的号码从任何地方都拨不出去，通话结果也改不了；只有写明原因才能解除。',
  count: (numbers: string) => `${numbers} 个号码`,
  hashed: (hashes: string) => `另有 ${hashes} 个只知摘要`,
  add: '登记号码',
  addAsk: '把号码列为勿扰',
  number: '号码',
  why: '原因',
  whyHint: '必填，会记入规则日志',
  addGo: '列为勿扰',
  import: '导入勿扰名单',
  importLead: '先数一遍新增和已有的，确认后才写入。导入后只能逐个写明原因解除，请先核对文件。',
  field,
  hashes,
  key: '密钥',
  unlock: '核对密钥',
  unusable: '请指定哪一列是号码。',
  rows: '共读取',
  new: '新增',
  known: '已在名单',
  invalid: '无效',
  go: (n: number) => `列为勿扰 ${n} 个`,
  goUncounted: '列为勿扰',
  nothing: '没有新号码',
  running: '正在写入名单',
  stop: '停止',
  stopHint: '停止后，已写入的号码仍然有效。',
  done: (n: number, k: number) => `${n} 个号码已列为勿扰，${k} 个本来就在名单上。`,
  export: '导出勿扰名单',
  numbers: '号码怎样写',
  as,
  asHint,
  ask: '请选择文件里怎样写号码。',
  exportGo: '导出…',
  exported: (n: string) => `已导出 ${n} 个号码`,
  leftOut: (n: string) => `${n} 个只知摘要的号码没有导出。`,
  keyTold: '这份名单的密钥，请用别的途径告诉收件人',
  empty: '名单是空的，没有可导出的号码。',
};
