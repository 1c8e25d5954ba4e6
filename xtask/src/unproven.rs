//! What this machine can't show. A test that skips itself passes, so what is skipped is named at the
//! end, with what it wants.

use crate::{program, workspace};
use anyhow::Result;
use std::fs;
use std::process::Command;

/// A proof, whether it can be had here, and what it wants.
struct Proof {
    what: &'static str,
    want: &'static str,
    can_be_had: fn() -> Result<bool>,
}

const ON_LINUX: &[Proof] = &[
    Proof {
        what: "the relay while writes and syncs fail and the power is cut, and what the kernel sees of a push and a dial",
        want: "strace, and the right to trace",
        can_be_had: || {
            Ok(
                program::printed(Command::new("strace").args(["-o", "/dev/null", "true"]))
                    .is_some(),
            )
        },
    },
    Proof {
        what: "disks that are full or can't be written, for relay, recordings and window",
        want: "the right to mount one, which root has",
        can_be_had: can_mount,
    },
    Proof {
        what: "what root makes in the relay's folder",
        want: "root",
        can_be_had: || Ok(program::printed(Command::new("id").arg("-u")).as_deref() == Some("0")),
    },
    Proof {
        what: "the system's real keyring",
        want: "dbus-run-session, gnome-keyring-daemon and secret-tool",
        can_be_had: || {
            let programs = ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"];
            Ok(programs.iter().all(|name| program::find(name).is_some()))
        },
    },
];

const EVERYWHERE: &[Proof] = &[
    Proof {
        what: "the relay on PostgreSQL and under torture, and the window",
        want: "Linux",
        can_be_had: || Ok(cfg!(target_os = "linux")),
    },
    Proof {
        what: "licences, bans and sources",
        want: "cargo-deny (`cargo install cargo-deny --locked`)",
        can_be_had: || Ok(has_deny()),
    },
];

/// What can't be shown here: each with what it wants.
pub fn here() -> Result<Vec<(&'static str, &'static str)>> {
    let on_linux = if cfg!(target_os = "linux") {
        ON_LINUX
    } else {
        &[]
    };
    let mut left_out = Vec::new();
    for proof in EVERYWHERE.iter().chain(on_linux) {
        if !(proof.can_be_had)()? {
            left_out.push((proof.what, proof.want));
        }
    }
    Ok(left_out)
}

/// Whether cargo-deny is installed.
pub fn has_deny() -> bool {
    program::find("cargo-deny").is_some()
}

/// As the tests do it: a small file system in memory.
fn can_mount() -> Result<bool> {
    let at = workspace::target()?.join("mount");
    fs::create_dir_all(&at)?;
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]);
    let is_mounted = program::printed(mount.arg(&at)).is_some();
    if is_mounted {
        program::succeed(Command::new("umount").arg("-l").arg(&at))?;
    }
    Ok(is_mounted)
}
