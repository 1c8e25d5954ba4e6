import type { Dialect } from '../../wire';
import type { Words } from '../../words/zh';

/** One open question of the platform's document, and its possible answers. */
export interface Choice {
  field: keyof Dialect;
  label: string;
  options: [string, string][];
}

export function dialectChoices({ settings }: Words): Choice[] {
  const { bodyForm, bodyJson, seconds, milliseconds, lowerKeys, lowerAll, digestLower, digestUpper } =
    settings;
  return [
    {
      field: 'body',
      label: settings.body,
      options: [
        ['form', bodyForm],
        ['json', bodyJson],
      ],
    },
    {
      field: 'timestamp',
      label: settings.timestamp,
      options: [
        ['seconds', seconds],
        ['milliseconds', milliseconds],
      ],
    },
    {
      field: 'lower_case',
      label: settings.lower,
      options: [
        ['keys', lowerKeys],
        ['keys_and_values', lowerAll],
      ],
    },
    {
      field: 'digest',
      label: settings.digest,
      options: [
        ['lower', digestLower],
        ['upper', digestUpper],
      ],
    },
  ];
}
