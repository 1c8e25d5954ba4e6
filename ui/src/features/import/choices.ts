import type { RecordField } from '../../wire';

/** Encodings of exports of this trade. */
export const ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be', 'big5'] as const;

/** Zones that exports are written in; Beijing's name comes from the engine. */
export const ZONES = ['Asia/Shanghai', 'UTC', '+07:00', '+09:00', '+01:00', '-05:00', '-08:00'] as const;

/** What a column can tell, the likeliest first. */
export const FIELDS: readonly RecordField[] = [
  'subid',
  'tel_b',
  'customer_name',
  'company',
  'started_at',
  'duration',
  'status',
  'tel_a',
  'tel_x',
  'ended_at',
  'reason',
  'download_url',
];
