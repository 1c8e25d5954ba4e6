//! Who is measured: each keeps a body durably before it answers, in a fresh folder of its own.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD};
use rusqlite::{Connection, OpenFlags};

use crate::{
    Ground, bare,
    line::Wire,
    ours::{self, Relay, Syncs, fresh},
    server::{self, Server, free_port},
};

/// Somebody who takes bodies.
pub struct Contestant {
    pub name: &'static str,
    pub connections: usize,
    /// Starts it on what the folder holds, which is nothing.
    pub start: fn(&Ground, PathBuf) -> Result<Started>,
}

/// A contestant that runs, for as long as this lives.
pub struct Started {
    pub servers: Vec<Server>,
    pub wire: Wire,
    /// How many bodies it has, or `None` if it keeps none.
    pub stored: Box<dyn Fn() -> Result<Option<u64>>>,
}

pub const OURS: usize = 0;
pub const STORE_OFF: usize = 3;
pub const HTTP_ALONE: usize = 4;

pub const ALL: [Contestant; 9] = [
    Contestant {
        name: "**Bohao's relay**",
        connections: 256,
        start: |ground, folder| relay(ground, &folder, Syncs::Real),
    },
    Contestant {
        name: "Bohao's relay, as with `synchronous=NORMAL`",
        connections: 256,
        start: |ground, folder| relay(ground, &folder, Syncs::Normal),
    },
    Contestant {
        name: "Bohao's relay, syncs switched off (libeatmydata)",
        connections: 256,
        start: |ground, folder| relay(ground, &folder, Syncs::None),
    },
    Contestant {
        name: "its HTTP and its queue, the store off",
        connections: 256,
        start: |_, _| without_store(bare::STORE_OFF),
    },
    Contestant {
        name: "its HTTP alone",
        connections: 256,
        start: |_, _| without_store(bare::HTTP),
    },
    Contestant {
        name: "webdis + Redis, `appendfsync always`",
        connections: 256,
        start: |_, folder| redis(&folder),
    },
    Contestant {
        name: "etcd",
        connections: 256,
        start: |_, folder| etcd(&folder),
    },
    Contestant {
        name: "qhook, SQLite",
        connections: 64,
        start: qhook,
    },
    Contestant {
        name: "PostgreSQL, one row a commit",
        connections: 256,
        start: |_, folder| postgres(&folder),
    },
];

fn relay(ground: &Ground, folder: &Path, syncs: Syncs) -> Result<Started> {
    let database = folder.join("relay.db");
    let relay = Relay::start(&ground.relay, &database, syncs)?;
    let keys = ours::add_seat(&ground.relay, &database, "bench")?;
    let wire = relay.wire(&keys);
    let Relay {
        server, address, ..
    } = relay;
    let stored = move || ours::head(address, &keys).map(Some);
    Ok(Started {
        servers: vec![server],
        wire,
        stored: Box::new(stored),
    })
}

fn without_store(word: &str) -> Result<Started> {
    let mut command = Command::new(std::env::current_exe()?);
    let (server, addresses) = Server::announced(command.arg(word), 1)?;
    Ok(Started {
        servers: vec![server],
        wire: Wire::Http {
            address: addresses[0],
            target: "/p/bhp_0123456789012345678901234567890123456789012".into(),
            envelope: str::to_owned,
        },
        stored: Box::new(|| Ok(None)),
    })
}

fn redis(folder: &Path) -> Result<Started> {
    let (port, http_port) = (free_port()?, free_port()?);
    let redis = Server::on(
        port,
        Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--save", "", "--dir"])
            .arg(folder),
    )?;
    let settings = folder.join("webdis.json");
    let words = format!(
        r#"{{"redis_host":"127.0.0.1","redis_port":{port},"http_host":"127.0.0.1",
        "http_port":{http_port},"threads":2,"pool_size":20,"daemonize":false,"websockets":false,
        "database":0,"verbosity":1,"logfile":"/dev/null"}}"#
    );
    fs::write(&settings, words)?;
    let webdis = Server::on(http_port, Command::new("webdis").arg(&settings))?;
    let address = loopback(http_port);
    let stored = move || {
        let length = server::json(address, "GET /LLEN/records", "", "")?;
        Ok(length["LLEN"].as_u64())
    };
    Ok(Started {
        servers: vec![webdis, redis],
        wire: Wire::Http {
            address,
            target: "/".into(),
            envelope: |body| format!("RPUSH/records/{body}"),
        },
        stored: Box::new(stored),
    })
}

