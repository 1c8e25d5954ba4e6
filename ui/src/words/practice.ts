/** What the stand-in platform does to some numbers, so that every ending can be seen. */
export interface Magic {
  number: string;
  zh: string;
  en: string;
}

/** A choice of the stand-in platform's magic numbers: crates/sandbox/README.md has them all. */
export const MAGIC: Magic[] = [
  { number: '13922104471', zh: '接通，有录音', en: 'Connected' },
  { number: '13800000001', zh: '客户未接', en: 'No answer' },
  { number: '13800000007', zh: '空号', en: 'No such number' },
  { number: '13800000013', zh: '线路占用', en: 'Line in use' },
  { number: '13800000004', zh: '余额不足', en: 'Out of credit' },
  { number: '13800000009', zh: '结果未知', en: 'Unknown' },
  { number: '13800000020', zh: '录音晚到', en: 'Late recording' },
];
