import type { Details } from '../../host/trouble';
import type { Answers, Said } from '../answers';

const ACCOUNT_PART: Record<string, string> = {
  app_key: 'appKey',
  app_secret: 'appSecret',
  own_number: 'your own number',
};

const NO_BACKUP: Record<string, Said> = {
  not_a_backup: { what: 'This is no backup of Bohao’s', next: 'Nothing was changed. Choose another file.' },
  damaged_backup: {
    what: 'The backup is damaged, or was changed',
    next: 'Nothing was changed. Choose another backup.',
  },
  newer_backup: {
    what: 'A newer Bohao made this backup',
    next: 'Nothing was changed. Update Bohao, then restore it.',
  },
};

/** English words for the engine's answers. */
export const enAnswers: Answers = {
  trouble: {
    bad_number: (d) => ({
      what: 'This is no number that can be dialled',
      next: flawed(d) || 'Check it and try again.',
    }),
    bad_input: (d) => ({
      what: 'One entry is not right',
      next: `Check ${named(d, 'field') || 'what you entered'} and try again.`,
    }),
    bad_link: (d) => ({
      what: d['flaw'] === 'cut_short' ? 'The pairing link is cut short' : 'This is no pairing link of Bohao',
      next: 'Ask whoever set the team up for a new link, and paste all of it.',
    }),
    not_set_up: () => ({
      what: 'Account or own number missing',
      next: 'Complete it in Settings › Platform account.',
    }),
    not_found: () => ({ what: 'This record can’t be found', next: 'It may have been removed. Look again.' }),
    recording_unavailable: (d) => ({
      what: 'The recording is not here yet',
      next: reasoned(d, 'The platform may still be making it. Fetch it again later.'),
    }),
    file_exists: () => ({
      what: 'A file of this name exists',
      next: 'Choose another name. The file was left as it is.',
    }),
    not_writable: (d) =>
      d['reason'] === 'inside'
        ? {
            what: 'Recordings can’t move into their own folder',
            next: `Nothing was moved. Choose another folder${at(d)}.`,
          }
        : d['reason'] === 'own_folder'
          ? {
              what: 'That folder is Bohao’s own',
              next: `Nothing was moved. Choose another folder${at(d)}.`,
            }
          : { what: 'This place can’t be written to', next: `Choose another folder${at(d)}.` },
    disk_full: (d) => noRoom(d),
    task_running: () => ({
      what: 'Something else is being done with the recordings',
      next: 'Wait for its end, or stop it first.',
    }),
    unreadable_file: (d) =>
      NO_BACKUP[String(d['reason'])] ?? {
        what: 'This file can’t be read',
        next: reasoned(d, 'Use call records as CSV or JSON.'),
      },
    keyring_failed: (d) => ({
      what: 'The system’s keyring did not answer',
      next: reasoned(d, 'Unlock or start it and try again.'),
    }),
    platform_unreachable: () => ({
      what: 'The platform can’t be reached',
      next: 'Nothing was dialled. Check the network and try again.',
    }),
    platform_refused: (d) => ({ what: `The platform refused${coded(d)}`, next: said(d, 'Try again later.') }),
    relay_unreachable: () => ({
      what: 'The relay can’t be reached',
      next: 'Check the network. Records wait there and come in by themselves.',
    }),
    relay_refused: () => ({
      what: 'The relay does not know this computer',
      next: 'Ask for a new pairing link.',
    }),
    relay_lying: (d) => ({
      what: 'The answer is none of a relay',
      next: reasoned(d, 'Check the address in the pairing link.'),
    }),
    in_use: () => ({ what: 'Another Bohao works on these data', next: 'Close the other window first.' }),
    database_newer: () => ({
      what: 'The data come from a newer version',
      next: 'Update Bohao. The data were left as they are.',
    }),
    database_damaged: (d) => ({
      what: 'The database is damaged',
      next: `It was set aside, and a new one begun${at(d)}.`,
    }),
    database_foreign: (d) => ({
      what: 'Another program’s file lies in the database’s place',
      next: `It was left as it is. Move it away, or choose another data folder${at(d)}.`,
    }),
    database_replaced: () => ({
      what: 'The database’s file was deleted or replaced while it was open',
      next: 'Nothing was dialled, and nothing was kept. Quit Bohao and open it again.',
    }),
    not_here: () => ({ what: 'This can’t be done here', next: 'Use the desktop program.' }),
    internal: () => ({
      what: 'Something went wrong',
      next: 'Try again. If it stays so, tell us the line below.',
    }),
    host_lost: () => ({
      what: 'The connection to Bohao is lost',
      next: 'It is trying again. Everything on screen stays.',
    }),
    host_locked: () => ({
      what: 'This page must be opened again',
      next: 'Open the address again from the terminal.',
    }),
  },
  flaw: {
    empty: 'Enter a number',
    no_digits: 'There is no number in this',
    too_short: 'Not complete yet',
    too_long: 'Too many digits',
    no_area_code: 'Add the area code',
    foreign: 'Numbers abroad can’t be dialled yet',
    special: 'Emergency and short numbers can’t be reached this way',
    several: 'More than one number: keep one',
    unknown_prefix: 'No number begins like this',
    own_number: 'This is your own number',
  },
  kind: { mobile: 'Mobile', landline: 'Landline', enterprise: 'Business line', service: 'Service line' },
  refusal: {
    ours: {
      what: 'The platform did not take the request',
      next: 'The fault is ours: please tell us the code below.',
    },
    input: {
      what: 'The platform does not take this number',
      next: 'Check your own and the customer’s number.',
    },
    set_up: {
      what: 'Account or signature was not accepted',
      next: 'Run Settings › Connection check to find out why.',
    },
    clock: { what: 'This computer’s clock is off', next: 'Set the clock, then dial again.' },
    platform: { what: 'The platform can’t do it just now', next: 'Wait a moment, then dial again.' },
    nothing_there: {
      what: 'The platform has nothing for this',
      next: 'Check the number, or ask the platform.',
    },
    line: { what: 'The line is in use', next: 'Dial again once the last call has ended.' },
    account: { what: 'The platform account is out of credit', next: 'Top it up, then dial again.' },
    other: { what: 'The platform refused this call', next: 'Do as it says, or ask the platform.' },
  },
  code: {
    1002: {
      what: 'The platform does not take this method',
      next: 'The fault is ours: please tell us the code.',
    },
    1003: { what: 'The platform objects to a parameter', next: 'Check your own and the customer’s number.' },
    1004: {
      what: 'The signature was not accepted',
      next: 'Settings › Connection check finds the way the platform wants it.',
    },
    1005: { what: 'appKey or appSecret is wrong', next: 'Enter them again in Settings › Platform account.' },
    1006: {
      what: 'This computer’s clock is off',
      next: 'Corrected and tried once more, still refused. Set the clock.',
    },
    2000: { what: 'The platform is busy', next: 'Wait a few seconds, then dial again.' },
    2001: {
      what: 'The platform reports an unknown error',
      next: 'Dial again. If it stays so, ask the platform.',
    },
    2002: { what: 'The platform has no such data', next: 'Check the number.' },
    2003: { what: 'The platform has no more data', next: 'Check the number.' },
    3001: { what: 'The platform is out of order', next: 'Dial again in a few minutes.' },
    7001: { what: 'Your number is on a call', next: 'Dial again once that call has ended.' },
    7002: { what: 'The last call’s line is not free yet', next: 'Wait a minute or two, then dial again.' },
    9001: { what: 'The platform account is out of credit', next: 'Top it up, then dial again.' },
  },
  rule: {
    hours: (b) => ({
      what: 'Outside the calling hours',
      next: b.free ? `Free from ${b.free} (hours are Beijing time).` : 'Dial within the hours set.',
    }),
    gap: (b) => ({
      what: 'This number was dialled just now',
      next: b.free ? `Free at ${b.free}.` : 'Wait a little.',
    }),
    per5min: (b) => ({
      what: `${b.count} of ${b.limit} calls in 5 minutes`,
      next: b.free ? `Free at ${b.free}.` : 'Wait a little.',
    }),
    per24h: (b) => ({
      what: `${b.count} of ${b.limit} calls in 24 hours`,
      next: b.free ? `Free at ${b.free}.` : 'Dial another day.',
    }),
    per_day: (b) => ({
      what: `${b.count} of ${b.limit} calls today: the limit`,
      next: b.free ? `Free at ${b.free}.` : 'Dial tomorrow.',
    }),
    do_not_call: () => ({
      what: 'This number is not to be called',
      next: 'It can be dialled once that is lifted with a reason.',
    }),
    outcome: () => ({
      what: 'The last call has no outcome yet',
      next: 'Choose one, then dial the next.',
    }),
    pattern: (b) => ({
      what: b.why ? `Numbers like this are never dialled: ${b.why}` : 'Numbers like this are never dialled',
      next: 'If it is needed, change the rules in the settings.',
    }),
    loss: () => ({
      what: 'The database was lost, and the do-not-call list, the rules and the notes with it',
      next: 'Restore a backup or acknowledge it, as the notice at the top says.',
    }),
    lead: () => ({
      what: 'This lead was dialled already, is over, or its list rests',
      next: 'See whose turn it is.',
    }),
    under_way: () => ({
      what: 'The last call from this number has not ended',
      next: 'Dial again once its record is in.',
    }),
  },
  rowFlaw: {
    no_subid: 'The call’s id (subid) is missing',
    nameless: 'Customer or begin is missing',
    rounded: 'A spreadsheet rounded this number: export again with the column as text',
    bad_subid: 'Not the id of a call',
    bad_number: 'Not a phone number',
    bad_time: 'Not a time, such as 2026-11-23 14:07:00',
    bad_duration: 'Not a length, such as 192 or 3:12',
    bad_status: 'Not a status: 0 to 3',
    too_long: 'Too long',
    open_quote: 'A quotation mark is never closed',
    no_number: 'The number is missing',
    hidden_number: 'The middle of this number is hidden',
    bad_hash: 'Not a hash of 64 hexadecimal digits',
    repeated: 'The number stands further up already',
    barred: 'Not to be called',
    known: 'A customer already',
    not_a_record: 'Not a record',
  },
  syncTrouble: {
    unreachable: {
      what: 'The relay can’t be reached',
      next: 'It tries again by itself. Records come in once it is back.',
    },
    token_refused: { what: 'The relay does not know this computer', next: 'Paste a new pairing link.' },
    not_a_relay: { what: 'There is no relay at this address', next: 'Check the pairing link.' },
    relay_ill: {
      what: 'The relay can’t work just now',
      next: 'Tell whoever runs it. Records come in once it is back.',
    },
    missed: {
      what: 'The relay has dropped some older records',
      next: 'Export them at the platform and bring them in by Calls › Import.',
    },
    cannot_store: {
      what: 'Records came and can’t be written here',
      next: 'Check the disk. None is lost: they are fetched again.',
    },
  },
  check: {
    keyring: 'System keyring',
    database: 'Database',
    recordings_folder: 'Recordings folder',
    account: 'Platform account',
    platform: 'Platform and signature',
    clock: 'Clock',
    relay: 'Relay',
    loop: 'Push and back',
  },
  verdict: { good: 'Good', doubtful: 'Usable', bad: 'Not working', skipped: 'Not checked' },
  advice: {
    start_keyring: 'Start or install a keyring; until then secrets last until you quit.',
    choose_folder: 'Free some space, or choose another folder.',
    enter_credentials: 'Enter appKey, appSecret and your own number.',
    reenter_credentials: 'The platform does not know these credentials. Enter them again.',
    change_dialect: 'Under Advanced, choose the signature named below.',
    ask_platform: 'No kind of signature was accepted. Ask the platform.',
    set_clock: 'Set this computer’s clock.',
    check_network: 'Check network, proxy and firewall.',
    pair_relay: 'No relay is paired: records do not arrive by themselves.',
    renew_pairing: 'Ask for a new pairing link.',
    ask_operator: 'Ask whoever runs the relay.',
    restore_backup: 'Restore the database from a backup.',
  },
  found: {
    keyring: () => 'Secrets are kept in the system’s keyring.',
    practice: () => 'Practice keeps no secrets.',
    session_only: () => 'There is no keyring to use: secrets last until Bohao quits.',
    keyring_silent: () => 'The keyring does not answer.',
    calls: ({ count }) => `Can be read and written; it holds ${count} ${count === 1 ? 'call' : 'calls'}.`,
    trouble: () => 'It can’t be used as it is.',
    writable: () => 'Can be written.',
    set_up: () => 'appKey, appSecret and your own number are set.',
    missing: ({ parts }) => `Missing: ${parts.map((part) => ACCOUNT_PART[part] ?? part).join(', ')}.`,
    fault: ({ fault }) => `${enAnswers.trouble[fault.code](fault.details ?? {}).what}.`,
    not_asked: () => 'The platform was not asked.',
    taken: () => 'It takes the account and the signature.',
    unreachable: () => 'It can’t be reached.',
    unknown_credentials: () => 'It does not know this account (code 1005).',
    clock_refused: () => 'It does not take this computer’s time (code 1006).',
    code: ({ code }) => `It answered with code ${code}.`,
    other_dialect: ({ dialect }) => {
      const unit = dialect.timestamp === 'seconds' ? 'seconds' : 'milliseconds';
      const lower = dialect.lower_case === 'keys' ? 'names' : 'names and values';
      return `It takes this signature: timestamp in ${unit}, ${lower} in lower case, ${dialect.digest}-case letters.`;
    },
    no_dialect: () => 'It takes the signature in no form (code 1004): the appSecret may be wrong.',
    drift: ({ seconds }) => `${seconds} s from the platform’s.`,
    no_relay: () => 'Not paired yet.',
    relay: ({ records }) =>
      `It answers, and has received ${records} ${records === 1 ? 'record' : 'records'}.`,
    went_around: ({ asked_ms, pushed_ms, arrived_ms }) =>
      `A test record went around: asked in ${asked_ms} ms, stored in ${pushed_ms} ms, back here in ${arrived_ms} ms.`,
    no_push_address: () => 'The platform has no address to push records to.',
    push_unanswered: () => 'Nobody answers at the push address.',
    push_refused: ({ status }) =>
      status === 403
        ? 'The relay takes pushes from the platform’s own machines alone (403).'
        : `The push address refuses (${status}).`,
    push_did_not_arrive: () =>
      'The push was taken and did not come back: the push address may be another seat’s.',
  },
  state: {
    planned: 'Planned',
    sending: 'Sending',
    accepted: 'Accepted',
    refused: 'Refused',
    not_sent: 'Not sent',
    unknown: 'Unknown',
    recorded: 'Recorded',
  },
  status: { dialled: 'Dialled', failed: 'Failed', not_connected: 'Not reached', connected: 'Connected' },
  line: {
    untried: 'Platform · not used yet',
    answering: 'Platform answers',
    unreachable: 'Platform unreachable',
  },
  origin: {
    unset: 'Not set',
    keyring: 'In the system’s keyring',
    session: 'Until you quit',
    environment: 'From the environment',
  },
  silent: { not_sent: 'Not dialled: no way to the platform', unknown: 'The platform gave no answer' },
  recordingReason: {
    not_ready: 'The platform has not made it yet.',
    unreachable: 'The platform’s recordings can’t be reached.',
    cut_off: 'The download broke off.',
    timed_out: 'The platform did not answer in time.',
    platform_busy: 'The platform can’t serve it now.',
    refused: 'The platform refuses to hand it out.',
    not_audio: 'What the platform sent is no recording.',
    too_large: 'The file is too large to be a recording; it was not kept.',
    bad_subid: 'The call’s id is malformed, so it can’t be asked for.',
    redirected: 'The platform pointed to an address that can’t be trusted; it was not followed.',
    not_set_up: 'The platform account is missing.',
    disk_full: 'The disk is full. Once there is space, it is fetched by itself.',
    not_writable: 'The recordings’ folder can’t be written.',
    fetched_elsewhere: 'Another program is fetching it.',
    store: 'The database can’t be written right now.',
    damaged: 'The file on this computer was damaged and is being fetched again.',
    missing: 'The file on this computer is missing and is being fetched again.',
    lost: 'The platform had dropped it when the file on this computer was found lost or damaged.',
    kept_months: 'It was older than the months you keep.',
  },
};

