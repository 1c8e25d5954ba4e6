export const number = {
  hidden: (tail: string) => (tail ? `尾号 ${tail}，其余已遮住` : '号码已遮住'),
  hint: '按住显示，松开即遮住；右键或 Ctrl C 复制',
  copyAsk: '复制这个号码？',
  copyText: '完整号码会放进剪贴板，其他程序也能读到；一分钟后若还在，会自动清除。',
  copied: '号码已复制',
  left: (seconds: number) => `${seconds} 秒后清除`,
  clear: '现在清除',
  unknown: '浏览器不允许查看剪贴板，号码可能还在里面。复制别的内容就能盖掉它。',
  showAsk: '显示完整号码？',
  showText:
    '屏幕上的号码都会完整显示，旁边的人、截图和录屏也看得到。想看某一个号码，按住它就行，不用关掉遮盖。',
  showHow: '系统支持时会先核对您的登录密码；这次更改会记入规则日志。',
  showGo: '显示完整号码',
  refused: '密码没有通过，号码仍然遮住。',
};
