//! Which addresses may be spoken to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// Why an address can't be the platform's base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// `http://` to another machine would show the credentials to everyone on the way.
    #[error("plain http is for loopback addresses only, use https")]
    PlainHttp,
    /// Neither `https` nor `http`.
    #[error("not an https address")]
    Scheme,
    /// A user name or a password in the address.
    #[error("the address must not carry a user name or a password")]
    UserInfo,
    /// A query or a fragment, which a base can't have.
    #[error("the address must not have a query or a fragment")]
    Query,
}

/// Checks that an address can be a base: `https`, or `http` on the loopback; a path is welcome.
///
/// # Errors
/// [`AddressError`] names the first thing that is wrong with it.
pub fn check_base(base: &Url) -> Result<(), AddressError> {
    match base.scheme() {
        "https" => {}
        "http" if is_loopback(base) => {}
        "http" => return Err(AddressError::PlainHttp),
        _ => return Err(AddressError::Scheme),
    }
    if !base.username().is_empty() || base.password().is_some() {
        return Err(AddressError::UserInfo);
    }
    if base.query().is_some() || base.fragment().is_some() {
        return Err(AddressError::Query);
    }
    Ok(())
}

/// Whether an address names this machine: 127.0.0.0/8, `[::1]` or `localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Appends path segments to a base, each percent-encoded as one.
///
/// The base must have passed [`check_base`]: such an address always has a path to append to.
pub(crate) fn beneath(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    url.path_segments_mut()
        .expect("an http address always has a path")
        .pop_if_empty()
        .extend(segments);
    url
}

/// Whether an address belongs to the open internet. A redirect may lead nowhere else: otherwise an
/// answer could make this program ask the user's router or a cloud's metadata service.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol_assignments = a == 192 && b == 0 && c == 0;
    let benchmarks = a == 198 && (b == 18 || b == 19);
    !(a == 0
        || a >= 224
        || shared
        || protocol_assignments
        || benchmarks
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || address.is_documentation())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(inner) = address.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    let embedded = |high: u16, low: u16| {
        let ([i, j], [k, l]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(i, j, k, l)
    };
    match (a, b, c, d, e, f) {
        // NAT64 and 6to4 carry an IPv4 address, which decides.
        (0x64, 0xff9b, 0, 0, 0, 0) => is_public_v4(embedded(g, h)),
        (0x2002, ..) => is_public_v4(embedded(b, c)),
        (0x2001, 0x0db8, ..) => false,
        // Teredo hides an IPv4 address in disguise.
        (0x2001, 0, ..) => false,
        // Everything that is routed at present lies in 2000::/3.
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("an address")
    }

    #[rstest]
    #[case("https://xlv2.dingxin106.com/prod-api", Ok(()))]
    #[case("http://127.0.0.1:8700", Ok(()))]
    #[case("http://127.9.9.9/x", Ok(()))]
    #[case("http://[::1]:8700/", Ok(()))]
    #[case("http://LOCALHOST:8700", Ok(()))]
    #[case("http://xl.dingxin106.com", Err(AddressError::PlainHttp))]
    #[case("http://192.168.1.2", Err(AddressError::PlainHttp))]
    #[case("http://localhost.example.com", Err(AddressError::PlainHttp))]
    #[case("http://127.0.0.1.example.com", Err(AddressError::PlainHttp))]
    #[case("http://0.0.0.0", Err(AddressError::PlainHttp))]
    #[case("ftp://127.0.0.1", Err(AddressError::Scheme))]
    #[case("mailto:a@example.com", Err(AddressError::Scheme))]
    #[case("https://user@example.com", Err(AddressError::UserInfo))]
    #[case("https://:word@example.com", Err(AddressError::UserInfo))]
    #[case("https://example.com/?a=1", Err(AddressError::Query))]
    #[case("https://example.com/#a", Err(AddressError::Query))]
    fn a_base_is_https_or_on_the_loopback(
        #[case] base: &str,
        #[case] verdict: Result<(), AddressError>,
    ) {
        assert_eq!(check_base(&url(base)), verdict);
    }

    #[rstest]
    #[case("https://example.com", "https://example.com/axb/x")]
    #[case("https://example.com/", "https://example.com/axb/x")]
    #[case("https://example.com/prod-api", "https://example.com/prod-api/axb/x")]
    #[case("https://example.com/prod-api/", "https://example.com/prod-api/axb/x")]
    fn segments_are_appended_to_the_bases_path(#[case] base: &str, #[case] whole: &str) {
        assert_eq!(beneath(&url(base), &["axb", "x"]).as_str(), whole);
    }

    #[rstest]
    #[case("8.8.8.8", true)]
    #[case("47.95.1.1", true)]
    #[case("2400:3200::1", true)]
    #[case("0.0.0.0", false)]
    #[case("10.1.2.3", false)]
    #[case("100.100.100.200", false)]
    #[case("127.0.0.1", false)]
    #[case("169.254.169.254", false)]
    #[case("172.31.0.1", false)]
    #[case("192.168.1.1", false)]
    #[case("198.18.0.1", false)]
    #[case("224.0.0.1", false)]
    #[case("255.255.255.255", false)]
    #[case("::", false)]
    #[case("::1", false)]
    #[case("fe80::1", false)]
    #[case("fd00::1", false)]
    #[case("ff02::1", false)]
    #[case("::ffff:127.0.0.1", false)]
    #[case("64:ff9b::a00:1", false)]
    #[case("64:ff9b::808:808", true)]
    #[case("2002:7f00:1::", false)]
    #[case("2001:db8::1", false)]
    fn only_the_open_internet_is_public(#[case] address: &str, #[case] public: bool) {
        assert_eq!(is_public(address.parse().expect("an address")), public);
    }
}
