//! The program's log: one file among the data, which never grows without end.
//!
//! It tells what happened and never with what: no secret, no phone number, no address of a relay.

use bohao_wire::{Fault, FaultCode};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Mutex;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// A log that has grown beyond this gives way at the next start; the one before it is dropped.
const FULL: u64 = 4 * 1024 * 1024;

/// Begins the log in the data folder, at level `info` unless `BOHAO_LOG` names another level. Only
/// Bohao's own words are kept: what libraries say at a fine level may hold a request's address.
///
/// # Errors
/// `NotWritable` or `DiskFull` if nothing can be written there, which no desk could live with.
pub fn begin(data_dir: &Path) -> Result<(), Fault> {
    let file = open(data_dir).map_err(|error| unwritable(data_dir, &error))?;
    let level = std::env::var("BOHAO_LOG")
        .ok()
        .and_then(|level| level.parse().ok());
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(file));
    let begun = tracing_subscriber::registry()
        .with(Targets::new().with_target("bohao", level.unwrap_or(LevelFilter::INFO)))
        .with(lines)
        .try_init();
    if begun.is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            // The message of a panic may hold anything; the place in the source is enough.
            tracing::error!(place = ?panic.location(), "a part of the program broke down");
        }));
    }
    Ok(())
}

/// Says something on the terminal, for as long as there is no window to say it in.
#[expect(
    clippy::print_stderr,
    reason = "there is nothing else to say it with yet"
)]
pub fn say(message: &str) {
    eprintln!("{message}");
}

fn open(data_dir: &Path) -> io::Result<File> {
    bohao_engine::presence::create_private(data_dir)?;
    let path = data_dir.join("bohao.log");
    if fs::metadata(&path).is_ok_and(|file| file.len() > FULL) {
        fs::rename(&path, data_dir.join("bohao.log.1"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}

fn unwritable(data_dir: &Path, error: &io::Error) -> Fault {
    let code = match error.kind() {
        io::ErrorKind::StorageFull => FaultCode::DiskFull,
        _ => FaultCode::NotWritable,
    };
    Fault::new(code, "the data folder can't be written to")
        .with("path", data_dir.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    const CANARY: &str = "canary-of-13800006620";
    const FOLDER: &str = "BOHAO_TEST_JOURNAL";

    #[test]
    fn promise_7_a_panic_tells_its_place_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "journal::tests::breaks_down", "--ignored"])
            .args(["--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .env("BOHAO_LOG", "trace")
            .output()
            .unwrap();
        let log = fs::read_to_string(folder.path().join("bohao.log")).unwrap();
        assert!(log.contains("journal.rs"), "{log}");
        let told = String::from_utf8([child.stderr, child.stdout].concat()).unwrap() + &log;
        assert!(!told.contains(CANARY), "{told}");
    }

    #[test]
    #[ignore = "the child of the test above"]
    fn breaks_down() {
        begin(Path::new(&std::env::var_os(FOLDER).unwrap())).unwrap();
        panic!("{CANARY}");
    }
}
