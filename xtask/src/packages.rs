//! System packages, where apt can bring them.

use crate::program;
use anyhow::{Result, bail};
use std::process::Command;

/// One system package and what it is for.
pub struct Package {
    name: &'static str,
    purpose: &'static str,
}

/// What building and opening the desktop program takes.
pub const FOR_BUILDING: &[Package] = &[
    package("build-essential", "links Rust programs, compiles SQLite"),
    package("pkg-config", "finds the system's libraries"),
    package("libwebkit2gtk-4.1-dev", "the window's web view"),
    package(
        "gstreamer1.0-plugins-good",
        "plays recordings in the window",
    ),
    package("fonts-noto-cjk", "Chinese letters"),
];

/// What the tests take beside that.
pub const FOR_TESTS: &[Package] = &[
    package("xvfb", "a display without a screen"),
    package("xauth", "lets the tests onto that display"),
    package("dbus", "a session bus of the tests' own"),
    package("gnome-keyring", "a keyring of the tests' own"),
    package("libsecret-tools", "looks into that keyring"),
    package("webkit2gtk-driver", "drives the window"),
    package("xdotool", "types into the save dialog"),
    package("xdg-utils", "says which program opens links"),
    package("chromium", "drives the same UI in a browser"),
    package("strace", "counts what a push costs the disk"),
    package("postgresql", "keeps the relay's records in the tests"),
];

/// What the relay's torture takes.
pub const FOR_TORTURE: &[Package] = &[package("strace", "records what the relay writes")];

/// Whom the relay is measured against, and what shows the price of its syncs.
pub const FOR_RELAY_PEERS: &[Package] = &[
    package("redis-server", "keeps what webdis takes"),
    package("webdis", "Redis by HTTP"),
    package("etcd-server", "a log that is synced and agreed on"),
    package("postgresql", "rows, each in a commit of its own"),
    package("libeatmydata1", "syncs that do nothing"),
];

const fn package(name: &'static str, purpose: &'static str) -> Package {
    Package { name, purpose }
}

/// Installs those of the packages that are missing; says what is missing where it can't.
pub fn install(wanted: &[&[Package]]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if program::find("dpkg-query").is_none() || program::find("apt-get").is_none() {
        println!("this is no Debian or Ubuntu: see CONTRIBUTING.md for the packages Bohao needs");
        return Ok(());
    }
    let missing: Vec<&Package> = wanted
        .iter()
        .copied()
        .flatten()
        .filter(|package| !is_installed(package.name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for package in &missing {
        println!("missing: {} ({})", package.name, package.purpose);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let Some(prefix) = as_root() else {
        bail!("please run as root: apt-get install {}", names.join(" "));
    };
    // The lists may be absent or old; an update that fails shows in the installation.
    let _ = apt(prefix).args(["update", "-qq"]).status();
    program::succeed(
        apt(prefix)
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(names),
    )
}

fn is_installed(name: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    program::printed(query.args(["-W", "-f=${db:Status-Status}", name]))
        .is_some_and(|status| status == "installed")
}

fn as_root() -> Option<&'static [&'static str]> {
    if program::printed(Command::new("id").arg("-u")).as_deref() == Some("0") {
        return Some(&[]);
    }
    // Without a terminal nobody could type a password.
    program::printed(Command::new("sudo").args(["-n", "true"])).map(|_| &["sudo", "-n"][..])
}

fn apt(prefix: &[&str]) -> Command {
    let words: Vec<&str> = prefix
        .iter()
        .copied()
        .chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    command
}
