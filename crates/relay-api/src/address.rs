use thiserror::Error;
use url::{Host, Url};

/// Why an address is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressError {
    /// The text is no `http://` or `https://` address with a host.
    #[error("not a web address")]
    NotAnAddress,
    /// `http://` would send the token in the clear over a network.
    #[error("http:// is for this machine only; use https://")]
    Insecure,
    /// A user name or password inside the address.
    #[error("an address must not hold a user name or password")]
    HoldsCredentials,
}

/// Takes `https://` for any host and `http://` for loopback hosts.
pub fn check_address(text: &str) -> Result<Url, AddressError> {
    let url = Url::parse(text).map_err(|_| AddressError::NotAnAddress)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(AddressError::NotAnAddress);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressError::HoldsCredentials);
    }
    if url.scheme() == "http" && !is_loopback(&url) {
        return Err(AddressError::Insecure);
    }
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("https://relay.example", Ok(()))]
    #[case("https://relay.example:8443/prefix", Ok(()))]
    #[case("http://127.0.0.1:8787", Ok(()))]
    #[case("http://127.9.9.9", Ok(()))]
    #[case("http://localhost:1", Ok(()))]
    #[case("http://[::1]:8787", Ok(()))]
    #[case("http://relay.example", Err(AddressError::Insecure))]
    #[case("http://192.168.1.2", Err(AddressError::Insecure))]
    #[case("http://localhost.example", Err(AddressError::Insecure))]
    #[case("http://127.0.0.1.example", Err(AddressError::Insecure))]
    #[case("https://u:p@relay.example", Err(AddressError::HoldsCredentials))]
    #[case("ftp://relay.example", Err(AddressError::NotAnAddress))]
    #[case("relay.example", Err(AddressError::NotAnAddress))]
    #[case("", Err(AddressError::NotAnAddress))]
    fn https_anywhere_and_http_on_the_loopback(
        #[case] text: &str,
        #[case] expected: Result<(), AddressError>,
    ) {
        assert_eq!(check_address(text).map(|_| ()), expected);
    }
}