function noRoom(d: Details): Said {
  if (d['left'] === 'nothing')
    return {
      what: 'Too little room on the disk: nothing was imported',
      next: 'What was written so far is taken back, and everything else is as it was. Free some space and import again.',
    };
  if (d['left'] === 'some')
    return {
      what: 'Too little room on the disk: the import stopped',
      next: 'What it wrote is taken back by itself once there is room. Free some space and import again.',
    };
  if (d['kept'] !== undefined)
    return {
      what: 'Too little room on the disk for the whole list',
      next: `${String(d['kept'])} of its numbers are barred now, the rest is not. Free some space and import again.`,
    };
  return { what: 'The disk is full', next: 'Free some space and try again. Nothing half-written is left.' };
}

function flawed(d: Details): string {
  const words: Record<string, string> = enAnswers.flaw;
  const word = words[String(d['flaw'])];
  return word ? `${word}.` : '';
}

function named(d: Details, key: string): string {
  return typeof d[key] === 'string' ? `“${d[key]}”` : '';
}

function reasoned(d: Details, otherwise: string): string {
  return typeof d['reason'] === 'string' && d['reason'] ? `${otherwise} (${d['reason']})` : otherwise;
}

function said(d: Details, otherwise: string): string {
  return typeof d['msg'] === 'string' && d['msg'] ? `It said “${d['msg']}”. ${otherwise}` : otherwise;
}

function coded(d: Details): string {
  return d['code'] === undefined ? '' : ` (${String(d['code'])})`;
}

function at(d: Details): string {
  return typeof d['path'] === 'string' ? `: ${d['path']}` : '';
}
