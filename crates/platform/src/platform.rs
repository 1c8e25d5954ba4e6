//! The client and what it is made from.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder};
use url::Url;

use crate::clock::Offset;
use crate::dialect::Dialect;
use crate::endpoint::{AddressError, check_base};
use crate::redirect::PublicAddresses;

/// Where the platform is and how it is spoken to. The default is the document's.
///
/// ```
/// use bohao_platform::{Config, Platform};
///
/// let practice = Config {
///     call_url: "http://127.0.0.1:8700".parse()?,
///     recording_url: "http://127.0.0.1:8700".parse()?,
///     ..Config::default()
/// };
/// let platform = Platform::new(practice)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Config {
    /// The base of calls, `https://xlv2.dingxin106.com/prod-api` by default. It may have a path.
    pub call_url: Url,
    /// The base of recordings, `https://xl.dingxin106.com` by default. It may have a path.
    pub recording_url: Url,
    /// How this installation of the platform reads requests.
    pub dialect: Dialect,
    /// How long to wait.
    pub timeouts: Timeouts,
    /// The largest recording that is taken, in bytes: 500 MiB by default.
    pub recording_limit: u64,
}

/// How long each step of a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until the connection stands, name look-up and TLS included. 10 s by default. A dial that
    /// runs into it has surely not left.
    pub connect: Duration,
    /// Until the answer's head is there, once connected. 30 s by default. A dial that runs into it
    /// has an unknown outcome.
    pub first_byte: Duration,
    /// Between two pieces of a recording, and for the whole body of any other answer. All of a
    /// recording may take as long, and a second more for each 1,000 bytes of it. 30 s by default.
    pub idle: Duration,
}

/// Why a [`Platform`] can't be made.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The base of calls can't be used.
    #[error("the platform's call address can't be used: {0}")]
    CallUrl(AddressError),
    /// The base of recordings can't be used.
    #[error("the platform's recording address can't be used: {0}")]
    RecordingUrl(AddressError),
    /// The HTTP client can't be made, most likely for want of the system's certificates.
    #[error("setting up the HTTP client failed")]
    Client(#[from] reqwest::Error),
}

/// The platform's client. It holds no credentials: each call is given them.
///
/// Clones share their connections and the learnt clock offset.
#[derive(Debug, Clone)]
pub struct Platform {
    pub(crate) config: Arc<Config>,
    pub(crate) calls: Client,
    pub(crate) recordings: Client,
    /// Fetches from hosts that a redirect named: without credentials, from public addresses only.
    pub(crate) strangers: Client,
    pub(crate) offset: Arc<Offset>,
}

impl Default for Config {
    fn default() -> Self {
        let known = |text| Url::parse(text).expect("a constant address is well-formed");
        Self {
            call_url: known("https://xlv2.dingxin106.com/prod-api"),
            recording_url: known("https://xl.dingxin106.com"),
            dialect: Dialect::default(),
            timeouts: Timeouts::default(),
            recording_limit: 500 * 1024 * 1024,
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(30),
        }
    }
}

impl Platform {
    /// Makes a client. Nothing is sent before the first call.
    ///
    /// # Errors
    /// [`ConfigError`] if a base can't be used (see [`check_base`]) or the system offers no
    /// certificates to trust.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        check_base(&config.call_url).map_err(ConfigError::CallUrl)?;
        check_base(&config.recording_url).map_err(ConfigError::RecordingUrl)?;
        // Somebody else in this program may have installed a provider before: theirs serves too.
        let _ = rustls::crypto::ring::default_provider().install_default();

        let calls = client(&config.call_url, &config.timeouts).build()?;
        let recordings = if config.call_url.scheme() == config.recording_url.scheme() {
            // Reading the system's certificates takes a while, and connections are kept by host.
            calls.clone()
        } else {
            client(&config.recording_url, &config.timeouts).build()?
        };
        let strangers = client(&config.recording_url, &config.timeouts)
            // A proxy would look names up itself, and the address could not be judged.
            .no_proxy()
            .dns_resolver(PublicAddresses)
            .build()?;
        Ok(Self {
            calls,
            recordings,
            strangers,
            offset: Arc::default(),
            config: Arc::new(config),
        })
    }

    /// The platform's time minus this machine's, in milliseconds, as the `Date` of its last answers
    /// told; 0 until one differed by more than two seconds.
    #[must_use]
    pub fn clock_offset_ms(&self) -> i64 {
        self.offset.get()
    }

    /// What the client was made from.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }
}

fn client(base: &Url, timeouts: &Timeouts) -> ClientBuilder {
    let builder = Client::builder()
        .user_agent(concat!("bohao-platform/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // A dial leaves at most once: nothing below this library may decide to repeat it.
        .retry(reqwest::retry::never())
        .http1_only()
        // Shorter than the keep-alive of common servers, so that a request is rarely written to
        // a connection that is just being closed, which would leave its outcome unknown.
        .pool_idle_timeout(Duration::from_secs(15));
    if base.scheme() == "https" {
        return builder;
    }
    // Plain http stays on this machine: a proxy from the environment would read it all, and a
    // machine that trusts no certificate at all can still practise.
    builder.no_proxy().tls_certs_only([])
}
