import { zhAnswers } from './answers';
import { backup } from './backup';
import { calls } from './calls';
import { customers } from './customers';
import { custody } from './custody';
import { byHand } from './by-hand';
import { deleting, picked } from './deleting';
import { detail, player } from './detail';
import { dial, live } from './dial';
import { doNotCall } from './do-not-call';
import { exporting } from './export';
import { followUps } from './follow-ups';
import { guard } from './guard';
import { filters } from './filters';
import { importing } from './import';
import { links } from './links';
import { listen } from './listen';
import { lists } from './lists';
import { number } from './number';
import { outcomes } from './outcomes';
import { reports } from './reports';
import { settings } from './settings';
import { common, nav, foot, ago, strip } from './shell';
import { shortcut } from './shortcut';
import { start, account } from './start';

/** Chinese, the source of truth: every other language has the type of this table. */
export const zh = {
  tag: 'zh-CN',
  brand: '拨号',
  answers: zhAnswers,
  common,
  nav,
  foot,
  ago,
  strip,
  start,
  account,
  dial,
  live,
  calls,
  customers,
  followUps,
  outcomes,
  reports,
  custody,
  filters,
  picked,
  deleting,
  byHand,
  detail,
  player,
  backup,
  export: exporting,
  links,
  shortcut,
  listen,
  lists,
  guard,
  doNotCall,
  number,
  import: importing,
  settings,
};

/** What every language must say. */
export type Words = typeof zh;
