export const shortcut = {
  title: '快捷键',
  lead: '在任何程序里复制号码，按快捷键，号码就填进拨号框。按回车才拨出，从不自动拨打。',
  label: '拨打复制的号码',
  press: '请按下新的组合键，Esc 取消',
  none: '未设置',
  change: '更换',
  usual: '恢复默认',
  remove: '停用',
  standing: {
    works: '可以使用。',
    off: '已停用。',
    taken: '这组键已被别的程序占用，请换一组。',
    no_keys: '请用两个修饰键加一个键，或单独一个功能键（F1 到 F24）。',
    wayland:
      '这个桌面（Wayland）不把按键交给程序。请在系统设置里新建一个快捷键，命令填 bohao --dial-copied，效果相同。',
  },
  kept: '仍然使用原来的快捷键。',
};
