import type { Words } from './zh';

/** The platform's reasons why a call did not come about, as far as they are known. */
const ENGLISH = new Map(
  Object.entries({
    客户未接: 'No answer',
    无人应答: 'No answer',
    无应答: 'No answer',
    客户忙: 'Busy',
    用户正忙: 'Busy',
    客户关机: 'Phone off',
    关机: 'Phone off',
    客户停机: 'Out of service',
    停机: 'Out of service',
    客户拒接: 'Declined',
    拒接: 'Declined',
    空号: 'No such number',
    无法接通: 'Out of reach',
    主叫未接: 'You did not pick up',
    呼叫失败: 'The call failed',
  }),
);

/** A reason in the language of the screen; one that nobody has translated stays as the platform said it. */
export function reasonSaid(reason: string, words: Words): string {
  return words.tag.startsWith('en') ? (ENGLISH.get(reason) ?? reason) : reason;
}
