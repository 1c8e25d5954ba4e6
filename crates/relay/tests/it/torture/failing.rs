use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::Duration,
};

use rstest::rstest;

use super::{
    chance::Chance, digested, is_known, is_sound, ledger::Ledger, report, rounds, serve, strained,
};
use crate::{
    faults::{SmallDisk, is_untraceable, skip},
    program::{Program, traced},
    within::Seat,
};

const SENDERS: usize = 8;
const BODIES_A_SENDER: usize = 25;

/// Writes fail under load, then they succeed again. Senders repeat what was refused until it is
/// taken, so that the test ends only if the relay recovers by itself.
#[rstest]
#[case("full disk", "ENOSPC")]
#[case("I/O error", "EIO")]
#[case("read-only file system", "EROFS")]
fn promise_2_no_acknowledged_push_is_lost_by_writes_that_fail(
    #[case] what: &str,
    #[case] error: &str,
) {
    if is_untraceable() {
        return;
    }
    let (rounds, totals) = (rounds("BOHAO_TORTURE_FAULTS", 1), Ledger::default());
    let mut refused = 0;
    for round in 0..rounds {
        let mut chance = Chance::new(round as u64);
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("relay.db");
        let relay = serve(&database);
        let seat = relay.add(&database, "A");
        relay.kill();
        // A commit has more than seven writes, so that each one fails until the fault is lifted.
        let first = chance.within(30..60);
        let last = first + chance.within(100..400);
        let fault = format!("inject=pwrite64:error={error}:when={first}..{last}+7");
        let relay = traced(&database, &["-o", "/dev/null", "-e", &fault]);
        let relay = Program::spawn(strained(relay), &[]);
        let seat = relay.again(seat);
        let ledger = Ledger::default();
        refused += push_all(&seat, &ledger, round);
        assert_eq!(ledger.acknowledged(), SENDERS * BODIES_A_SENDER);
        reads_back(relay, seat, &database, &ledger);
        totals.add(&ledger);
    }
    assert!(refused > 0, "no write failed");
    let remark = format!("{refused} answers 503, then taken");
    report(
        &format!("{what} ({error}), lifted again"),
        rounds,
        &totals,
        remark,
    );
}

/// The disk fills up and is emptied, again and again, while pushes come in.
#[test]
fn promise_2_no_acknowledged_push_is_lost_by_a_disk_that_is_full_now_and_then() {
    let rounds = rounds("BOHAO_TORTURE_FAULTS", 1);
    let totals = Ledger::default();
    let mut refused = 0;
    for round in 0..rounds {
        let Some(disk) = SmallDisk::mount() else {
            return skip("no right to mount a small disk");
        };
        let database = disk.0.path().join("relay.db");
        let relay = serve(&database);
        let seat = relay.add(&database, "A");
        let ledger = Ledger::default();
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| fill_now_and_then(disk.0.path(), &is_over));
            refused += push_all(&seat, &ledger, round);
            is_over.store(true, SeqCst);
        });
        reads_back(relay, seat, &database, &ledger);
        totals.add(&ledger);
    }
    assert!(refused > 0, "the disk was never full");
    let remark = format!("{refused} answers 503, then taken");
    report("disk filled and emptied", rounds, &totals, remark);
}

fn fill_now_and_then(folder: &Path, is_over: &AtomicBool) {
    let filler = folder.join("filler");
    while !is_over.load(SeqCst) {
        // Writes until there is no room; that it ends in an error is the point.
        let _ = fs::write(&filler, vec![0; 16 << 20]);
        thread::sleep(Duration::from_millis(60));
        fs::remove_file(&filler).unwrap();
        thread::sleep(Duration::from_millis(20));
    }
}

/// A sync fails under load: the relay ends, and the next one has all that was answered 200.
#[test]
fn promise_2_no_acknowledged_push_is_lost_by_a_sync_that_fails() {
    if is_untraceable() {
        return;
    }
    let (rounds, totals) = (rounds("BOHAO_TORTURE_FAULTS", 2), Ledger::default());
    for round in 0..rounds {
        let mut chance = Chance::new(round as u64);
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("relay.db");
        let relay = serve(&database);
        let seat = relay.add(&database, "A");
        relay.kill();
        let fault = format!("inject=fdatasync:error=EIO:when={}+", chance.within(4..25));
        let relay = traced(&database, &["-o", "/dev/null", "-e", &fault]);
        let relay = Program::spawn(strained(relay), &[]);
        let seat = relay.again(seat);
        let ledger = Ledger::default();
        push_all(&seat, &ledger, round);
        let (status, stderr) = relay.end();
        assert_eq!(status.code(), Some(1), "{stderr}");
        assert!(ledger.acknowledged() < SENDERS * BODIES_A_SENDER);
        goes_on(seat, &database, &ledger);
        totals.add(&ledger);
    }
    report(
        "sync that fails",
        rounds,
        &totals,
        "the process ends, a new one serves",
    );
}

/// Pushes from all sides; what is refused is pushed again, until it is taken or the relay is gone.
/// Returns how often it was refused.
fn push_all(seat: &Seat, ledger: &Ledger, round: usize) -> usize {
    thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let mut chance = Chance::new((round * SENDERS + sender) as u64);
                scope.spawn(move || {
                    let mut refused = 0;
                    for place in 0..BODIES_A_SENDER {
                        let body = ledger.draw(sender, place, &mut chance);
                        loop {
                            match ledger.push(seat, &body) {
                                Some(200) => break,
                                Some(503) => refused += 1,
                                None => return refused,
                                Some(other) => panic!("{other}"),
                            }
                            thread::sleep(Duration::from_millis(2));
                        }
                    }
                    refused
                })
            })
            .collect();
        senders
            .into_iter()
            .map(|sender| sender.join().unwrap())
            .sum()
    })
}

/// All is there, from the relay that had the trouble and from the next one.
fn reads_back(relay: Program, seat: Seat, database: &Path, ledger: &Ledger) {
    assert_eq!(ledger.flaws(&seat.read_all()), []);
    assert!(digested(database) > 0, "no digest ever moved");
    relay.kill();
    goes_on(seat, database, ledger);
}

/// The next relay has all, knows it for there, and finds nothing wrong.
fn goes_on(seat: Seat, database: &Path, ledger: &Ledger) {
    let relay = serve(database);
    let seat = relay.again(seat);
    let stored = seat.read_all();
    assert_eq!(ledger.flaws(&stored), []);
    is_known(&seat, &stored, &mut Chance::new(0));
    is_sound(database);
}
