//! Following a recording's redirect by hand: never with credentials, never to a private address.

use std::fmt;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, LOCATION};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::credentials::Credentials;
use crate::endpoint::{is_loopback, is_public};
use crate::link::Hosts;

/// More hops than an honest file store needs.
const HOPS: usize = 5;

/// Why a redirect was not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum RedirectRefusal {
    /// It came back to an address that was asked before.
    #[error("the redirects run in a circle")]
    Loop,
    /// More than five in a row.
    #[error("there are too many redirects in a row")]
    TooMany,
    /// It names no address, or none that can be read.
    #[error("the redirect names no usable address")]
    NoTarget,
    /// It leads to something else than `https`.
    #[error("the redirect leads away from https")]
    NotHttps,
    /// It leads to this machine, the local network, or another place off the open internet.
    #[error("the redirect leads to a private address")]
    PrivateAddress,
    /// It leads away from the hosts that a record's link may lead to.
    #[error("the redirect leads to a host that is not allowed")]
    OtherHost,
    /// The new address repeats the credentials.
    #[error("the redirect carries credentials")]
    CarriesCredentials,
}

/// The way from the configured base to the file.
pub(crate) struct Trail<'a> {
    base: &'a Url,
    credentials: &'a Credentials,
    /// Where each hop has to lead, if not anywhere on the open internet.
    hosts: Option<&'a Hosts>,
    visited: Vec<Url>,
}

/// Looks names up and refuses those that lead off the open internet. The connection is made to the
/// very addresses that were judged, so a name that changes its mind in between gains nothing.
pub(crate) struct PublicAddresses;

/// A name led off the open internet.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to a private address")]
pub(crate) struct PrivateAddress;

impl<'a> Trail<'a> {
    pub(crate) fn new(base: &'a Url, credentials: &'a Credentials, start: Url) -> Self {
        Self {
            base,
            credentials,
            hosts: None,
            visited: vec![start],
        }
    }

    /// A way that may not leave these hosts.
    pub(crate) fn within(mut self, hosts: &'a Hosts) -> Self {
        self.hosts = Some(hosts);
        self
    }

    /// Judges the redirect in an answer's head and gives the address to ask next.
    pub(crate) fn follow(&mut self, headers: &HeaderMap) -> Result<Url, RedirectRefusal> {
        let current = self.visited.last().ok_or(RedirectRefusal::NoTarget)?;
        let location = headers.get(LOCATION).ok_or(RedirectRefusal::NoTarget)?;
        let location =
            std::str::from_utf8(location.as_bytes()).map_err(|_| RedirectRefusal::NoTarget)?;
        let mut target = current
            .join(location)
            .map_err(|_| RedirectRefusal::NoTarget)?;
        target.set_fragment(None);

        if self.visited.contains(&target) {
            return Err(RedirectRefusal::Loop);
        }
        if self.visited.len() > HOPS {
            return Err(RedirectRefusal::TooMany);
        }
        self.judge(&target)?;
        self.visited.push(target.clone());
        Ok(target)
    }

    /// Whether an address that was judged lies on the configured host, or on the loopback beside it.
    pub(crate) fn is_at_home(&self, target: &Url) -> bool {
        target.host() == self.base.host() || is_loopback(self.base) && is_loopback(target)
    }

    /// Whether an address that was judged may be asked wherever its name leads. A record's link is
    /// not trusted for its name, only for a configured address in figures, or the loopback.
    pub(crate) fn is_trusted(&self, target: &Url) -> bool {
        let in_figures = is_loopback(target) || is_private_literal(target);
        self.is_at_home(target) && (self.hosts.is_none() || in_figures)
    }

    pub(crate) fn judge(&self, target: &Url) -> Result<(), RedirectRefusal> {
        let at_home = self.is_at_home(target);
        match target.scheme() {
            "https" => {}
            "http" if at_home && is_loopback(target) => {}
            _ => return Err(RedirectRefusal::NotHttps),
        }
        if !at_home && is_private_literal(target) {
            return Err(RedirectRefusal::PrivateAddress);
        }
        if self.hosts.is_some_and(|hosts| !hosts.allow(target)) {
            return Err(RedirectRefusal::OtherHost);
        }
        let user_info = !target.username().is_empty() || target.password().is_some();
        if user_info || repeats(target, self.credentials) {
            return Err(RedirectRefusal::CarriesCredentials);
        }
        Ok(())
    }
}

/// Names are judged when they are looked up; an address in figures is never looked up.
fn is_private_literal(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => !is_public(address.into()),
        Some(Host::Ipv6(address)) => !is_public(address.into()),
        Some(Host::Domain(_)) | None => false,
    }
}

