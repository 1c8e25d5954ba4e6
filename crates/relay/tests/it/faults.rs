//! Promise 2 on a disk that fails or is full, and what a commit costs. Linux only: the faults are
//! made by strace and by mounting a small disk.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    program::{Program, traced},
    socket::{self, try_send},
};

#[expect(clippy::print_stderr, reason = "a test that was skipped has to say so")]
pub(crate) fn skip(reason: &str) {
    eprintln!("SKIPPED: {reason}");
}

pub(crate) fn is_untraceable() -> bool {
    let tried = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .stderr(Stdio::null())
        .status();
    let can_trace = tried.is_ok_and(|status| status.success());
    if !can_trace {
        skip("strace is not here or may not trace");
    }
    !can_trace
}

/// Counts the syncs that the kernel saw between two pushes.
#[test]
fn a_lone_push_costs_exactly_one_fdatasync() {
    if is_untraceable() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let trace = folder.path().join("trace");
    let path = trace.to_str().unwrap();
    let calls = "trace=fsync,fdatasync,sync,syncfs,sync_file_range,msync";
    let relay = Program::spawn(traced(&database, &["-o", path, "-e", calls]), &[]);
    let seat = relay.add(&database, "A");
    // The first commit into a fresh log also writes the log's header.
    seat.keep(b"first");
    wait_for_quiet(&trace);
    for number in 0..5 {
        let before = syncs(&trace).len();
        seat.keep(format!("{number}").as_bytes());
        let all = syncs(&trace);
        assert_eq!(all.len() - before, 1, "{all:?}");
        assert!(all[before].contains("fdatasync("), "{}", all[before]);
    }
    seat.keep(b"first");
    relay.kill();
}

