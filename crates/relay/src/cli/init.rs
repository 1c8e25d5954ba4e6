use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf, absolute},
};

use anyhow::{Context, bail};
use bohao_relay::{DEFAULT_LISTEN, Seats, system_clock};
use bohao_relay_api::check_address;
use clap::Args;
use qrcode::{EcLevel, QrCode, render::unicode::Dense1x2};
use secrecy::ExposeSecret;
use url::Url;

use super::{print, seat, snippets};

/// Where a system keeps it, if a package made the folder.
const SYSTEM_DATA: &str = "/var/lib/bohao-relay";

/// The config file that the systemd unit serves by.
const SYSTEM_CONFIG: &str = "/etc/bohao-relay/relay.toml";

#[derive(Args)]
pub(crate) struct Init {
    /// The first seat's name.
    #[arg(long, value_name = "NAME")]
    seat: Option<String>,
    /// The folder for the data; made if it is not there.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// A certificate in PEM, for a relay without a proxy in front.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Its private key in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// Print one JSON value, and no picture.
    #[arg(long)]
    json: bool,
}

/// All that the config file is written from.
struct Plan {
    public_url: Url,
    database: String,
    listen: String,
    tls: Option<(PathBuf, PathBuf)>,
}

/// Asks for what it was not told, makes the data folder, the database and the first seat, writes
/// the config file, and says what to do next.
pub(crate) fn run(
    init: Init,
    config: Option<PathBuf>,
    database: Option<String>,
    public_url: Option<Url>,
) -> anyhow::Result<()> {
    let public_url = match public_url {
        Some(url) => url,
        None => ask_address()?,
    };
    let name = match init.seat {
        Some(name) => name,
        None => ask(
            "What is the first seat called, for instance its user's name?",
            None,
        )?,
    };
    let data = match init.data {
        Some(data) => data,
        None => ask("In which folder should the data lie?", Some(&usual_data()))?.into(),
    };
    let data = absolute(data)?;
    let config = absolute(config.unwrap_or_else(|| data.join("relay.toml")))?;
    if config.exists() {
        bail!(
            "{} is there already; remove it to begin anew, or name another with --config",
            config.display()
        );
    }
    make_private(&data)?;
    let file = data.join("relay.db").to_string_lossy().into_owned();
    let certificate = init.tls_certificate.zip(init.tls_key);
    let tls = certificate.map(|(one, two)| anyhow::Ok((absolute(one)?, absolute(two)?)));
    let plan = Plan {
        listen: match tls {
            Some(_) => format!(
                "0.0.0.0:{}",
                public_url.port_or_known_default().unwrap_or(443)
            ),
            None => DEFAULT_LISTEN.to_owned(),
        },
        database: database.unwrap_or(file),
        tls: tls.transpose()?,
        public_url,
    };
    let seats = Seats::new(plan.database.as_str(), Some(plan.public_url.clone()));
    // Before the seat, whose secrets are told once only: a seat without a config file could be
    // neither used nor set up again.
    write_new(&config, &plan.config())?;
    let new = match seats.add(&name, system_clock()()) {
        Ok(new) => new,
        Err(error) => {
            // Or the next try would find it there already.
            let _ = fs::remove_file(&config);
            return Err(error.into());
        }
    };
    let handed_over = hand_over(&data, &config);
    let link = new.pairing.to_link();
    if init.json {
        let mut told = seat::new_seat_json(&new);
        told["config"] = config.to_string_lossy().into();
        print(&format!("{told}\n"))?;
        return handed_over;
    }
    print(&format!(
        "\n{}\n{}\n{}\nstart it    {}\n\
         then try it bohao-relay push-test --config {}\n",
        seat::new_seat_text(&new),
        picture(link.expose_secret()),
        plan.what_goes_in_front(),
        how_to_start(&config),
        config.display(),
    ))?;
    handed_over
}

impl Plan {
    /// The config file: what was asked for, and all that may be said besides.
    fn config(&self) -> String {
        // A string of JSON is one of TOML's.
        let text = |text: &str| serde_json::Value::from(text).to_string();
        let tls = match &self.tls {
            Some((certificate, key)) => format!(
                "[tls]\ncertificate = {}\nkey = {}\n",
                text(&certificate.to_string_lossy()),
                text(&key.to_string_lossy()),
            ),
            None => "# [tls]\n# certificate = \"/etc/bohao-relay/fullchain.pem\"\n\
                     # key = \"/etc/bohao-relay/privkey.pem\"\n"
                .to_owned(),
        };
        let proxies = match &self.tls {
            Some(_) => "[]",
            None => "[\"127.0.0.1\", \"::1\"]",
        };
        include_str!("relay.toml")
            .replace("{public_url}", &text(self.public_url.as_str()))
            .replace("{database}", &text(&self.database))
            .replace("{listen}", &text(&self.listen))
            .replace("{proxies}", proxies)
            .replace("{tls}", &tls)
    }

    fn what_goes_in_front(&self) -> String {
        match self.tls {
            Some(_) => "It speaks TLS itself; nothing has to be put in front.\n".to_owned(),
            None => snippets::for_proxies(&self.public_url, &self.listen),
        }
    }
}