fn repeats(url: &Url, credentials: &Credentials) -> bool {
    /// A shorter secret is bound to occur by chance within a longer value.
    const TELLING: usize = 8;
    let secrets = [credentials.key(), credentials.secret()];
    let holds = |text: &str| {
        secrets.iter().any(|secret| {
            !secret.is_empty()
                && (text == *secret || secret.len() >= TELLING && text.contains(secret))
        })
    };
    let in_query = url
        .query_pairs()
        .any(|(name, value)| holds(&name) || holds(&value));
    // A path encodes some letters otherwise than a query does; a form decoder reads both, given
    // that a plus sign, which it would take for a space, is hidden from it.
    let path = url.path().replace('+', "%2B").replace(['/', ';'], "&");
    let in_path = url::form_urlencoded::parse(path.as_bytes())
        .any(|(name, value)| holds(&name) || holds(&value));
    in_query || in_path || url.host_str().is_some_and(holds)
}

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<_> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            if found.iter().any(|address| !is_public(address.ip())) {
                return Err(PrivateAddress.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

impl fmt::Debug for Trail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trail")
            .field("hops", &(self.visited.len() - 1))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;
    use rstest::rstest;

    use super::*;
    use crate::exchange::{SendFault, send};
    use crate::platform::{Config, Platform};

    const BASE: &str = "https://recordings.example.com";
    const START: &str = "https://recordings.example.com/call/x/7?appSecret=canary-secret&sign=1";

    fn follow(base: &str, start: &str, location: &str) -> Result<String, RedirectRefusal> {
        let base = Url::parse(base).expect("a base");
        let credentials = Credentials {
            app_key: "AK1".into(),
            app_secret: "canary-secret".into(),
        };
        let mut trail = Trail::new(&base, &credentials, Url::parse(start).expect("a start"));
        let mut headers = HeaderMap::new();
        headers.insert(
            LOCATION,
            HeaderValue::from_str(location).expect("a header value"),
        );
        trail.follow(&headers).map(Into::into)
    }

    #[rstest]
    #[case("/files/7.wav", "https://recordings.example.com/files/7.wav")]
    #[case("8?token=1", "https://recordings.example.com/call/x/8?token=1")]
    #[case(
        "https://oss.example.net/7.wav?e=1",
        "https://oss.example.net/7.wav?e=1"
    )]
    fn an_honest_redirect_is_followed_without_the_query(
        #[case] location: &str,
        #[case] target: &str,
    ) {
        assert_eq!(follow(BASE, START, location).as_deref(), Ok(target));
    }

    #[rstest]
    #[case(START, RedirectRefusal::Loop)]
    #[case("#again", RedirectRefusal::Loop)]
    #[case("http://recordings.example.com/7.wav", RedirectRefusal::NotHttps)]
    #[case("http://oss.example.net/7.wav", RedirectRefusal::NotHttps)]
    #[case("http://127.0.0.1/7.wav", RedirectRefusal::NotHttps)]
    #[case("file:///etc/passwd", RedirectRefusal::NotHttps)]
    #[case("https://127.0.0.1/7.wav", RedirectRefusal::PrivateAddress)]
    #[case("https://2130706433/7.wav", RedirectRefusal::PrivateAddress)]
    #[case("https://169.254.169.254/latest", RedirectRefusal::PrivateAddress)]
    #[case("https://[::1]/7.wav", RedirectRefusal::PrivateAddress)]
    #[case("https://192.168.1.1/", RedirectRefusal::PrivateAddress)]
    #[case(
        "https://oss.example.net/?s=canary-secret",
        RedirectRefusal::CarriesCredentials
    )]
    #[case("https://oss.example.net/?k=AK1", RedirectRefusal::CarriesCredentials)]
    #[case(
        "https://oss.example.net/?next=x%3Fs%3Dcanary%2Dsecret",
        RedirectRefusal::CarriesCredentials
    )]
    #[case(
        "https://oss.example.net/canary%2dsecret/7.wav",
        RedirectRefusal::CarriesCredentials
    )]
    #[case(
        "https://canary-secret.example.net/7.wav",
        RedirectRefusal::CarriesCredentials
    )]
    #[case(
        "https://user:word@oss.example.net/",
        RedirectRefusal::CarriesCredentials
    )]
    #[case("https://", RedirectRefusal::NoTarget)]
    fn promise_8_a_dangerous_redirect_is_refused(
        #[case] location: &str,
        #[case] refusal: RedirectRefusal,
    ) {
        assert_eq!(follow(BASE, START, location), Err(refusal));
    }

    #[rstest]
    #[case("http://localhost:9/7.wav", Ok("http://localhost:9/7.wav"))]
    #[case("http://10.0.0.1/7.wav", Err(RedirectRefusal::NotHttps))]
    #[case("https://10.0.0.1/7.wav", Err(RedirectRefusal::PrivateAddress))]
    fn a_loopback_base_may_lead_to_the_loopback_alone(
        #[case] location: &str,
        #[case] verdict: Result<&str, RedirectRefusal>,
    ) {
        let followed = follow(
            "http://127.0.0.1:8700",
            "http://127.0.0.1:8700/a?sign=1",
            location,
        );

        assert_eq!(followed.as_deref().map_err(|refusal| *refusal), verdict);
    }

    #[tokio::test]
    async fn promise_8_a_name_that_leads_home_is_refused_when_it_is_looked_up() {
        let platform = Platform::new(Config::default()).expect("a client");

        let asked = send(
            platform.strangers.get("https://localhost:9/"),
            &platform.config.timeouts,
        );

        assert_eq!(asked.await.err(), Some(SendFault::PrivateAddress));
    }
}