fn etcd(folder: &Path) -> Result<Started> {
    let (port, peers) = (free_port()?, free_port()?);
    let (client, peer) = (
        format!("http://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{peers}"),
    );
    let server = Server::on(
        port,
        Command::new("etcd")
            .args(["--listen-client-urls", &client, "--advertise-client-urls"])
            .args([&client, "--listen-peer-urls", &peer])
            .args(["--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &format!("default={peer}")])
            .args(["--quota-backend-bytes", "8000000000", "--logger", "zap"])
            .args(["--log-level", "error", "--data-dir"])
            .arg(folder),
    )?;
    let address = loopback(port);
    // All keys: from the zero byte to the zero byte.
    let all = r#"{"key":"AA==","range_end":"AA==","count_only":true}"#;
    let stored = move || {
        let range = server::json(address, "POST /v3/kv/range", "", all)?;
        let count = range["count"].as_str().unwrap_or("0");
        Ok(Some(count.parse()?))
    };
    // It has a port before it has a leader.
    for _ in 0..100 {
        if stored().is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    Ok(Started {
        servers: vec![server],
        wire: Wire::Http {
            address,
            target: "/v3/kv/put".into(),
            envelope: |body| {
                let key = STANDARD.encode(&body[..32]);
                let value = STANDARD.encode(body);
                format!(r#"{{"key":"{key}","value":"{value}"}}"#)
            },
        },
        stored: Box::new(stored),
    })
}

/// With a queue that takes every event; without one qhook would answer 200 and keep nothing.
fn qhook(ground: &Ground, folder: PathBuf) -> Result<Started> {
    let program = ground.qhook.as_ref().context("qhook is not installed")?;
    let port = free_port()?;
    let settings = folder.join("qhook.yaml");
    let words = format!(
        "database: {{ driver: sqlite, url: \"sqlite:qhook.db?mode=rwc\" }}\n\
         server: {{ port: {port}, max_inbound: 1000000 }}\n\
         sources: {{ platform: {{ type: webhook }} }}\n\
         queues: {{ desk: {{ source: platform }} }}\n"
    );
    fs::write(&settings, words)?;
    let server = Server::on(
        port,
        Command::new(program)
            .env("RUST_LOG", "error")
            .current_dir(&folder)
            .args(["start", "--config"])
            .arg(settings),
    )?;
    let stored = move || {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = Connection::open_with_flags(folder.join("qhook.db"), flags)?;
        database.busy_timeout(std::time::Duration::from_secs(30))?;
        let count: i64 = database.query_row("SELECT count(*) FROM events", [], |row| row.get(0))?;
        Ok(u64::try_from(count).ok())
    };
    Ok(Started {
        servers: vec![server],
        wire: Wire::Http {
            address: loopback(port),
            target: "/webhooks/platform".into(),
            envelope: str::to_owned,
        },
        stored: Box::new(stored),
    })
}

/// A private server. PostgreSQL refuses to run as root, so root lends it the user that Debian's
/// package made.
fn postgres(folder: &Path) -> Result<Started> {
    let initdb = server::find("/usr/lib/postgresql/*/bin", "initdb");
    let programs = initdb.context("PostgreSQL is not installed")?;
    let programs = programs.parent().context("it lies in a folder")?.to_owned();
    let is_root = server::printed(Command::new("id").arg("-u"))?.trim() == "0";
    let lent = |program: &str| {
        let program = programs.join(program);
        if !is_root {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .arg(program);
        command
    };
    if is_root {
        server::printed(Command::new("chown").arg("postgres:").arg(folder))?;
    }
    let data = folder.join("data");
    server::printed(
        lent("initdb")
            .args([
                "--auth=trust",
                "--username=bench",
                "--encoding=UTF8",
                "--locale=C",
                "-D",
            ])
            .arg(&data),
    )?;
    let port = free_port()?;
    let server = Server::on(
        port,
        lent("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args([
                "-c",
                "max_connections=300",
                "-c",
                "unix_socket_directories=",
            ]),
    )?;
    let words = format!("host=127.0.0.1 port={port} user=bench dbname=postgres");
    let ask = {
        let words = words.clone();
        move |question: &str| {
            server::printed(
                Command::new("psql").args(["-X", "-A", "-t", "-d", &words, "-c", question]),
            )
        }
    };
    // Its port is open before it takes anybody in.
    for _ in 0..100 {
        if ask("SELECT 1").is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    ask("CREATE TABLE records (body text NOT NULL)")?;
    let stored = move || Ok(Some(ask("SELECT count(*) FROM records")?.trim().parse()?));
    Ok(Started {
        servers: vec![server],
        wire: Wire::Postgres(words),
        stored: Box::new(stored),
    })
}

/// Starts a contestant in a fresh folder.
pub fn start(contestant: &Contestant, ground: &Ground) -> Result<Started> {
    (contestant.start)(ground, fresh(&ground.folder.join("contestant"))?)
}

fn loopback(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}
