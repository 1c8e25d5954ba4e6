use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, anyhow};
use bohao_relay::{AddressRange, Database, Limits, Rate, TlsFiles};
use bohao_relay_api::check_address;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};
use url::Url;

use super::logs::LogStyle;

/// What a config file says. What it leaves out is as it is without one.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) listen: Option<String>,
    /// It may hold a password.
    database: Option<SecretString>,
    spool: Option<PathBuf>,
    public_url: Option<String>,
    pub(crate) retain_days: Option<u32>,
    pub(crate) metrics: Option<String>,
    pub(crate) log: Option<LogStyle>,
    #[serde(deserialize_with = "ranges")]
    pub(crate) proxies: Vec<AddressRange>,
    #[serde(deserialize_with = "ranges")]
    pub(crate) platform: Vec<AddressRange>,
    tls: Option<Tls>,
    limits: Bounds,
    /// Where the file lies: its paths are taken from there.
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tls {
    certificate: PathBuf,
    key: PathBuf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Bounds {
    connections: Option<usize>,
    connections_by_address: Option<usize>,
    header_bytes: Option<usize>,
    header_seconds: Option<u64>,
    body_seconds: Option<u64>,
    body_bytes: Option<usize>,
    requests_by_address: Option<RateTable>,
    pushes_by_seat: Option<RateTable>,
    reads_by_token: Option<RateTable>,
    // Not for operators: torture comes by them to what otherwise takes very many pushes, or long.
    digests_in_memory: Option<usize>,
    digests_a_move: Option<usize>,
    sweep_milliseconds: Option<u64>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateTable {
    per_second: u32,
    burst: u32,
}

impl Config {
    /// Reads a file. An error names the place in it and quotes nothing: it may hold a password.
    pub(crate) fn read(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("can't read {shown}"))?;
        let mut config = Self::parse(&text).with_context(|| format!("{shown} can't be used"))?;
        config.folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        Ok(config)
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let before = error.span().map_or(text.len(), |span| span.start);
            let line = text.as_bytes()[..before]
                .split(|byte| *byte == b'\n')
                .count();
            anyhow!("line {line}: {}", error.message())
        })?;
        config.check()?;
        Ok(config)
    }

    /// The database, a file of it taken from where the config file lies.
    pub(crate) fn database(&self) -> Option<Database> {
        let text = self.database.as_ref()?;
        Some(match Database::from(text.expose_secret()) {
            Database::File(path) => Database::File(self.folder.join(path)),
            server @ Database::Server(_) => server,
        })
    }

    pub(crate) fn spool(&self) -> Option<PathBuf> {
        Some(self.folder.join(self.spool.as_ref()?))
    }

    pub(crate) fn public_url(&self) -> anyhow::Result<Option<Url>> {
        let url = self.public_url.as_deref().filter(|url| !url.is_empty());
        let url = url.map(check_address).transpose();
        url.context("the config file's public_url can't be used")
    }

    pub(crate) fn tls(&self) -> Option<TlsFiles> {
        let tls = self.tls.as_ref()?;
        Some(TlsFiles {
            certificate: self.folder.join(&tls.certificate),
            key: self.folder.join(&tls.key),
        })
    }

    pub(crate) fn limits(&self) -> Limits {
        let (said, usual) = (&self.limits, Limits::default());
        let rate = |table: Option<RateTable>, usual| {
            table.map_or(usual, |RateTable { per_second, burst }| Rate {
                per_second,
                burst,
            })
        };
        let seconds = |said: Option<u64>, usual: Duration| said.map_or(usual, Duration::from_secs);
        Limits {
            connections: said.connections.unwrap_or(usual.connections),
            connections_by_address: said
                .connections_by_address
                .unwrap_or(usual.connections_by_address),
            header_bytes: said.header_bytes.unwrap_or(usual.header_bytes),
            header_deadline: seconds(said.header_seconds, usual.header_deadline),
            body_deadline: seconds(said.body_seconds, usual.body_deadline),
            body_bytes: said.body_bytes.unwrap_or(usual.body_bytes),
            requests_by_address: rate(said.requests_by_address, usual.requests_by_address),
            pushes_by_seat: rate(said.pushes_by_seat, usual.pushes_by_seat),
            reads_by_token: rate(said.reads_by_token, usual.reads_by_token),
            digests_in_memory: said.digests_in_memory.unwrap_or(usual.digests_in_memory),
            digests_a_move: said.digests_a_move.unwrap_or(usual.digests_a_move),
            sweep_every: said
                .sweep_milliseconds
                .map_or(usual.sweep_every, Duration::from_millis),
            ..usual
        }
    }

    /// Values that would make a relay that can't work.
    fn check(&self) -> anyhow::Result<()> {
        let zero = |value: Option<u64>| value == Some(0);
        let bounds = &self.limits;
        let count = |value: Option<usize>| value.map(|value| value as u64);
        anyhow::ensure!(
            self.retain_days
                .is_none_or(|days| (1..=36500).contains(&days)),
            "retain_days is from 1 to 36500"
        );
        anyhow::ensure!(
            bounds.header_bytes.is_none_or(|bytes| bytes >= 8192),
            "header_bytes is 8192 at the least"
        );
        for (name, value) in [
            ("connections", count(bounds.connections)),
            (
                "connections_by_address",
                count(bounds.connections_by_address),
            ),
            ("header_seconds", bounds.header_seconds),
            ("body_seconds", bounds.body_seconds),
            ("digests_in_memory", count(bounds.digests_in_memory)),
            ("digests_a_move", count(bounds.digests_a_move)),
            ("sweep_milliseconds", bounds.sweep_milliseconds),
        ] {
            anyhow::ensure!(!zero(value), "{name} is 1 at the least");
        }
        Ok(())
    }
}

