use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::Connection;
use tempfile::TempDir;

use super::{
    chance::Chance,
    digested,
    disk::{self, Files, Loss},
    is_known, is_sound,
    ledger::{Flaw, Ledger},
    report, rounds, serve, strained,
    trace::{self, Call, What},
};
use crate::{
    faults::is_untraceable,
    program::{Program, command, output, traced},
    within::Seat,
};

const SENDERS: usize = 6;

/// Bodies of each sender in a run. Enough that the log is copied into the database and begun anew
/// while pushes come in.
const MANY: usize = 110;
const FEW: usize = 10;

/// Bodies of a seat that is removed before: their digests have moved.
const REMOVED: usize = 60;

const CUTS_A_RECORDING: usize = 20;

/// The relay's calls are recorded under load, over a clean stop and a new start. From them, the
/// disk is rebuilt as a power cut at some instant may have left it, and the real relay opens it.
#[test]
fn promise_2_no_acknowledged_push_is_lost_by_a_power_cut() {
    if is_untraceable() {
        return;
    }
    let cuts = rounds("BOHAO_TORTURE_CUTS", 20);
    let totals = Ledger::default();
    let mut done = 0;
    while done < cuts {
        let these = CUTS_A_RECORDING.min(cuts - done);
        let mut recording = Recording::make(done as u64, MANY);
        assert!(
            recording.copies_back(),
            "the log was never copied back under load"
        );
        for cut in 0..these {
            recording.cut(cut);
        }
        totals.add(&recording.ledger);
        done += these;
    }
    report(
        "power cut",
        cuts,
        &totals,
        "unsynced sectors dropped, torn or reordered",
    );
}

/// On a disk that takes syncs and does nothing, the same cuts must lose something: else they would
/// prove nothing about the syncs.
#[test]
fn cuts_on_a_disk_that_ignores_syncs_do_lose_pushes() {
    if is_untraceable() {
        return;
    }
    let mut recording = Recording::make(7, FEW);
    recording
        .calls
        .retain(|call| !matches!(call.what, What::Sync { .. } | What::SyncFolder));
    let (_, tick, _) = recording.answers[recording.answers.len() / 3].clone();
    let files = disk::cut(
        &recording.start,
        &recording.calls,
        tick,
        Loss::Dropped,
        &mut Chance::new(0),
    );
    let flaws = recording.flaws_after(tick, &files);
    assert!(
        flaws.iter().any(|flaw| matches!(flaw, Flaw::Lost { .. })),
        "{flaws:?}"
    );
}

struct Recording {
    folder: TempDir,
    seat: Option<Seat>,
    ledger: Ledger,
    /// The disk before the first call.
    start: Files,
    calls: Vec<Call>,
    /// Which socket was answered 200, when, and the body that came over it.
    answers: Vec<(String, usize, Vec<u8>)>,
    /// Instants at which more is at stake than a row of the log.
    turns: Vec<usize>,
    last_tick: usize,
    chance: Chance,
}

impl Recording {
    fn make(seed: u64, bodies: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().canonicalize().unwrap();
        let database = path.join("relay.db");
        let ledger = Ledger::default();
        let relay = serve(&database);
        let mut seat = relay.add(&database, "A");
        let removed = relay.add(&database, "B");
        for number in 0..REMOVED {
            removed.keep(format!("{number}").as_bytes());
        }
        relay.signal("TERM");
        relay.end();
        // Its records are swept while what comes is recorded.
        let mut remove = command(&database);
        remove.args(["seat", "remove", "B"]);
        assert!(output(remove).status.success());
        let start = files(&path);
        let traces = tempfile::tempdir().unwrap();
        let (mut calls, mut last_tick) = (Vec::new(), 0);
        for run in 0..2 {
            let trace = traces.path().join(format!("{run}"));
            let relay = traced(&database, &trace::options(&trace));
            let relay = Program::spawn(strained(relay), &[]);
            seat = relay.again(seat);
            push_all(&seat, &ledger, seed, run, bodies);
            match run {
                0 => {
                    relay.signal("TERM");
                    relay.end();
                }
                _ => relay.kill(),
            }
            wait_for(&trace);
            let left = files(&path);
            let traced = trace::read(&trace, &path, last_tick);
            calls.extend(traced.into_iter().filter(|call| was_done(call, &left)));
            last_tick = 1 + calls
                .iter()
                .flat_map(|call| [call.began, call.ended])
                .filter(|tick| *tick != usize::MAX)
                .max()
                .unwrap();
        }
        let answers = answers(&calls);
        assert_eq!(answers.len(), ledger.acknowledged(), "the trace has a gap");
        let mut recording = Self {
            turns: turns(&calls),
            folder,
            seat: Some(seat),
            ledger,
            start,
            calls,
            answers,
            last_tick,
            chance: Chance::new(seed),
        };
        let whole = recording.files_at(last_tick, Loss::Nothing);
        let real = files(&path);
        assert!(
            whole == real,
            "the calls do not explain what the disk holds"
        );
        assert!(recording.moves_digests(&real), "no digest ever moved");
        recording
    }

    /// Whether the database itself was written while pushes came in, and the log begun anew.
    fn copies_back(&self) -> bool {
        let is_write = |call: &Call, name: &str, at: usize| matches!(&call.what, What::Write { file, offset, .. } if file == name && *offset >= at);
        let mut calls = self.calls.iter();
        calls.any(|call| is_write(call, "relay.db-wal", 1 << 20))
            && calls.any(|call| is_write(call, "relay.db", 0))
            && calls.any(|call| matches!(call.what, What::Answered { .. }))
    }

