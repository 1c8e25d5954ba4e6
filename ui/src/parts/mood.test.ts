import { describe, expect, it } from 'vitest';
import type { CallRow } from '../wire';
import { en } from '../words/en';
import { zh } from '../words/zh';
import { recordingWhy, whyOf } from './mood';

const call = (row: Partial<CallRow>) => row as CallRow;

describe('why a call came to nothing', () => {
  it('is said in the language of the screen where only this computer knows', () => {
    const row = call({ state: 'unknown', reason: 'the connection was cut' });
    expect(whyOf(row, zh)).toBe('没有得到平台的有效回答');
    expect(whyOf(row, en)).toBe('The platform gave no answer');
  });

  it('is said in the language of the screen for a code that is known', () => {
    const row = call({ state: 'refused', code: 9001, reason: '费用不足，请联系平台充值' });
    expect(whyOf(row, zh)).toBe(zh.answers.code[9001].what);
    expect(whyOf(row, en)).toBe(en.answers.code[9001].what);
  });

  it('is the platform’s usual reason, in English where English is spoken', () => {
    const row = call({ state: 'recorded', status: 'not_connected', code: null, reason: '客户关机' });
    expect(whyOf(row, zh)).toBe('客户关机');
    expect(whyOf(row, en)).toBe('Phone off');
  });

  it('is the platform’s own word for anything else', () => {
    expect(whyOf(call({ state: 'refused', code: 8123, reason: '号码受限' }), en)).toBe('号码受限');
    expect(whyOf(call({ state: 'recorded', code: null, reason: '风控拦截' }), en)).toBe('风控拦截');
  });
});

describe('why a recording is not here', () => {
  it('turns the engine’s word into words and keeps the platform’s', () => {
    expect(recordingWhy('refused: 费用不足', zh)).toBe('平台拒绝提供录音。 费用不足');
    expect(recordingWhy('not_ready', en)).toBe('The platform has not made it yet.');
  });

  it('never shows a bare word of the engine’s', () => {
    expect(recordingWhy('a_word_to_come', zh)).toBe('');
    expect(recordingWhy(null, zh)).toBe('');
  });
});
