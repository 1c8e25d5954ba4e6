import type { Details } from '../../host/trouble';
import type { Answers, Said } from '../answers';

const ACCOUNT_PART: Record<string, string> = {
  app_key: 'appKey',
  app_secret: 'appSecret',
  own_number: '主叫号码',
};

const NO_BACKUP: Record<string, Said> = {
  not_a_backup: { what: '这不是拨号的备份', next: '没有改动任何数据。请另选一个文件。' },
  damaged_backup: { what: '备份已损坏或被改动过', next: '没有改动任何数据。请另选一份备份。' },
  newer_backup: { what: '备份来自更新的版本', next: '没有改动任何数据。请更新拨号后再恢复。' },
};

/** Chinese words for the engine's answers. */
export const zhAnswers: Answers = {
  trouble: {
    bad_number: (d) => ({ what: '这不是可以拨打的号码', next: flawed(d) || '检查号码后再试。' }),
    bad_input: (d) => ({ what: '有一项填写不正确', next: `请检查${named(d, 'field')}后再试。` }),
    bad_link: (d) => ({
      what: d['flaw'] === 'cut_short' ? '配对链接不完整' : '这不是拨号的配对链接',
      next: '请向团队管理员要一条新的链接，并完整粘贴。',
    }),
    not_set_up: () => ({
      what: '还缺少平台账号或主叫号码',
      next: '到“设置 › 平台账号”补齐后再拨。',
    }),
    not_found: () => ({ what: '找不到这条记录', next: '它可能已被移除，请刷新后再看。' }),
    recording_unavailable: (d) => ({
      what: '录音还没有取到',
      next: reasoned(d, '平台可能尚未生成，稍后再取一次。'),
    }),
    file_exists: () => ({ what: '同名文件已存在', next: '换一个文件名，原文件没有改动。' }),
    not_writable: (d) =>
      d['reason'] === 'inside'
        ? { what: '不能移到录音文件夹自己里面', next: `什么都没有移动，请换一个文件夹${at(d)}。` }
        : d['reason'] === 'own_folder'
          ? { what: '这是拨号自己的数据文件夹', next: `什么都没有移动，请换一个文件夹${at(d)}。` }
          : { what: '无法写入这个位置', next: `请换一个文件夹${at(d)}。` },
    disk_full: (d) => noRoom(d),
    task_running: () => ({ what: '正在对录音做另一件事', next: '等它结束或先停止它，再做这件。' }),
    unreadable_file: (d) =>
      NO_BACKUP[String(d['reason'])] ?? {
        what: '读不懂这个文件',
        next: reasoned(d, '请使用 CSV 或 JSON 格式的通话记录。'),
      },
    keyring_failed: (d) => ({ what: '系统密钥环没有响应', next: reasoned(d, '解锁或启动密钥环后再试。') }),
    platform_unreachable: () => ({ what: '连不上平台', next: '没有拨出任何电话。请检查网络后再试。' }),
    platform_refused: (d) => ({ what: `平台拒绝了请求${coded(d)}`, next: said(d, '请稍后再试。') }),
    relay_unreachable: () => ({ what: '连不上中继', next: '请检查网络；记录都在中继上，恢复后会自动补齐。' }),
    relay_refused: () => ({ what: '中继不认可这台电脑', next: '请向团队管理员要一条新的配对链接。' }),
    relay_lying: (d) => ({ what: '对方的回答不像是中继', next: reasoned(d, '请核对配对链接里的地址。') }),
    in_use: () => ({ what: '另一个拨号正在使用这些数据', next: '请先关闭另一个窗口。' }),
    database_newer: () => ({ what: '数据来自更新的版本', next: '请更新拨号，数据没有改动。' }),
    database_damaged: (d) => ({ what: '数据库已损坏', next: `已原样移到一旁，并新建了一个${at(d)}。` }),
    database_foreign: (d) => ({
      what: '数据库的位置上是别的程序的文件',
      next: `没有改动它。请把它移走，或换一个数据文件夹${at(d)}。`,
    }),
    database_replaced: () => ({
      what: '数据库文件在使用中被删除或替换了',
      next: '没有拨出，也没有保存。请退出拨号后重新打开。',
    }),
    not_here: () => ({ what: '这里做不到这件事', next: '请在桌面版中操作。' }),
    internal: () => ({ what: '程序出了差错', next: '再试一次；若仍如此，请把下面的信息告诉我们。' }),
    host_lost: () => ({ what: '与拨号程序的连接断了', next: '正在自动重连，屏幕上的内容都还在。' }),
    host_locked: () => ({ what: '这个页面需要重新打开', next: '请从终端里再次打开地址。' }),
  },
  flaw: {
    empty: '请输入号码',
    no_digits: '这里面没有号码',
    too_short: '号码还不完整',
    too_long: '位数太多了',
    no_area_code: '座机请加上区号',
    foreign: '暂不支持境外号码',
    special: '紧急和短号码不能经平台拨打',
    several: '这里有不止一个号码，请只留一个',
    unknown_prefix: '没有这样开头的号码',
    own_number: '这是您自己的主叫号码',
  },
  kind: { mobile: '手机', landline: '座机', enterprise: '企业热线', service: '服务热线' },
  refusal: {
    ours: { what: '平台没有接受这个请求', next: '这是程序的问题，请把下面的代码告诉我们。' },
    input: { what: '平台不接受这个号码', next: '请核对主叫和被叫号码后再拨。' },
    set_up: { what: '账号或签名没有通过', next: '到“设置 › 连接检查”查明原因。' },
    clock: { what: '电脑时间与平台相差太多', next: '校准系统时间后再拨。' },
    platform: { what: '平台暂时无法处理', next: '稍等片刻再拨。' },
    nothing_there: { what: '平台没有对应的数据', next: '请核对号码，或联系平台。' },
    line: { what: '线路正被占用', next: '等上一通结束后再拨。' },
    account: { what: '平台账户余额不足', next: '在平台充值后即可再拨。' },
    other: { what: '平台拒绝了这次拨打', next: '请按平台的说明处理，或联系平台。' },
  },
  code: {
    1002: { what: '请求方式不被平台接受', next: '这是程序的问题，请把代码告诉我们。' },
    1003: { what: '平台认为参数有误', next: '请核对主叫和被叫号码。' },
    1004: { what: '签名没有通过', next: '到“设置 › 连接检查”找出平台要求的签名方式。' },
    1005: { what: 'appKey 或 appSecret 不正确', next: '到“设置 › 平台账号”重新填写。' },
    1006: { what: '电脑时间与平台相差太多', next: '已按平台时间校正并重试一次，仍被拒绝。请校准系统时间。' },
    2000: { what: '平台正忙', next: '等几秒再拨。' },
    2001: { what: '平台报告未知错误', next: '再拨一次；若仍如此，请联系平台。' },
    2002: { what: '平台没有对应的数据', next: '请核对号码。' },
    2003: { what: '平台没有更多数据', next: '请核对号码。' },
    3001: { what: '平台服务出了故障', next: '过几分钟再拨。' },
    7001: { what: '您的号码正在通话中', next: '等这通电话结束后再拨。' },
    7002: { what: '上一通的线路尚未释放', next: '等一两分钟再拨。' },
    9001: { what: '平台账户余额不足', next: '在平台充值后即可再拨。' },
  },
  rule: {
    hours: (b) => ({
      what: '现在不在可拨打的时段',
      next: b.free ? `${b.free} 起可以拨打（北京时间规则）。` : '请在规定的时段内拨打。',
    }),
    gap: (b) => ({ what: '刚刚拨过这个号码', next: b.free ? `${b.free} 后可再拨。` : '请稍等再拨。' }),
    per5min: (b) => ({
      what: `5 分钟内已拨 ${b.count} / ${b.limit} 次`,
      next: b.free ? `${b.free} 后可再拨。` : '请稍后再拨。',
    }),
    per24h: (b) => ({
      what: `24 小时内已拨 ${b.count} / ${b.limit} 次`,
      next: b.free ? `${b.free} 后可再拨。` : '请改日再拨。',
    }),
    per_day: (b) => ({
      what: `今天共拨 ${b.count} / ${b.limit} 次，已到上限`,
      next: b.free ? `${b.free} 后可再拨。` : '请明天再拨。',
    }),
    do_not_call: () => ({ what: '这个号码在勿扰名单里', next: '写明理由解除之后才能拨打。' }),
    outcome: () => ({ what: '上一通电话还没有结果', next: '先选一个结果，再拨下一通。' }),
    pattern: (b) => ({
      what: b.why ? `这类号码不允许拨打：${b.why}` : '这类号码不允许拨打',
      next: '确实需要时，请管理员在设置里修改规则。',
    }),
    loss: () => ({
      what: '原来的数据库丢失，勿扰名单、规则和备注不在这里',
      next: '请按页面顶部的提示恢复备份，或确认后再拨。',
    }),
    lead: () => ({
      what: '这一位已经拨过、已经结束，或名单已暂停',
      next: '请看名单现在轮到谁。',
    }),
    under_way: () => ({ what: '这个主叫号码的上一通尚未结束', next: '等通话记录到达后再拨。' }),
  },
  rowFlaw: {
    no_subid: '缺少通话标识（subid）',
    nameless: '缺少客户号码或开始时间',
    rounded: '表格软件把长数字四舍五入了，请把这一列设为文本后重新导出',
    bad_subid: '不是通话标识',
    bad_number: '不是电话号码',
    bad_time: '看不懂的时间，例如 2026-11-23 14:07:00',
    bad_duration: '看不懂的时长，例如 192 或 3:12',
    bad_status: '看不懂的状态，应为 0 到 3',
    too_long: '内容过长',
    open_quote: '引号没有配对',
    no_number: '缺少号码',
    hidden_number: '号码中间几位已被遮住',
    bad_hash: '不是摘要，应为 64 位十六进制',
    repeated: '前面已有这个号码',
    barred: '在勿扰名单里，不能拨打',
    known: '已是客户',
    not_a_record: '不是一条记录',
  },
  syncTrouble: {
    unreachable: { what: '连不上中继', next: '会自动重试；恢复后记录自动补齐。' },
    token_refused: { what: '中继不认可这台电脑', next: '请粘贴一条新的配对链接。' },
    not_a_relay: { what: '这个地址上不是中继', next: '请核对配对链接。' },
    relay_ill: { what: '中继暂时无法工作', next: '请告诉团队管理员；恢复后自动补齐。' },
    missed: { what: '中继上有些旧记录已被清除', next: '可从平台导出后在“通话记录 › 导入”补上。' },
    cannot_store: { what: '记录到了，却写不进本机', next: '请检查磁盘空间；一条也不会丢，写得进时会再取。' },
  },
  check: {
    keyring: '系统密钥环',
    database: '本机数据库',
    recordings_folder: '录音文件夹',
    account: '平台账号',
    platform: '平台与签名',
    clock: '电脑时间',
    relay: '中继',
    loop: '推送与取回',
  },
  verdict: { good: '正常', doubtful: '可用', bad: '有问题', skipped: '未检查' },
  advice: {
    start_keyring: '请启动或安装系统密钥环，否则密钥只保留到退出为止。',
    choose_folder: '请腾出空间，或换一个文件夹。',
    enter_credentials: '请填写 appKey、appSecret 和主叫号码。',
    reenter_credentials: '平台不认识这组账号，请重新填写。',
    change_dialect: '请在“高级”里改用下面写明的签名方式。',
    ask_platform: '哪种签名方式平台都没有接受，请向平台核对。',
    set_clock: '请校准电脑的系统时间。',
    check_network: '请检查网络、代理或防火墙。',
    pair_relay: '还没有配对中继，通话记录不会自动到达。',
    renew_pairing: '请向团队管理员要一条新的配对链接。',
    ask_operator: '请中继的管理员查看。',
    restore_backup: '请从备份恢复数据库。',
  },
  found: {
    keyring: () => '密钥保存在系统密钥环里。',
    practice: () => '练习不保存密钥。',
    session_only: () => '没有可用的系统密钥环，密钥只保留到退出为止。',
    keyring_silent: () => '系统密钥环没有响应。',
    calls: ({ count }) => `可以读写，有 ${count} 通电话。`,
    trouble: () => '不能正常使用。',
    writable: () => '可以写入。',
    set_up: () => 'appKey、appSecret 和主叫号码都已填写。',
    missing: ({ parts }) => `还缺：${parts.map((part) => ACCOUNT_PART[part] ?? part).join('、')}。`,
    fault: ({ fault }) => `${zhAnswers.trouble[fault.code](fault.details ?? {}).what}。`,
    not_asked: () => '这次没有询问平台。',
    taken: () => '账号和签名都通过了。',
    unreachable: () => '连不上平台。',
    unknown_credentials: () => '平台不认识这组账号（代码 1005）。',
    clock_refused: () => '平台不接受这台电脑的时间（代码 1006）。',
    code: ({ code }) => `平台回答了代码 ${code}。`,
    other_dialect: ({ dialect }) => {
      const unit = dialect.timestamp === 'seconds' ? '秒' : '毫秒';
      const lower = dialect.lower_case === 'keys' ? '参数名' : '参数名和值';
      const digest = dialect.digest === 'lower' ? '小写' : '大写';
      return `平台接受的签名方式：时间戳用${unit}，${lower}转小写，签名用${digest}字母。`;
    },
    no_dialect: () => '哪种签名方式平台都不接受（代码 1004），appSecret 可能不对。',
    drift: ({ seconds }) => `与平台相差 ${seconds} 秒。`,
    no_relay: () => '还没有配对。',
    relay: ({ records }) => `连接正常，共收到 ${records} 条记录。`,
    went_around: ({ asked_ms, pushed_ms, arrived_ms }) =>
      `测试记录走完了一圈：查询 ${asked_ms} 毫秒，推送落盘 ${pushed_ms} 毫秒，收到 ${arrived_ms} 毫秒。`,
    no_push_address: () => '没有推送地址，平台不知道把记录推到哪里。',
    push_unanswered: () => '推送地址没有应答。',
    push_refused: ({ status }) =>
      status === 403
        ? '中继只接受平台机器的推送，这台电脑试不了（403）。'
        : `推送地址拒绝接收（${status}）。`,
    push_did_not_arrive: () => '推送被接收了，却没有回到这里：推送地址可能是别的席位的。',
  },
  state: {
    planned: '待发出',
    sending: '正在提交',
    accepted: '等待记录',
    refused: '被拒绝',
    not_sent: '未发出',
    unknown: '待核对',
    recorded: '已有记录',
  },
  status: { dialled: '已拨', failed: '失败', not_connected: '未接通', connected: '接通' },
  line: { untried: '平台线路 · 尚未使用', answering: '平台线路正常', unreachable: '平台连不上' },
  origin: {
    unset: '未设置',
    keyring: '已存入系统密钥环',
    session: '仅保留到退出',
    environment: '来自环境变量',
  },
  silent: { not_sent: '没有拨出：没能连上平台', unknown: '没有得到平台的有效回答' },
  recordingReason: {
    not_ready: '平台还没有生成录音。',
    unreachable: '连不上平台的录音服务器。',
    cut_off: '下载中途断开。',
    timed_out: '平台没有及时回答。',
    platform_busy: '平台暂时无法处理。',
    refused: '平台拒绝提供录音。',
    not_audio: '平台返回的不是录音。',
    too_large: '文件大得不像录音，没有保存。',
    bad_subid: '通话标识不正确，无法索取录音。',
    redirected: '平台把录音指向了不可信的地址，没有前往。',
    not_set_up: '还缺少平台账号。',
    disk_full: '磁盘已满，腾出空间后会自动再取。',
    not_writable: '录音文件夹无法写入。',
    fetched_elsewhere: '另一个程序正在取这条录音。',
    store: '数据库暂时写不进去。',
    damaged: '本机的文件已损坏，正在重新取。',
    missing: '本机的文件不见了，正在重新取。',
    lost: '本机的文件损坏或丢失时，平台已经删除了它。',
    kept_months: '超过了您设定的保留月数。',
  },
};