    /// Whether the seat's digests have moved, and those of the removed seat are swept.
    fn moves_digests(&self, files: &Files) -> bool {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), files);
        let database = folder.path().join("relay.db");
        let connection = Connection::open(&database).unwrap();
        let stray = "SELECT count(*) FROM digests WHERE seat NOT IN (SELECT id FROM seats)";
        let stray: i64 = connection.query_row(stray, [], |row| row.get(0)).unwrap();
        digested(&database) > 0 && stray == 0
    }

    fn files_at(&mut self, tick: usize, loss: Loss) -> Files {
        disk::cut(&self.start, &self.calls, tick, loss, &mut self.chance)
    }

    /// One power cut: at any instant, right after an answer, or at a turn.
    fn cut(&mut self, number: usize) {
        let tick = match number % 3 {
            0 => self.chance.within(0..self.last_tick),
            1 => self.answers[self.chance.within(0..self.answers.len())].1,
            _ => self.turns[self.chance.within(0..self.turns.len())],
        };
        let loss = match number % 5 {
            0 => Loss::Dropped,
            1 => Loss::Torn,
            2 => Loss::Scattered { kept: 10 },
            3 => Loss::Scattered { kept: 50 },
            _ => Loss::Scattered { kept: 90 },
        };
        let files = self.files_at(tick, loss);
        let flaws = self.flaws_after(tick, &files);
        assert_eq!(
            flaws,
            [],
            "cut {number} at {tick} of {}, {loss:?}",
            self.last_tick
        );
    }

    /// Lets the relay open what the cut left, and holds it against what it had answered by then.
    fn flaws_after(&mut self, tick: usize, files: &Files) -> Vec<Flaw> {
        let folder = self.folder.path().join("after");
        fs::create_dir(&folder).unwrap();
        write(&folder, files);
        let database = folder.join("relay.db");
        let relay = serve(&database);
        let seat = relay.again(self.seat.take().unwrap());
        let stored = seat.read_all();
        let acknowledged = self.answers.iter().filter(|(_, at, _)| *at <= tick);
        let acknowledged = acknowledged.map(|(_, _, body)| body.as_slice());
        let flaws = self.ledger.flaws_of(acknowledged, &stored);
        is_known(&seat, &stored, &mut self.chance);
        seat.keep(b"after the cut");
        let next = stored.len() as i64 + 1;
        let page = seat.get(&format!("?after={}", stored.len())).json();
        assert_eq!(page["next"], next, "the numbers go on where they ended");
        self.seat = Some(seat);
        is_sound(&database);
        relay.kill();
        fs::remove_dir_all(&folder).unwrap();
        flaws
    }
}

fn push_all(seat: &Seat, ledger: &Ledger, seed: u64, run: usize, bodies: usize) {
    thread::scope(|scope| {
        for sender in 0..SENDERS {
            let sender = run * SENDERS + sender;
            let mut chance = Chance::new(seed * 1000 + sender as u64);
            scope.spawn(move || {
                for place in 0..bodies {
                    let body = ledger.draw(sender, place, &mut chance);
                    assert_eq!(ledger.push(seat, &body), Some(200));
                }
            });
        }
    });
}

/// The kill may have come before a call that had begun: what it left behind tells.
fn was_done(call: &Call, left: &Files) -> bool {
    let in_file = |file| left.get(file).map(Vec::as_slice);
    match &call.what {
        _ if call.ended != usize::MAX => true,
        What::Write {
            file,
            offset,
            bytes,
        } => {
            let range = *offset..offset + bytes.len();
            in_file(file).and_then(|file| file.get(range)) == Some(bytes)
        }
        What::Truncate { file, length } => in_file(file).is_some_and(|file| file.len() == *length),
        What::Open { file } => left.contains_key(file),
        What::Unlink { file } => !left.contains_key(file),
        What::Sync { .. } | What::SyncFolder | What::Received { .. } | What::Answered { .. } => {
            true
        }
    }
}

/// The tracer writes on after the program's end.
fn wait_for(trace: &Path) {
    for _ in 0..1000 {
        if trace::is_whole(trace) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("strace does not come to an end");
}

fn write(folder: &Path, files: &Files) {
    for (name, bytes) in files {
        fs::write(folder.join(name), bytes).unwrap();
    }
}

/// What the folder holds, without the index that is made anew by whoever opens the database.
fn files(folder: &Path) -> Files {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let name = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
    entries
        .map(|path| (name(&path), path))
        .filter(|(name, _)| !name.ends_with("-shm"))
        .map(|(name, path)| (name, fs::read(path).unwrap()))
        .collect()
}

/// The moment at which each answer 200 was handed to the kernel, with the body it was for. Each
/// request has a connection of its own.
fn answers(calls: &[Call]) -> Vec<(String, usize, Vec<u8>)> {
    let mut received: HashMap<&str, Vec<u8>> = HashMap::new();
    let mut answers = Vec::new();
    for call in calls {
        match &call.what {
            What::Received { socket, bytes } => {
                received.entry(socket).or_default().extend_from_slice(bytes);
            }
            What::Answered { socket } => {
                let request = &received[socket.as_str()];
                let head = request.windows(4).position(|four| four == b"\r\n\r\n");
                let body = request[head.unwrap() + 4..].to_vec();
                answers.push((socket.clone(), call.began, body));
            }
            _ => {}
        }
    }
    answers
}

/// Syncs begun, the database itself written, files made, removed or cut.
fn turns(calls: &[Call]) -> Vec<usize> {
    let is_turn = |call: &&Call| match &call.what {
        What::Sync { .. } | What::SyncFolder | What::Truncate { .. } | What::Unlink { .. } => true,
        What::Write { file, offset, .. } => file == "relay.db" || *offset == 0,
        _ => false,
    };
    calls
        .iter()
        .filter(is_turn)
        .map(|call| call.began)
        .collect()
}
