//! Fetching a recording from the link in its record.
//!
//! Whoever can push a record can write any link into it. So the link is asked only over https, on
//! hosts that were allowed beforehand, by a client that sends no credentials and connects to public
//! addresses alone; each redirect is judged likewise, and what comes has to be audio of a known
//! format.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::credentials::Credentials;
use crate::endpoint::is_loopback;
use crate::platform::{Config, Platform};
use crate::recording::{Proof, RangeFrom, Recording, RecordingError};
use crate::redirect::{RedirectRefusal, Trail};

/// Where a record's link may lead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkRules {
    /// Names of hosts beside the platform's two, without scheme or port. A name allows itself
    /// alone, and none beneath it.
    pub hosts: Vec<String>,
}

/// Why a record's link was not asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum LinkRefusal {
    /// It is no address that can be read.
    #[error("the link is no address")]
    NoAddress,
    /// It leads to something else than `https`.
    #[error("the link is no https address")]
    NotHttps,
    /// It leads to a host that nobody allowed.
    #[error("the link leads to a host that is not allowed")]
    OtherHost,
    /// It leads to this machine or the local network.
    #[error("the link leads to a private address")]
    PrivateAddress,
    /// It holds a user name, or repeats the credentials.
    #[error("the link carries credentials")]
    CarriesCredentials,
}

/// The hosts that links and their redirects may lead to.
pub(crate) struct Hosts {
    bases: [Url; 2],
    others: Vec<String>,
}

impl Platform {
    /// Asks for a recording at the link of its record, from the start or from where an earlier
    /// attempt broke off. The credentials are never sent: they are passed in so that a link which
    /// repeats them is not asked.
    ///
    /// Where the platform itself is on the loopback, as in practice, its own links are too.
    ///
    /// # Errors
    /// [`RecordingError::LinkRefused`] if nothing was asked; otherwise as
    /// [`Platform::recording`], and [`RecordingError::NotAudio`] for a format that nobody knows.
    pub async fn recording_at_link(
        &self,
        link: &str,
        rules: &LinkRules,
        credentials: &Credentials,
        range: Option<RangeFrom>,
    ) -> Result<Recording, RecordingError> {
        let hosts = Hosts::of(self.config(), rules);
        let mut url = Url::parse(link.trim()).map_err(|_| LinkRefusal::NoAddress)?;
        url.set_fragment(None);
        let base = &self.config().recording_url;
        let mut trail = Trail::new(base, credentials, url.clone()).within(&hosts);
        trail.judge(&url).map_err(LinkRefusal::from)?;

        let range = range.filter(RangeFrom::is_usable);
        let client = self.client_for(&trail, &url);
        let response = self.get(client, &url, range.as_ref()).await?;
        let response = self.follow(&mut trail, response, range.as_ref()).await?;
        let hidden = [credentials.key(), credentials.secret()];
        self.open(response, range.as_ref(), &hidden, Proof::KnownFormat)
            .await
    }
}

impl Hosts {
    fn of(config: &Config, rules: &LinkRules) -> Self {
        let plain = |name: &String| name.trim().trim_end_matches('.').to_ascii_lowercase();
        Hosts {
            bases: [config.recording_url.clone(), config.call_url.clone()],
            others: rules.hosts.iter().map(plain).collect(),
        }
    }

    /// On the loopback the port tells who somebody is; elsewhere the name does.
    pub(crate) fn allow(&self, target: &Url) -> bool {
        let Some(host) = target.host_str() else {
            return false;
        };
        let is_base = |base: &Url| {
            let same_port = base.port_or_known_default() == target.port_or_known_default();
            base.host_str() == Some(host) && (same_port || !is_loopback(base))
        };
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        self.bases.iter().any(is_base) || self.others.contains(&name)
    }
}

impl From<RedirectRefusal> for LinkRefusal {
    fn from(refusal: RedirectRefusal) -> Self {
        match refusal {
            RedirectRefusal::NotHttps => Self::NotHttps,
            RedirectRefusal::OtherHost => Self::OtherHost,
            RedirectRefusal::PrivateAddress => Self::PrivateAddress,
            RedirectRefusal::CarriesCredentials => Self::CarriesCredentials,
            RedirectRefusal::Loop | RedirectRefusal::TooMany | RedirectRefusal::NoTarget => {
                Self::NoAddress
            }
        }
    }
}
