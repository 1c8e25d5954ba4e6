use std::{
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
    time::Duration,
};

use super::{
    chance::Chance, digested, is_known, is_sound, ledger::Ledger, report, rounds, serve, strained,
};
use crate::{
    program::{Program, command, output},
    within::Seat,
};

const SENDERS: usize = 8;

/// A fresh database after this many kills, so that reading all of it after each one stays quick.
const KILLS_A_DATABASE: usize = 25;

/// The relay is killed at arbitrary moments under load, and now and then while it starts. After
/// each kill all that it has is read and held against what it had answered.
#[test]
fn promise_2_no_acknowledged_push_is_lost_by_any_kill() {
    let kills = rounds("BOHAO_TORTURE_KILLS", 6);
    let totals = Ledger::default();
    let mut done = 0;
    while done < kills {
        let these = KILLS_A_DATABASE.min(kills - done);
        let ledger = kill_again_and_again(these, &mut Chance::new(done as u64));
        totals.add(&ledger);
        done += these;
    }
    report("kill -9 under load", kills, &totals, "8 senders");
}

fn kill_again_and_again(kills: usize, chance: &mut Chance) -> Ledger {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let ledger = Ledger::default();
    let relay = serve(&database);
    let mut seat = relay.add(&database, "A");
    relay.kill();
    for round in 0..kills {
        if chance.percent(20) {
            kill_at_start(&database, chance);
        }
        let relay = serve(&database);
        seat = relay.again(seat);
        let stored = seat.read_all();
        assert_eq!(ledger.flaws(&stored), [], "before kill {round}");
        is_known(&seat, &stored, chance);
        if round % 3 == 1 {
            remove_another(&relay, &database, round, chance);
        }
        let enough = ledger.acknowledged() + chance.within(1..120);
        push_until_killed(relay, &seat, round, enough, chance, &ledger);
    }
    let relay = serve(&database);
    let seat = relay.again(seat);
    let stored = seat.read_all();
    assert_eq!(ledger.flaws(&stored), []);
    is_known(&seat, &stored, chance);
    relay.kill();
    is_sound(&database);
    assert!(kills < 5 || digested(&database) > 0, "no digest ever moved");
    ledger
}

/// Another seat's records are swept while the next kill comes.
fn remove_another(relay: &Program, database: &Path, round: usize, chance: &mut Chance) {
    let name = format!("removed in {round}");
    let other = relay.add(database, &name);
    for number in 0..chance.within(40..80) {
        other.keep(format!("{number}").as_bytes());
    }
    let mut remove = command(database);
    remove.args(["seat", "remove", &name]);
    assert!(output(remove).status.success());
}

/// Recovery, migration and checks must bear being cut short as well.
fn kill_at_start(database: &Path, chance: &mut Chance) {
    let mut starting = strained(command(database));
    starting
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = starting.spawn().unwrap();
    thread::sleep(Duration::from_micros(chance.within(0..20_000) as u64));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Pushes from all sides, and kills the relay in the middle of it once it answered enough.
fn push_until_killed(
    relay: Program,
    seat: &Seat,
    round: usize,
    enough: usize,
    chance: &mut Chance,
    ledger: &Ledger,
) {
    let is_killed = AtomicBool::new(false);
    thread::scope(|scope| {
        for sender in 0..SENDERS {
            let mut chance = Chance::new(chance.within(0..usize::MAX) as u64);
            let is_killed = &is_killed;
            scope.spawn(move || {
                // A round's senders are others than the last one's: who hung up pushes no more.
                let sender = round * SENDERS + sender;
                for place in 0.. {
                    let body = ledger.draw(sender, place, &mut chance);
                    match ledger.push(seat, &body) {
                        Some(200) => {}
                        _ if is_killed.load(SeqCst) => return,
                        other => {
                            is_killed.store(true, SeqCst);
                            panic!("refused while it lives: {other:?}");
                        }
                    }
                }
            });
        }
        while ledger.acknowledged() < enough && !is_killed.load(SeqCst) {
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(Duration::from_micros(chance.within(0..3000) as u64));
        is_killed.store(true, SeqCst);
        relay.kill();
    });
}
