//! A computer for one test: a home, a keyring and a driver of its own.

use crate::webdriver::Page;
use std::ffi::OsString;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(30);

/// How xdotool finds the window. Its title is Chinese, which a plain X server can't match.
pub const BOHAO: [&str; 2] = ["--class", "bohao"];

/// How xdotool finds a dialog by its English title.
pub fn dialog(title: &str) -> [&str; 2] {
    ["--name", title]
}

/// Everything ends with it.
pub struct Station {
    home: TempDir,
    told: Vec<(&'static str, String)>,
    keyring: Child,
    driver: Option<Child>,
}

impl Station {
    /// A home without anything in it, and an empty keyring that is unlocked.
    ///
    /// It needs a display and a session bus that belong to the tests alone, as
    /// `cargo xtask test` provides them.
    pub fn new() -> Self {
        Self::told(Vec::new())
    }

    /// The same, with variables in the environment of all that is started there.
    pub fn told(told: Vec<(&'static str, String)>) -> Self {
        for variable in ["DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "TAURI_DRIVER"] {
            assert!(
                std::env::var_os(variable).is_some(),
                "{variable} is not set: run `cargo xtask test`"
            );
        }
        let home = tempfile::tempdir().expect("a folder for the test");
        let mut keyring = at_home(Command::new("gnome-keyring-daemon"), home.path())
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring starts");
        let mut password = keyring.stdin.take().expect("its input is piped");
        password
            .write_all(b"only for this test")
            .expect("it reads its password");
        drop(password);
        let station = Station {
            home,
            told,
            keyring,
            driver: None,
        };
        // Whoever asks before this keyring has its name makes the bus start another one.
        wait_until("the keyring is on the bus", || {
            let asked = output(station.command("dbus-send").args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ]));
            String::from_utf8_lossy(&asked.stdout).contains("boolean true")
        });
        station
    }

    /// Where this station's Bohao keeps its data.
    pub fn data_dir(&self) -> PathBuf {
        self.home.path().join("desk")
    }