/// The relay looks after its records once it is up, and may write for that.
fn wait_for_quiet(trace: &Path) {
    let mut seen = usize::MAX;
    while seen != syncs(trace).len() {
        seen = syncs(trace).len();
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
}

fn syncs(trace: &Path) -> Vec<String> {
    let text = fs::read_to_string(trace).unwrap();
    text.lines()
        .filter(|line| line.contains("sync("))
        .map(str::to_owned)
        .collect()
}

/// After a failed fsync nobody knows what is on the disk: no 200 any more, and the process ends.
#[test]
fn promise_2_a_failed_sync_ends_the_process_and_is_never_a_200() {
    if is_untraceable() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    relay.kill();
    // Counted for each thread, and the writer is the one that syncs pushes.
    let faults = [
        "-o",
        "/dev/null",
        "-e",
        "inject=fdatasync:error=EIO:when=4+",
    ];
    let relay = Program::spawn(traced(&database, &faults), &[]);
    let seat = relay.again(seat);
    let mut stored = Vec::new();
    for number in 0..20 {
        let body = format!("{number}").into_bytes();
        match try_send(seat.address, "POST", &seat.push_path, "", &body) {
            Some(answer) if answer.status == 200 => stored.push(body),
            Some(answer) => {
                assert_eq!(answer.status, 503);
                break;
            }
            None => break,
        }
    }
    assert!(
        (1..19).contains(&stored.len()),
        "{} were stored",
        stored.len()
    );
    let (status, stderr) = relay.end();
    assert_eq!(status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("the disk failed to sync"), "{stderr}");
    let relay = Program::serve(&database);
    let kept: Vec<_> = relay
        .again(seat)
        .read_all()
        .into_iter()
        .map(|(_, body)| body)
        .collect();
    assert_eq!(kept[..stored.len()], stored);
}

/// One that succeeded after it would prove nothing. SQLite tries it by itself, where the last
/// connection to a database is closed.
#[test]
fn promise_2_nothing_is_synced_after_a_sync_that_failed() {
    if is_untraceable() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("relay.db");
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    relay.kill();
    let trace = folder.path().join("trace");
    let faults = [
        "-o",
        trace.to_str().unwrap(),
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        "inject=fdatasync:error=EIO:when=4",
    ];
    let relay = Program::spawn(traced(&database, &faults), &[]);
    let seat = relay.again(seat);
    for number in 0..20_u8 {
        // Somewhere among them it ends.
        let _ = try_send(seat.address, "POST", &seat.push_path, "", &[number]);
    }
    let (status, stderr) = relay.end();
    assert_eq!(status.code(), Some(1), "{stderr}");
    wait_for_quiet(&trace);
    let text = fs::read_to_string(&trace).unwrap();
    let (_, after) = text.split_once("EIO").expect("a sync has failed");
    assert!(!after.contains("sync("), "{after}");
}

/// A few writes fail as on a full disk, then there is room again.
#[test]
fn promise_2_a_write_that_fails_is_503_and_the_relay_recovers_by_itself() {
    if is_untraceable() {
        return;
    }
    for error in ["ENOSPC", "EIO"] {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("relay.db");
        let relay = Program::serve(&database);
        let seat = relay.add(&database, "A");
        relay.kill();
        let faults = format!("inject=pwrite64:error={error}:when=30..36");
        let relay = Program::spawn(traced(&database, &["-o", "/dev/null", "-e", &faults]), &[]);
        let seat = relay.again(seat);
        let (mut refused, mut stored) = (0, Vec::new());
        for number in 0..40 {
            let body = format!("{number}").into_bytes();
            let answer = seat.push(&body);
            match answer.status {
                200 => stored.push(body),
                503 => {
                    assert!(
                        answer
                            .header("retry-after")
                            .unwrap()
                            .parse::<u32>()
                            .unwrap()
                            > 0
                    );
                    assert_eq!(answer.code(), "unavailable");
                    refused += 1;
                }
                other => panic!("{other}"),
            }
        }
        assert!(refused > 0, "no write failed");
        assert_eq!(stored.last().unwrap(), b"39", "it does not recover");
        let expected: Vec<_> = (1..).zip(stored).collect();
        assert_eq!(
            seat.read_all(),
            expected,
            "what was refused takes no number"
        );
        relay.kill();
        let relay = Program::serve(&database);
        assert_eq!(relay.again(seat).read_all(), expected);
    }
}

/// A small disk of its own, mounted for the test.
pub(crate) struct SmallDisk(pub(crate) tempfile::TempDir);

impl SmallDisk {
    pub(crate) fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn promise_2_a_full_disk_is_503_and_the_relay_recovers_by_itself() {
    let Some(disk) = SmallDisk::mount() else {
        return skip("no right to mount a small disk");
    };
    let database = disk.0.path().join("relay.db");
    let relay = Program::serve(&database);
    let seat = relay.add(&database, "A");
    seat.keep(b"before");
    let filler = disk.0.path().join("filler");
    // Writes until the disk is full; that it ends in an error is the point.
    let _ = fs::write(&filler, vec![0; 16 << 20]);
    let answer = seat.push(b"while full");
    assert_eq!((answer.status, answer.code()), (503, "unavailable".into()));
    assert!(answer.header("retry-after").is_some());
    assert_eq!(socket::get(seat.address, "/healthz", "").status, 503);
    assert_eq!(
        seat.read_all(),
        [(1, b"before".to_vec())],
        "reading goes on"
    );
    fs::remove_file(filler).unwrap();
    seat.keep(b"while full");
    assert_eq!(socket::get(seat.address, "/healthz", "").status, 200);
    // Now the relay itself fills the disk.
    let mut refused = 0;
    for number in 0..60_u8 {
        refused += usize::from(seat.push(&vec![number; 200_000]).status == 503);
    }
    assert!(refused > 0, "an 8 MB disk holds no 12 MB");
    let kept = seat.read_all();
    assert_eq!(kept.len(), 62 - refused);
    relay.kill();
    let relay = Program::serve(&database);
    assert_eq!(relay.again(seat).read_all(), kept);
}
