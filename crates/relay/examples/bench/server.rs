//! Programs that are started, asked, and stopped.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::line;

const PATIENCE: Duration = Duration::from_secs(30);

/// A program that runs until this is dropped.
pub struct Server(Child);

impl Server {
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stderr(Stdio::null()).spawn();
        Ok(Self(child.with_context(|| format!("{name} can't start"))?))
    }

    /// Starts a program that keeps quiet, and waits until its port answers.
    pub fn on(port: u16, command: &mut Command) -> Result<Self> {
        let mut server = Self::start(command.stdout(Stdio::null()))?;
        let ends = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = server.0.try_wait()? {
                bail!("{} ended ({status})", command.get_program().display());
            }
            if Instant::now() > ends {
                bail!("{} does not listen", command.get_program().display());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Starts a program that says on its first lines where it listens.
    pub fn announced(command: &mut Command, lines: usize) -> Result<(Self, Vec<SocketAddr>)> {
        let mut server = Self::start(command.stdout(Stdio::piped()))?;
        let mut stdout = BufReader::new(server.0.stdout.take().context("no stdout")?);
        let mut addresses = Vec::new();
        for _ in 0..lines {
            let mut line = String::new();
            stdout.read_line(&mut line)?;
            let (_, address) = line.split_once("http://").context("it does not listen")?;
            addresses.push(address.trim().parse()?);
        }
        Ok((server, addresses))
    }

    /// Resident memory, in bytes.
    pub fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.context("no VmRSS")?.trim().trim_end_matches("kB");
        Ok(kilobytes.trim().parse::<f64>()? * 1024.0)
    }

    /// Seconds of processor time that it and its children have spent, those that ended included.
    pub fn cpu(&self) -> Result<f64> {
        let own = self.0.id().to_string();
        let mut ticks = 0;
        for process in std::fs::read_dir("/proc")?.flatten() {
            // A process may be gone by now.
            let Ok(stat) = std::fs::read_to_string(process.path().join("stat")) else {
                continue;
            };
            // The name may hold anything; what comes behind it is numbers, the third field first.
            let Some((before, after)) = stat.rsplit_once(") ") else {
                continue;
            };
            let fields: Vec<&str> = after.split(' ').collect();
            let is_own = before.split(' ').next() == Some(&own);
            if is_own || fields.get(1) == Some(&own.as_str()) {
                let spent = fields.iter().skip(11).take(if is_own { 4 } else { 2 });
                ticks += spent
                    .filter_map(|field| field.parse::<u64>().ok())
                    .sum::<u64>();
            }
        }
        // A tick is a hundredth of a second on every Linux.
        Ok(ticks as f64 / 100.0)
    }

    /// Asks it to end, and waits until it has.
    pub fn end(&mut self, signal: &str) -> Result<()> {
        let id = self.0.id().to_string();
        Command::new("kill").args(["-s", signal, &id]).status()?;
        let ends = Instant::now() + PATIENCE;
        while self.0.try_wait()?.is_none() {
            if Instant::now() > ends {
                bail!("it does not end");
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = self.end("INT");
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

/// A port that nobody listens on now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Runs a command to its end and gives what it printed.
pub fn printed(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output();
    let output = output.with_context(|| format!("{name} can't start"))?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{name} failed: {}", stderr.trim());
    Ok(String::from_utf8(output.stdout)?)
}

/// One request on a connection of its own; gives the answer's body as JSON.
pub fn json(address: SocketAddr, request_line: &str, headers: &str, body: &str) -> Result<Value> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(
        stream,
        "{request_line} HTTP/1.1\r\nHost: bench\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )?;
    let (mut answer, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let read = stream.read(&mut part)?;
        anyhow::ensure!(read > 0, "{request_line} was not answered");
        answer.extend_from_slice(&part[..read]);
        if let Some(answer) = line::parse(&answer)? {
            let body = answer.body;
            return serde_json::from_str(&body).with_context(|| format!("no JSON: {body}"));
        }
    }
}

/// A file in one of these folders or below, `*` standing for any one folder.
pub fn find(folder: &str, name: &str) -> Option<PathBuf> {
    let Some((before, after)) = folder.split_once("/*") else {
        let path = Path::new(folder).join(name);
        return path.exists().then_some(path);
    };
    let entries = std::fs::read_dir(before).ok()?;
    entries.flatten().find_map(|entry| {
        let below = format!("{}{after}", entry.path().display());
        find(&below, name)
    })
}
