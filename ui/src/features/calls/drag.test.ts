import { afterEach, expect, it } from 'vitest';
import { aRow } from '../../host/stub';
import { showWhole } from '../../words/veiled.svelte';
import { download, fileName } from './drag';

const row = aRow({ started_at: Date.UTC(2026, 10, 23, 16, 7, 9), tel_b: '+86 139-2210 4471' });

afterEach(() => showWhole(false));

it('names a dragged recording by its moment in Beijing and its number, as that is shown', () => {
  expect(fileName(row, 'mp3')).not.toContain('13922104471');
  expect(fileName(row, 'mp3')).toContain('4471.mp3');
  showWhole(true);
  expect(fileName(row, 'mp3')).toBe('2026-11-24_000709_8613922104471.mp3');
  expect(fileName(aRow({ at: 0, tel_b: null }), 'wav')).toBe('1970-01-01_080000_recording.wav');
});

it('tells the browser where the dragged recording is', () => {
  showWhole(true);
  expect(download(row, 'mp3', 'http://127.0.0.1:8700/')).toBe(
    'application/octet-stream:2026-11-24_000709_8613922104471.mp3:http://127.0.0.1:8700/api/recording/call-1?download',
  );
});