function noRoom(d: Details): Said {
  if (d['left'] === 'nothing')
    return {
      what: '磁盘空间不足，没有导入',
      next: '已经写入的都撤回了，原有的数据没有变。请腾出空间后再导入一次。',
    };
  if (d['left'] === 'some')
    return {
      what: '磁盘空间不足，没有导入完',
      next: '已经写入的部分，腾出空间后会自动撤回。请腾出空间后再导入一次。',
    };
  if (d['kept'] !== undefined)
    return {
      what: '磁盘空间不足，名单没有导入完',
      next: `已有 ${String(d['kept'])} 个号码加入勿扰，其余的没有。请腾出空间后再导入一次。`,
    };
  return { what: '磁盘已满', next: '腾出空间后再试，没有留下不完整的文件。' };
}

function flawed(d: Details): string {
  const words: Record<string, string> = zhAnswers.flaw;
  const word = words[String(d['flaw'])];
  return word ? `${word}。` : '';
}

function named(d: Details, key: string): string {
  return typeof d[key] === 'string' ? `“${d[key]}”` : '';
}

function reasoned(d: Details, otherwise: string): string {
  return typeof d['reason'] === 'string' && d['reason'] ? `${otherwise}（${d['reason']}）` : otherwise;
}

function said(d: Details, otherwise: string): string {
  return typeof d['msg'] === 'string' && d['msg'] ? `平台说：“${d['msg']}”。${otherwise}` : otherwise;
}

function coded(d: Details): string {
  return d['code'] === undefined ? '' : `（${String(d['code'])}）`;
}

function at(d: Details): string {
  return typeof d['path'] === 'string' ? `：${d['path']}` : '';
}
