//! The relay as a program of its own.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{socket::path_of, within::Seat};

const PROGRAM: &str = env!("CARGO_BIN_EXE_bohao-relay");

pub(crate) struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

/// A database that the program can be told of.
pub(crate) trait Place {
    fn argument(&self) -> OsString;

    /// The folder for what a server does not take.
    fn spool(&self) -> Option<&Path> {
        None
    }
}

impl Place for Path {
    fn argument(&self) -> OsString {
        self.into()
    }
}

impl Place for PathBuf {
    fn argument(&self) -> OsString {
        self.into()
    }
}

/// The program with this database, and nothing of the environment's.
pub(crate) fn command(database: &(impl Place + ?Sized)) -> Command {
    let mut command = Command::new(PROGRAM);
    clean(&mut command)
        .arg("--database")
        .arg(database.argument());
    if let Some(spool) = database.spool() {
        command.env("BOHAO_RELAY_SPOOL", spool);
    }
    command
}

pub(crate) fn clean(command: &mut Command) -> &mut Command {
    command
        .env_remove("BOHAO_RELAY_CONFIG")
        .env_remove("BOHAO_RELAY_DATABASE")
        .env_remove("BOHAO_RELAY_PUBLIC_URL")
        .env_remove("BOHAO_RELAY_SPOOL")
}

/// The program under strace, with these options for it. The tracer is not the parent (`-D`), so
/// that ending the child ends the program.
pub(crate) fn traced(database: &Path, options: &[&str]) -> Command {
    let mut command = Command::new("strace");
    clean(&mut command)
        .args(["-D", "-f"])
        .args(options)
        .arg(PROGRAM)
        .arg("--database")
        .arg(database);
    command
}

pub(crate) fn output(mut command: Command) -> Output {
    command.output().unwrap()
}

/// Runs a `seat … --json` command that must succeed.
pub(crate) fn seat_json(database: &(impl Place + ?Sized), arguments: &[&str]) -> Value {
    let mut command = command(database);
    command.arg("seat").args(arguments).arg("--json");
    let output = output(command);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

impl Program {
    pub(crate) fn serve(database: &(impl Place + ?Sized)) -> Self {
        Self::spawn(command(database), &[])
    }

    pub(crate) fn spawn(mut command: Command, more: &[&str]) -> Self {
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more);
        Self::run(command)
    }

    /// Starts a command that serves, as it stands.
    pub(crate) fn run(command: Command) -> Self {
        Self::announced(command, "http")
    }

    /// As [`Self::run`], for one that speaks TLS.
    pub(crate) fn run_tls(command: Command) -> Self {
        Self::announced(command, "https")
    }

    fn announced(mut command: Command, scheme: &str) -> Self {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let line = read_line(&mut stdout);
        let Some(address) = line.strip_prefix(&*format!("listening on {scheme}://")) else {
            let mut stderr = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut stderr)
                .unwrap();
            panic!("it does not listen: {line:?} {stderr}");
        };
        Self {
            address: address.parse().unwrap(),
            child,
            stdout,
        }
    }

    pub(crate) fn next_line(&mut self) -> String {
        read_line(&mut self.stdout)
    }

    /// Where it serves metrics, which it tells in the line that is next.
    pub(crate) fn metrics(&mut self) -> SocketAddr {
        let line = self.next_line();
        let address = line.strip_prefix("metrics on http://").unwrap();
        address.parse().unwrap()
    }

    pub(crate) fn add(&self, database: &(impl Place + ?Sized), name: &str) -> Seat {
        self.seat(&seat_json(database, &["add", name]))
    }

    pub(crate) fn seat(&self, json: &Value) -> Seat {
        Seat {
            address: self.address,
            push_path: path_of(json["push_url"].as_str().unwrap()),
            read_token: json["read_token"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn again(&self, seat: Seat) -> Seat {
        Seat {
            address: self.address,
            ..seat
        }
    }

    /// Ends it without any chance to tidy up.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args(["-s", name, &pid])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for its end, and returns what it wrote to stderr. It is to come within 3 s; a machine that is
    /// busy with other tests has some more.
    pub(crate) fn end(mut self) -> (ExitStatus, String) {
        for _ in 0..200 {
            if let Some(status) = self.child.try_wait().unwrap() {
                let mut stderr = String::new();
                self.child
                    .stderr
                    .take()
                    .unwrap()
                    .read_to_string(&mut stderr)
                    .unwrap();
                return (status, stderr);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the relay does not end");
    }
}

impl Drop for Program {
    /// A failed test leaves no process behind.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_line(stdout: &mut BufReader<ChildStdout>) -> String {
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
