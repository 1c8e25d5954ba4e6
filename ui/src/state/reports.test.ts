import { expect, it, vi } from 'vitest';
import { aRow, held, stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import type { Report } from '../wire';
import { Job } from './job.svelte';
import { Reports } from './reports.svelte';

function aReport(from: string): Report {
  return { period: { from, to: from, since: 0, until: 1 } } as Report;
}

function setUp(replies: Record<string, (args: never) => unknown> = {}) {
  const stub = stubHost({ ReportQuery: () => aReport('2026-11-23'), ...replies });
  const job = new Job(stub.host, () => 'job-1');
  return { ...stub, reports: new Reports(stub.host, job) };
}

const TODAY = { since: 0, dialled: 0, connected: 0, talk_seconds: 0 };

it('begins own days with those that are shown, and asks for nothing half-typed', async () => {
  const { reports, argsOf } = setUp();
  await reports.load();
  expect(argsOf('ReportQuery')).toEqual([{ range: { days: 'this_week' } }]);
  reports.choose('chosen');
  const range = { days: 'chosen', from: '2026-11-23', to: '2026-11-23' };
  expect(argsOf('ReportQuery').at(-1)).toEqual({ range });
  reports.from = '';
  await reports.load();
  expect(argsOf('ReportQuery')).toHaveLength(2);
});

it('shows the days that were chosen last, whatever is answered last', async () => {
  const slow = held<Report>();
  const answers = [slow.promise, aReport('2026-11-28')];
  const { reports } = setUp({ ReportQuery: () => answers.shift() });
  const first = reports.load();
  reports.choose('today');
  await vi.waitFor(() => expect(reports.report?.period.from).toBe('2026-11-28'));
  slow.resolve(aReport('2026-11-23'));
  await first;
  expect(reports.report?.period.from).toBe('2026-11-28');
});

it('follows calls while it is shown, once for a burst, and not afterwards', async () => {
  vi.useFakeTimers();
  const { reports, count } = setUp();
  const leave = reports.show();
  await vi.runAllTimersAsync();
  const tell = () => {
    for (let n = 0; n < 50; n++) reports.hear({ event: 'call_changed', row: aRow(), today: TODAY });
    return vi.runAllTimersAsync();
  };
  await tell();
  expect(count('ReportQuery')).toBe(2);
  leave();
  await tell();
  reports.ask();
  expect(count('ReportQuery')).toBe(2);
  vi.useRealTimers();
});

it('says what is wrong with days, and keeps what it showed', async () => {
  const { reports } = setUp({
    ReportQuery: () => {
      if (reports.days === 'chosen') throw new Trouble('bad_input', 'no day', { field: 'to' });
      return aReport('2026-11-23');
    },
  });
  await reports.load();
  reports.choose('chosen');
  await vi.waitFor(() => expect(reports.trouble).not.toBe(null));
  expect(reports.report?.period.from).toBe('2026-11-23');
  reports.choose('today');
  await vi.waitFor(() => expect(reports.trouble).toBe(null));
});

it('saves a sheet and a picture of the days that are shown', async () => {
  const { reports, argsOf } = setUp({
    ExportReport: () => ({ outcome: 'saved', path: '/a.xlsx' }),
    SaveReportPicture: () => ({ outcome: 'cancelled' }),
    ShowSaved: () => ({ outcome: 'done' }),
  });
  await reports.exportSheet('masked', 'zh');
  expect(reports.saved).toEqual({ outcome: 'saved', path: '/a.xlsx' });
  const range = { days: 'this_week' };
  expect(argsOf('ExportReport')).toEqual([{ job: 'job-1', range, numbers: 'masked', headings: 'zh' }]);
  await reports.showSaved();
  expect(argsOf('ShowSaved')).toEqual([{ job: 'job-1' }]);
  await reports.savePicture(() => 'iVBOR', 'en');
  expect(argsOf('SaveReportPicture')).toEqual([{ job: 'job-1', png: 'iVBOR', headings: 'en' }]);
  expect(reports.saved, 'a dialog that was closed').toBe(null);
});

it('hands a file to the browser once, however often the screen comes back', async () => {
  let files = 0;
  const { reports } = setUp({ ExportReport: () => ({ outcome: 'download', href: `/files/${++files}` }) });
  await reports.exportSheet('masked', 'zh');
  expect([reports.takeDownload(), reports.takeDownload()]).toEqual(['/files/1', null]);
  expect(reports.saved?.outcome, 'what is said of it stays').toBe('download');
  await reports.exportSheet('masked', 'zh');
  expect(reports.takeDownload()).toBe('/files/2');
});
