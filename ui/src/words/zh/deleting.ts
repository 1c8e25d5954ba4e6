export const picked = {
  label: '对所选通话的操作',
  count: (n: string) => `已选 ${n} 通`,
  atLeast: (n: string) => `已选全部，多于 ${n} 通`,
  none: '取消选择',
  save: '保存录音',
  delete: '删除',
  saveText:
    '录音会完整地存进您选的文件夹，文件名是日期、客户和号码；原有的文件一个也不动。还没取到的会跳过。',
  saveTo: '存到哪里',
  template: '{日期}_{客户}_{号码}',
  chooseFolder: '选择文件夹…',
};

export const deleting = {
  ask: (n: string) => `删除 ${n} 通电话？`,
  askAtLeast: (n: string) => `删除全部选中的通话，多于 ${n} 通？`,
  text: '连同备注和录音一起删除。10 秒内可以撤销，之后从这台电脑上彻底消失，再次同步也不会回来。',
  backups: '升级前的自动备份里可能还留有这些通话，直到被新的备份替换。您自己另存的文件不受影响。',
  go: '删除',
  busy: '正在删除…',
  erase: '删除此人的全部数据？',
  eraseText: (calls: string, recordings: string) =>
    `这个号码的 ${calls} 通电话、全部备注和 ${recordings} 段录音，以及号码本身。10 秒内可以撤销，之后彻底消失，再次同步也不会回来。`,
  eraseBackups: (n: number) => `有 ${n} 份升级前的自动备份里有这个号码，会整份一起删除。`,
  setAside: (path: string) => `移到一边的旧数据里也有这个号码，程序不会动它，请自行处理：${path}`,
  elsewhere:
    '别的通话的备注里如果提到此人，请自行修改。平台、中继和您另存的文件里的数据不在这台电脑的管理之内。',
  keepOff: '以后也不再拨打',
  keepOffText: '只留下一个加盐摘要：能认出这个号码，看不出是谁。',
  eraseGo: '全部删除',
  deleted: (n: string) => `已删除 ${n} 通电话`,
  erased: (n: string) => `已删除此人的 ${n} 通电话和全部数据`,
  undo: '撤销',
  tooLate: '来不及了，已经彻底删除。',
  one: '删除这通电话',
  person: '删除此人的全部数据…',
  history: '全部往来',
};