/// By hand it would be root's process where there is a user for it.
fn how_to_start(config: &Path) -> String {
    match config == Path::new(SYSTEM_CONFIG) {
        true => "systemctl enable --now bohao-relay".to_owned(),
        false => format!("bohao-relay serve --config {}", config.display()),
    }
}

fn ask_address() -> anyhow::Result<Url> {
    loop {
        let question = "By which https:// address will the platform and the desks reach it?";
        match check_address(&ask(question, None)?) {
            Ok(url) => return Ok(url),
            Err(error) => writeln!(io::stderr(), "{error}")?,
        }
    }
}

/// Asks on stderr, so that stdout holds the answers alone.
fn ask(question: &str, usual: Option<&str>) -> anyhow::Result<String> {
    let mut stderr = io::stderr();
    loop {
        match usual {
            Some(usual) => write!(stderr, "{question} [{usual}] ")?,
            None => write!(stderr, "{question} ")?,
        }
        stderr.flush()?;
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 {
            bail!("there was no answer; --public-url, --seat and --data give it without asking");
        }
        match (line.trim(), usual) {
            ("", None) => {}
            ("", Some(usual)) => return Ok(usual.to_owned()),
            (answer, _) => return Ok(answer.to_owned()),
        }
    }
}

fn usual_data() -> String {
    match Path::new(SYSTEM_DATA).is_dir() {
        true => SYSTEM_DATA.to_owned(),
        false => "bohao-relay".to_owned(),
    }
}

/// The data holds numbers, so a folder that is made for it is its owner's alone.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder.create(folder);
    made.with_context(|| format!("can't make the folder {}", folder.display()))
}

/// Never over a file that is there. It is its owner's alone, for it may come to hold a password.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
    });
    written.with_context(|| format!("can't write {}", path.display()))
}

/// Set up by root in a folder that a package made for the relay's own user: what was made here is
/// that user's, or the relay could not open it. Nothing else in the folder is touched, and no link
/// is followed: that user may have put it there.
#[cfg(unix)]
fn hand_over(data: &Path, config: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::{MetadataExt, lchown};
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let owner = fs::metadata(data)?;
    let database = ["", "-wal", "-shm"].map(|ending| data.join(format!("relay.db{ending}")));
    for path in database.iter().map(PathBuf::as_path).chain([config]) {
        match lchown(path, Some(owner.uid()), Some(owner.gid())) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            handed_over => handed_over?,
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn hand_over(_data: &Path, _config: &Path) -> anyhow::Result<()> {
    Ok(())
}

/// A link that is too long for a picture goes without.
fn picture(link: &str) -> String {
    let code = QrCode::with_error_correction_level(link, EcLevel::L);
    code.map(|code| {
        // Light on dark, as most terminals are: scanners want the dark squares dark.
        let dark_and_light = (Dense1x2::Light, Dense1x2::Dark);
        code.render::<Dense1x2>()
            .dark_color(dark_and_light.0)
            .light_color(dark_and_light.1)
            .build()
            + "\n"
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::config::Config;

    fn written(tls: Option<(PathBuf, PathBuf)>) -> Config {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("relay.toml");
        let plan = Plan {
            public_url: Url::parse("https://relay.example/").unwrap(),
            database: "/var/lib/a \"b\"\\c/relay.db".into(),
            listen: "127.0.0.1:8787".into(),
            tls,
        };
        write_new(&file, &plan.config()).unwrap();
        assert!(
            write_new(&file, "").is_err(),
            "never over one that is there"
        );
        Config::read(&file).unwrap()
    }

    #[test]
    fn a_system_starts_it_by_its_unit_and_a_person_by_hand() {
        let said = how_to_start(Path::new("/etc/bohao-relay/relay.toml"));
        assert_eq!(said, "systemctl enable --now bohao-relay");
        let said = how_to_start(Path::new("/home/me/relay.toml"));
        assert_eq!(said, "bohao-relay serve --config /home/me/relay.toml");
    }

    #[test]
    fn what_is_written_reads_as_what_was_meant() {
        let config = written(None);
        assert_eq!(config.listen.as_deref(), Some("127.0.0.1:8787"));
        let database = config.database().unwrap();
        assert_eq!(
            database.file(),
            Some(Path::new("/var/lib/a \"b\"\\c/relay.db"))
        );
        assert_eq!(config.proxies.len(), 2);
        assert!(config.tls().is_none());
        let own = written(Some(("/c.pem".into(), "/k.pem".into())));
        assert_eq!(own.tls().unwrap().key, Path::new("/k.pem"));
        assert!(own.proxies.is_empty());
    }

    /// Every line that is only shown must be one that could be used.
    #[test]
    fn what_is_shown_as_possible_is_possible() {
        let shown = include_str!("relay.toml");
        let usable: String = shown
            .lines()
            .filter(|line| !line.contains('{') || line.contains("per_second"))
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.contains(" = ") || rest.starts_with('[') => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("relay.toml");
        fs::write(&file, &usable).unwrap();
        let config = Config::read(&file).unwrap_or_else(|error| panic!("{error:#}\n{usable}"));
        let usual = bohao_relay::Limits::default();
        assert_eq!(format!("{:?}", config.limits()), format!("{usual:?}"));
        assert_eq!(config.retain_days, Some(bohao_relay::DEFAULT_RETAIN_DAYS));
    }
}
