//! What a command line stands on in a test.

use bohao_sandbox::{Settings, Timing};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub const TEL_A: &str = "13800006620";
pub const TEL_B: &str = "13922104471";
/// Nobody listens there.
pub const NOWHERE: &str = "http://127.0.0.1:9";

/// A platform, a relay with one seat, and a folder of data.
pub struct Stand {
    pub runtime: Runtime,
    pub sandbox: bohao_sandbox::Running,
    pub dir: TempDir,
    relay: bohao_relay::Running,
    seat: bohao_relay::NewSeat,
}

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Stand {
    /// Calls take no time, and the guard knows no hours.
    pub fn new() -> Self {
        Self::playing(Timing {
            ring: Duration::ZERO,
            talk: Duration::ZERO,
            push_backoff: Duration::from_millis(1),
            ..Timing::default()
        })
    }

    pub fn playing(timing: Timing) -> Self {
        let runtime = Runtime::new().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let settings = Settings {
            timing,
            ..Settings::default()
        };
        let sandbox = runtime.block_on(bohao_sandbox::start(settings)).unwrap();
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let database = bohao_relay::Settings::new(dir.path().join("relay.db"));
        let relay = runtime
            .block_on(bohao_relay::start(database, listen))
            .unwrap();
        let seat = relay.seats().add("desk", 0).unwrap();
        let stand = Stand {
            runtime,
            sandbox,
            dir,
            relay,
            seat,
        };
        let all_day = ["guard", "set", "hours=00:00-24:00", "--reason", "a test"];
        assert_eq!(stand.run(&all_day).exit, 0);
        stand
    }

    /// The command line with its account in the environment, and no keyring within reach.
    pub fn command(&self) -> Command {
        let mut command = bare();
        command
            .env("BOHAO_DATA_DIR", self.data_dir())
            .env("BOHAO_APP_KEY", Settings::APP_KEY)
            .env("BOHAO_APP_SECRET", Settings::APP_SECRET)
            .env("BOHAO_TEL_A", TEL_A)
            .env("BOHAO_CALL_URL", self.sandbox.url())
            .env("BOHAO_RECORDING_URL", self.sandbox.url())
            .env("BOHAO_PUSH_URL", self.seat.push_url.expose_secret())
            .env("BOHAO_RELAY_URL", self.relay.url().as_str())
            .env("BOHAO_RELAY_TOKEN", self.seat.read_token.expose_secret());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, words: &[&str]) -> Said {
        said(self.command().args(words))
    }

    /// Runs a command with `--json`; the one value on stdout, and the exit code.
    pub fn json(&self, words: &[&str]) -> (Value, i32) {
        let said = said(self.command().arg("--json").args(words));
        (said.json(), said.exit)
    }

    pub fn data_dir(&self) -> std::path::PathBuf {
        self.dir.path().join("desk")
    }

    /// The link that sets a desk up for this relay.
    pub fn pairing(&self) -> String {
        self.seat.pairing.to_link().expose_secret().to_owned()
    }

    /// Every secret that this stand knows.
    pub fn secrets(&self) -> Vec<String> {
        let of_seat = [&self.seat.push_url, &self.seat.read_token];
        let mut secrets: Vec<String> = of_seat
            .iter()
            .map(|secret| secret.expose_secret().to_owned())
            .collect();
        secrets.push(Settings::APP_SECRET.to_owned());
        secrets.push(Settings::APP_KEY.to_owned());
        secrets
    }

    /// Dials once, and returns once the platform's push was taken by the relay.
    pub fn dial_and_await_the_push(&self, number: &str) -> Value {
        let before = self.pushed();
        let (placed, exit) = self.json(&["dial", number]);
        assert_eq!(exit, 0, "{placed}");
        while self.pushed() == before {
            std::thread::sleep(Duration::from_millis(5));
        }
        placed
    }

    /// A connected call whose record is in the log; its subid.
    pub fn connected(&self, number: &str) -> String {
        let placed = self.dial_and_await_the_push(number);
        assert_eq!(self.run(&["sync"]).exit, 0);
        placed["subid"].as_str().unwrap().to_owned()
    }

    fn pushed(&self) -> usize {
        let calls = self.sandbox.calls();
        let pushes = calls.iter().flat_map(|call| &call.pushes);
        pushes.filter(|push| push.status == Some(200)).count()
    }
}

impl Said {
    /// Exactly one JSON value is on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in {:?}", self.stdout))
    }
}

/// The command line with an empty environment.
pub fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bohao-cli"));
    command
        .env_clear()
        .env("LANG", "C")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
        .stdin(Stdio::null());
    // Windows finds its sockets by it.
    if let Some(root) = std::env::var_os("SystemRoot") {
        command.env("SystemRoot", root);
    }
    command
}

/// Runs a command with nothing set up in a folder of its own.
pub fn fresh(dir: &Path, words: &[&str]) -> Said {
    said(bare().env("BOHAO_DATA_DIR", dir).args(words))
}

pub fn said(command: &mut Command) -> Said {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    Said {
        exit: status.code().expect("it ended by itself"),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}
