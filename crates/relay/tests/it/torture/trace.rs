//! What the relay asked of the kernel, as strace wrote it down: every change of the files in one
//! folder, every sync, and what went in and out over its sockets.

use std::{collections::HashMap, fs, path::Path};

/// The calls that change files or sync them, and those that carry requests and answers.
pub(super) const CALLS: &str = "trace=openat,?open,pwrite64,write,ftruncate,fsync,fdatasync,\
     ?unlink,unlinkat,?rename,renameat2,fallocate,recvfrom,read,sendto,writev";

/// One call. Instants are ticks: each line of the trace is one.
pub(super) struct Call {
    pub(super) began: usize,
    /// `usize::MAX` if nobody saw its end.
    pub(super) ended: usize,
    pub(super) what: What,
}

pub(super) enum What {
    Write {
        file: String,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        length: usize,
    },
    Sync {
        file: String,
    },
    SyncFolder,
    /// Opened so that it is made if it is not there.
    Open {
        file: String,
    },
    Unlink {
        file: String,
    },
    Received {
        socket: String,
        bytes: Vec<u8>,
    },
    /// An answer 200 was handed to the kernel.
    Answered {
        socket: String,
    },
}

/// Options for strace under which [`read`] understands what it writes.
pub(super) fn options(trace: &Path) -> Vec<&str> {
    let path = trace.to_str().unwrap();
    vec!["-y", "-xx", "-s", "1000000", "-e", CALLS, "-o", path]
}

/// Whether strace has written down the end of the whole program.
pub(super) fn is_whole(trace: &Path) -> bool {
    let text = fs::read_to_string(trace).unwrap_or_default();
    let program = text.split(' ').next();
    text.lines().rev().take(50).any(|line| {
        let (thread, line) = line.split_once(' ').unwrap_or_default();
        let end = line.trim_start();
        Some(thread) == program
            && ["+++ exited with", "+++ killed by"]
                .iter()
                .any(|how| end.starts_with(how))
    })
}

/// The calls that touch `folder` or a socket, in the order in which they began. Ticks are counted
/// on from `first_tick`.
pub(super) fn read(trace: &Path, folder: &Path, first_tick: usize) -> Vec<Call> {
    let text = fs::read_to_string(trace).unwrap();
    let mut open: HashMap<&str, (usize, String)> = HashMap::new();
    let mut calls = Vec::new();
    let mut note = |began, ended, line: &str| {
        if let Some(what) = what(line, folder) {
            calls.push(Call { began, ended, what });
        }
    };
    for (line, tick) in text.lines().zip(first_tick..) {
        let Some((thread, line)) = line.split_once(' ') else {
            continue;
        };
        let line = line.trim_start();
        if let Some(begun) = line.strip_suffix("<unfinished ...>") {
            open.insert(thread, (tick, begun.to_owned()));
        } else if line.starts_with("<... ") {
            let (_, rest) = line.split_once(" resumed>").unwrap();
            let (began, begun) = open.remove(thread).unwrap();
            note(began, seen(tick, rest), &(begun + rest));
        } else {
            note(tick, seen(tick, line), line);
        }
    }
    for (began, begun) in open.into_values() {
        note(began, usize::MAX, &begun);
    }
    calls.sort_by_key(|call| call.began);
    calls
}

/// Of a call that a kill cut off, strace writes no result: whether it was carried out is not known.
fn seen(tick: usize, line: &str) -> usize {
    match line.trim_end().ends_with("= ?") {
        true => usize::MAX,
        false => tick,
    }
}

/// A call that failed, or that touches something else, is nothing.
fn what(line: &str, folder: &Path) -> Option<What> {
    let (call, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ").unwrap_or((rest, "0"));
    if result.starts_with('-') {
        return None;
    }
    let arguments: Vec<&str> = arguments
        .trim_end()
        .trim_end_matches(')')
        .split(", ")
        .collect();
    let object = || named(arguments.first()?);
    let file = || within(folder, &object()?);
    let number = |index: usize| arguments.get(index)?.trim().parse::<usize>().ok();
    match call {
        "pwrite64" => {
            let file = file()?;
            let mut bytes = string(arguments[1])?;
            bytes.truncate(result.trim().parse().unwrap_or(usize::MAX));
            let offset = number(3)?;
            Some(What::Write {
                file,
                offset,
                bytes,
            })
        }
        "ftruncate" => Some(What::Truncate {
            file: file()?,
            length: number(1)?,
        }),
        "fsync" | "fdatasync" if Path::new(&object()?) == folder => Some(What::SyncFolder),
        "fsync" | "fdatasync" => Some(What::Sync { file: file()? }),
        "openat" if arguments.get(2)?.contains("O_CREAT") => {
            let file = within(folder, &named(result)?)?;
            Some(What::Open { file })
        }
        "unlink" => Some(What::Unlink {
            file: within(folder, &text(arguments[0])?)?,
        }),
        "recvfrom" | "read" => {
            let socket = object().filter(|name| name.starts_with("socket:"))?;
            Some(What::Received {
                socket,
                bytes: string(arguments[1])?,
            })
        }
        "sendto" | "write" | "writev" => {
            if let Some(file) = file() {
                panic!("a way to write that the cuts do not know: {call} to {file}");
            }
            let socket = object().filter(|name| name.starts_with("socket:"))?;
            let bytes = string(arguments[1])?;
            bytes
                .starts_with(b"HTTP/1.1 200 ")
                .then_some(What::Answered { socket })
        }
        // Whatever else changes files would have to be understood first.
        "open" | "unlinkat" | "rename" | "renameat2" | "fallocate" if line.contains("relay.db") => {
            panic!("a call that the cuts do not know: {call}")
        }
        _ => None,
    }
}

/// What a descriptor is open on, from `7<…>`.
fn named(argument: &str) -> Option<String> {
    let (_, name) = argument.split_once('<')?;
    text(name.trim_end().strip_suffix('>')?)
}

/// A file's own name, if it lies in the folder and outlives the process; the index in shared
/// memory does not, it is made anew by the first that opens the database.
fn within(folder: &Path, path: &str) -> Option<String> {
    let name = Path::new(path).strip_prefix(folder).ok()?.to_str()?;
    (!name.is_empty() && !name.ends_with("-shm")).then(|| name.to_owned())
}

/// The first quoted string of an argument.
fn string(argument: &str) -> Option<Vec<u8>> {
    let (_, quoted) = argument.split_once('"')?;
    let (escaped, more) = quoted.split_once('"')?;
    assert!(!more.starts_with("..."), "strace cut a string short");
    Some(unescaped(escaped))
}

fn text(escaped: &str) -> Option<String> {
    let escaped = escaped.trim_matches('"');
    String::from_utf8(unescaped(escaped)).ok()
}

/// `\x2f\x74` as bytes.
fn unescaped(escaped: &str) -> Vec<u8> {
    let digit = |digit: u8| (digit as char).to_digit(16).unwrap() as u8;
    escaped
        .as_bytes()
        .chunks_exact(4)
        .map(|byte| digit(byte[2]) << 4 | digit(byte[3]))
        .collect()
}