fn ranges<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<AddressRange>, D::Error> {
    let texts: Vec<String> = Vec::deserialize(deserializer)?;
    let ranges = texts
        .iter()
        .map(|text| text.parse().map_err(D::Error::custom));
    ranges.collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn what_a_file_leaves_out_is_as_it_is_without_one() {
        let config = Config::parse("[limits]\nconnections = 7\n").unwrap();
        let limits = config.limits();
        assert_eq!(limits.connections, 7);
        assert_eq!(limits.header_bytes, Limits::default().header_bytes);
        assert!(config.listen.is_none() && config.database().is_none());
    }

    #[test]
    fn a_password_is_not_shown() {
        let text = "database = \"postgres://u:canary@db/relay\"\n";
        let config = Config::parse(text).unwrap();
        assert!(matches!(config.database(), Some(Database::Server(_))));
        let shown = format!("{config:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn paths_are_taken_from_where_the_file_lies() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("relay.toml");
        let text =
            "database = \"data/relay.db\"\n[tls]\ncertificate = \"a.pem\"\nkey = \"/b.pem\"\n";
        fs::write(&file, text).unwrap();
        let config = Config::read(&file).unwrap();
        let database = config.database().unwrap();
        assert_eq!(database.file(), Some(&*folder.path().join("data/relay.db")));
        let tls = config.tls().unwrap();
        assert_eq!(tls.certificate, folder.path().join("a.pem"));
        assert_eq!(tls.key, Path::new("/b.pem"));
    }

    #[rstest]
    #[case("listen = \"a\"\nlisten = \"b\"\n", "line 2")]
    #[case("\nretain_dais = 4\n", "line 2")]
    #[case("retain_days = 0\n", "retain_days")]
    #[case("proxies = [\"canary\"]\n", "line 1")]
    #[case("database = \"postgres://u:canary@db/relay\"\nlisten = 7\n", "line 2")]
    #[case("database = \"canary\n", "line 1")]
    #[case("[limits]\npushes_by_seat = { per_second = 1 }\n", "line 2")]
    #[case("[limits]\nheader_bytes = 10\n", "header_bytes")]
    #[case("[tls]\nkey = \"canary\"\n", "certificate")]
    fn what_is_wrong_is_named_and_nothing_is_quoted(#[case] text: &str, #[case] word: &str) {
        let error = format!("{:#}", Config::parse(text).unwrap_err());
        assert!(error.contains(word), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}
