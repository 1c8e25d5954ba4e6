export const common = {
  cancel: '取消',
  close: '关闭',
  back: '返回',
  save: '保存',
  saved: '已保存',
  saving: '正在保存…',
  notSaved: '没有保存上',
  retry: '再试一次',
  clear: '清空',
  copy: '复制',
  copied: '已复制',
  reveal: '显示',
  hide: '隐藏',
  loading: '正在读取…',
  details: '技术信息',
  none: '无',
  ending: (tail: string) => `尾号 ${tail}`,
  unknownNumber: '未知号码',
};

export const nav = {
  label: '主导航',
  dial: '拨号',
  lists: '名单',
  calls: '通话记录',
  customers: '客户',
  follow_ups: '跟进',
  reports: '报表',
  settings: '设置',
};

export const foot = {
  syncOff: '未配对中继',
  syncConnecting: '通话记录 · 正在连接',
  syncedNow: '通话记录 · 刚刚同步',
  syncedAgo: (ago: string) => `通话记录 · ${ago}同步`,
  stale: (since: string) => `通话记录 · 停在 ${since}`,
  staleNever: '通话记录 · 尚未同步',
  refused: '中继拒绝访问',
};

export const ago = {
  seconds: (n: number) => `${n} 秒前`,
  minutes: (n: number) => `${n} 分钟前`,
  hours: (n: number) => `${n} 小时前`,
  days: (n: number) => `${n} 天前`,
};

export const strip = {
  practice: '练习模式',
  practiceText: '不会拨打真实电话，也不产生费用。',
  leave: '使用真实账号',
  offline: '与拨号程序的连接断了，正在自动重连。屏幕上的内容都还在。',
  lockedTitle: '请从终端重新打开',
  lockedText: '这个页面的一次性口令已经失效。回到终端，重新运行 bohao-cli serve，再打开它打印的新地址。',
  setAside: (path: string) => `数据库损坏，已原样移到 ${path}，并新建了一个。`,
  lost: (path: string | null, backups: string | null) =>
    (path ? `数据库已损坏或被清空，已移到一边，没有删除：${path}。` : '数据文件夹里原来的数据库不见了。') +
    '勿扰名单、拨打规则、备注和通话记录都不在这里，所以暂不拨打。可在“设置 › 备份与恢复”里恢复备份' +
    (backups ? `；升级前的自动副本在 ${backups}。` : '。'),
  acknowledge: '我知道，照样拨打',
  understood: '知道了',
};