    /// A place inside of this station.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A command that is at home here.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = at_home(Command::new(program), self.home.path());
        command
            .env("BOHAO_DATA_DIR", self.data_dir())
            .envs(self.told.iter().cloned());
        command
    }

    /// Opens a program and drives its window.
    pub async fn open(&mut self, program: &Path) -> Page {
        self.open_with(program, &[]).await
    }

    /// The same, with words on its command line.
    pub async fn open_with(&mut self, program: &Path, words: &[&str]) -> Page {
        let (port, native) = (free_port(), free_port());
        let driver = std::env::var_os("TAURI_DRIVER").expect("looked at before");
        let driver = self
            .command(driver)
            .args([
                "--port",
                &port.to_string(),
                "--native-port",
                &native.to_string(),
            ])
            .stdout(Stdio::null())
            .spawn()
            .expect("tauri-driver starts");
        self.driver = Some(driver);
        // tauri-driver listens before the web driver behind it does, and does not wait for it.
        wait_until("both drivers listen", || {
            [native, port]
                .iter()
                .all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok())
        });
        Page::open(&format!("http://127.0.0.1:{port}"), program, words).await
    }

    /// Quits Bohao as its user would, by the menu's shortcut, and waits until it is gone.
    pub fn quit(&mut self) {
        self.keys(BOHAO, &["key", "ctrl+q"]);
        wait_until("Bohao is gone", || self.window(BOHAO).is_none());
        self.cut_off();
    }

    /// Ends the driver, once what it drove is gone.
    pub fn cut_off(&mut self) {
        end(self.driver.take());
    }

    /// Waits for a window and lets xdotool do something in it.
    pub fn keys(&self, which: [&str; 2], action: &[&str]) {
        wait_until(which[1], || self.window(which).is_some());
        let window = self.window(which).expect("it is there");
        self.press(&window, action);
    }

    /// Names a file in the save dialog, as soon as there is one.
    pub fn save_as(&self, target: &Path) {
        let save_as = dialog("Save recording");
        self.keys(save_as, &["key", "ctrl+a"]);
        let typed = format!("{}~", target.display());
        self.keys(save_as, &["type", &typed]);
        // A list of suggestions would take the Return for itself. It is shut while what is typed fits no
        // file, and the Return follows before it opens again.
        self.keys(save_as, &["key", "--delay", "0", "BackSpace", "Return"]);
    }

    /// Presses a key in a question that has no title, as soon as one is asked.
    pub fn answer(&self, key: &str) {
        wait_until("a question is asked", || self.question().is_some());
        let question = self.question().expect("it is there");
        self.press(&question, &["key", key]);
        wait_until("the question is gone", || self.question().is_none());
    }

    /// The id of the visible window that is searched for.
    pub fn window(&self, which: [&str; 2]) -> Option<String> {
        self.windows(which).into_iter().next()
    }

    /// To xdotool the main window, whose title it can't read, has none either. It is the lowest.
    fn question(&self) -> Option<String> {
        let untitled = self.windows(dialog("^$"));
        let mut windows = self.windows(BOHAO).into_iter().skip(1);
        windows.find(|window| untitled.contains(window))
    }

    /// From the lowest to the uppermost.
    fn windows(&self, which: [&str; 2]) -> Vec<String> {
        let found = output(
            self.command("xdotool")
                .args(["search", "--onlyvisible"])
                .args(which),
        );
        let found = String::from_utf8_lossy(&found.stdout).into_owned();
        found.lines().map(str::to_owned).collect()
    }

    fn press(&self, window: &str, action: &[&str]) {
        let done = self
            .command("xdotool")
            .args(["windowfocus", window])
            .args(action)
            .status();
        assert!(done.is_ok_and(|done| done.success()), "xdotool {action:?}");
    }

    /// Everything that the keyring holds of Bohao, as secret-tool prints it.
    pub fn keyring_holds(&self) -> String {
        let found = output(
            self.command("secret-tool")
                .args(["search", "--all", "service", "bohao"]),
        );
        String::from_utf8_lossy(&found.stdout).into_owned()
    }

    /// Presses keys wherever the keyboard is, which no window of this station's need have.
    pub fn press_anywhere(&self, action: &[&str]) {
        let done = self.command("xdotool").args(action).status();
        assert!(done.is_ok_and(|done| done.success()), "xdotool {action:?}");
    }

    /// Moves a window to a place on the screen.
    pub fn move_to(&self, which: [&str; 2], x: u32, y: u32) {
        let window = self.window(which).expect("it is there");
        let (x, y) = (x.to_string(), y.to_string());
        let moved = output(
            self.command("xdotool")
                .args(["windowmove", "--sync", &window, &x, &y]),
        );
        assert!(moved.status.success(), "xdotool windowmove");
    }

    /// Where a window is on the screen, as xdotool prints it.
    pub fn place_of(&self, which: [&str; 2]) -> String {
        let window = self.window(which).expect("it is there");
        let geometry = output(self.command("xdotool").args(["getwindowgeometry", &window]));
        let geometry = String::from_utf8_lossy(&geometry.stdout).into_owned();
        let place = geometry.lines().find(|line| line.contains("Position"));
        place.expect("xdotool prints it").trim().to_owned()
    }

    /// The ids of the processes that have this station's data.
    fn running(&self) -> Vec<String> {
        let ours = format!("BOHAO_DATA_DIR={}", self.data_dir().display());
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        let ours = entries.filter(|entry| {
            let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
            let mut variables = environment.split(|byte| *byte == 0);
            variables.any(|variable| variable == ours.as_bytes())
        });
        ours.map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// Every file below a folder of this station.
    pub fn files(&self, folder: &Path) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut ahead = vec![folder.to_owned()];
        while let Some(folder) = ahead.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => ahead.push(entry.path()),
                    Ok(kind) if kind.is_file() => files.push(entry.path()),
                    _ => {}
                }
            }
        }
        files
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        self.cut_off();
        // A test that failed has not quit: the next one's start would find this window and end.
        for bohao in self.running() {
            let _ = Command::new("kill").args(["-KILL", &bohao]).status();
        }
        let _ = self.keyring.kill();
        let _ = self.keyring.wait();
    }
}

/// Waits until something holds.
pub fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn at_home(mut command: Command, home: &Path) -> Command {
    command
        .env("HOME", home)
        .env("XDG_RUNTIME_DIR", home)
        .env("PATH", path(home))
        .env("LANG", "en_US.UTF-8")
        .env_remove("XDG_DATA_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_CACHE_HOME")
        .env_remove("LC_ALL");
    command
}

/// What a test puts into `bin` goes before the system's own.
fn path(home: &Path) -> OsString {
    let system = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(home.join("bin")).chain(std::env::split_paths(&system));
    std::env::join_paths(folders).expect("no folder has a colon in its name")
}

fn output(command: &mut Command) -> Output {
    command
        .output()
        .expect("it is installed by cargo xtask setup")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it has an address").port()
}

/// tauri-driver ends the web driver, and that the window, when it is told to.
fn end(driver: Option<Child>) {
    let Some(mut driver) = driver else { return };
    let _ = Command::new("kill").arg(driver.id().to_string()).status();
    let _ = driver.wait();
}
