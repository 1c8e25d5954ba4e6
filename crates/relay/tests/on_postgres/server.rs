//! A private PostgreSQL, of whatever version is installed.

use std::{
    env, fs,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// The data, and the socket in it.
const DATA: &str = "data";

/// One server for all test processes, which the first of them starts. It ends some seconds after
/// the last of them, however that one ended: each holds a lock for as long as it lives, and a
/// watchdog waits for the lock to be free.
#[expect(clippy::zombie_processes, reason = "the server outlives this process")]
pub(crate) fn shared() -> &'static Path {
    static FOLDER: OnceLock<(PathBuf, fs::File)> = OnceLock::new();
    let (folder, _) = FOLDER.get_or_init(|| {
        let folder = env::temp_dir().join(format!("bohao-relay-postgres-{}", id("-u", None)));
        fs::create_dir_all(&folder).unwrap();
        let users = fs::File::create(folder.join("users")).unwrap();
        users.lock_shared().unwrap();
        let starting = fs::File::create(folder.join("starting")).unwrap();
        starting.lock().unwrap();
        let data = folder.join(DATA);
        if !answers(&data) {
            let _ = fs::remove_dir_all(&data);
            initialise(&data);
            // The process goes on behind this one.
            let server = start(&data, &[], Lifetime::ItsOwn);
            watch(&folder, server.id());
        }
        (folder.join(DATA), users)
    });
    folder
}

/// A server of one test's own, which it can stop and start again.
pub(crate) struct Server {
    folder: TempDir,
    running: Option<Child>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Another user has to find the way to the data in it.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        initialise(&folder.path().join(DATA));
        let mut server = Self {
            folder,
            running: None,
        };
        server.resume();
        server
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join(DATA)
    }

    pub(crate) fn resume(&mut self) {
        self.resume_with(&[]);
    }

    /// As [`Self::resume`], with settings beside the usual ones.
    pub(crate) fn resume_with(&mut self, settings: &[&str]) {
        self.running = Some(start(&self.data(), settings, Lifetime::TheTests));
    }

    /// Writes a file of the server's own into its data.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let file = self.data().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        give(&file);
    }

    /// Ends it at once, as when its machine is gone.
    pub(crate) fn stop(&mut self) {
        if let Some(mut server) = self.running.take() {
            signal("QUIT", server.id());
            server.wait().unwrap();
        }
    }

    /// Stands still, and keeps its connections open.
    pub(crate) fn freeze(&self) {
        self.signal_all("STOP");
    }

    pub(crate) fn thaw(&self) {
        self.signal_all("CONT");
    }

    fn signal_all(&self, name: &str) {
        let server = self.running.as_ref().unwrap().id();
        signal(name, server);
        let children = Command::new("pgrep")
            .args(["-P", &server.to_string()])
            .output()
            .unwrap();
        for child in String::from_utf8(children.stdout).unwrap().lines() {
            // It may have ended since.
            let _ = Command::new("kill").args(["-s", name, child]).output();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.thaw();
        }
        self.stop();
    }
}

/// The address of one of its databases.
pub(crate) fn url(data: &Path, database: &str) -> String {
    let socket = data.to_str().unwrap().replace('/', "%2F");
    format!("postgres://relay@{socket}/{database}")
}

fn initialise(data: &Path) {
    fs::create_dir(data).unwrap();
    give(data);
    let made = as_user(&program("initdb"), &[])
        .args(["--username=relay", "--auth=trust", "--encoding=UTF8"])
        .args(["--no-locale", "--no-sync", "--pgdata"])
        .arg(data)
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{words}");
}

/// Lets the server's user have a file or folder.
fn give(path: &Path) {
    if let Some(user) = other_user() {
        let number = |which| Some(id(which, Some(user)).parse().unwrap());
        chown(path, number("-u"), number("-g")).unwrap();
    }
}

/// What a server ends with.
enum Lifetime {
    /// It survives the process that started it.
    ItsOwn,
    /// It ends with the thread of the test that started it, even if that one is killed.
    TheTests,
}

/// Starts a server on a socket in its data.
fn start(data: &Path, more: &[&str], lifetime: Lifetime) -> Child {
    let usual = [
        "listen_addresses=",
        "max_connections=300",
        "wal_level=minimal",
        "max_wal_senders=0",
        "autovacuum=off",
    ];
    let bound: &[&str] = match lifetime {
        Lifetime::ItsOwn => &[],
        Lifetime::TheTests => &["--pdeathsig", "QUIT"],
    };
    let mut command = as_user(&program("postgres"), bound);
    command.arg("-D").arg(data).arg("-k").arg(data);
    for setting in usual.iter().chain(more) {
        command.args(["-c", setting]);
    }
    let log = fs::File::create(data.with_extension("log")).unwrap();
    let mut server = command
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .unwrap();
    for _ in 0..600 {
        if answers(data) {
            return server;
        }
        assert!(
            server.try_wait().unwrap().is_none(),
            "PostgreSQL ended: {}",
            fs::read_to_string(data.with_extension("log")).unwrap()
        );
        thread::sleep(Duration::from_millis(50));
    }
    panic!("PostgreSQL does not answer");
}

fn answers(data: &Path) -> bool {
    let asked = Command::new(program("pg_isready"))
        .args(["--quiet", "--dbname=postgres", "--username=relay", "--host"])
        .arg(data)
        .status();
    asked.unwrap().success()
}

/// Stops the shared server once nobody has used it for some seconds.
#[expect(
    clippy::zombie_processes,
    reason = "the watchdog outlives this process"
)]
fn watch(folder: &Path, server: u32) {
    const SCRIPT: &str = r#"
        quiet=0
        while [ $quiet -lt 8 ]; do
            sleep 0.5
            kill -0 "$2" || exit
            if flock --nonblock "$1/users" true; then quiet=$((quiet + 1)); else quiet=0; fi
        done
        flock "$1/users" sh -c '
            kill -s INT "$2"
            for _ in $(seq 100); do [ -e "$1/data/postmaster.pid" ] || break; sleep 0.1; done
            rm -rf "$1/data"
        ' sh "$1" "$2""#;
    Command::new("sh")
        .args(["-c", SCRIPT, "watchdog"])
        .arg(folder)
        .arg(server.to_string())
        .process_group(0)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
}

fn signal(name: &str, process: u32) {
    let sent = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

/// PostgreSQL refuses to run as root.
fn as_user(program: &Path, more: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    command.args(more).current_dir("/");
    if let Some(user) = other_user() {
        command
            .args(["--reuid", user, "--regid", &id("-g", Some(user))])
            .arg("--clear-groups");
    }
    command.arg(program);
    command
}

fn other_user() -> Option<&'static str> {
    (id("-u", None) == "0").then_some("nobody")
}

fn id(which: &str, user: Option<&str>) -> String {
    let told = Command::new("id").arg(which).args(user).output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

/// Debian keeps these beside the path, a folder a version.
fn program(name: &str) -> PathBuf {
    let mut folders: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .map(|version| version.unwrap().path().join("bin"))
        .collect();
    // The newest first.
    folders.sort();
    folders.reverse();
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap()));
    folders
        .iter()
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .expect("PostgreSQL is installed: `cargo xtask test` brings it on Debian")
}
