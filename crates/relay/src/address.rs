use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::HeaderMap;
use ipnet::IpNet;
use thiserror::Error;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Addresses that belong together: `203.0.113.0/24`, `2001:db8::/32`, or a single one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange(IpNet);

/// A text that names no addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("neither an address nor a range such as 203.0.113.0/24")]
pub struct NoAddressRange;

impl AddressRange {
    /// Whether an address lies within. An IPv4 address inside an IPv6 one counts as itself.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for AddressRange {
    type Err = NoAddressRange;

    fn from_str(text: &str) -> Result<Self, NoAddressRange> {
        let single = || text.parse().map(|address: IpAddr| address.to_canonical());
        match text.contains('/') {
            true => text.parse().map(Self).map_err(|_| NoAddressRange),
            false => single()
                .map(|address| Self(address.into()))
                .map_err(|_| NoAddressRange),
        }
    }
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose request this is. It is the peer's, unless the peer is a named proxy: each proxy appends
/// whom it heard from, so the header is read from its right end for as long as the address before
/// was a named proxy's. What stands further left was written by the client and proves nothing.
pub(crate) fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[AddressRange]) -> IpAddr {
    let mut client = peer.to_canonical();
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    for hop in lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')) {
        if !proxies.iter().any(|proxy| proxy.contains(client)) {
            break;
        }
        match parse_hop(hop) {
            Some(before) => client = before,
            None => break,
        }
    }
    client
}

/// The addresses that are counted as one: an IPv6 host has a whole /64 to choose from.
pub(crate) fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Some proxies add the port.
fn parse_hop(hop: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(hop).ok()?.trim();
    let alone = text.trim_start_matches('[').trim_end_matches(']');
    let with_port = || text.parse().map(|hop: std::net::SocketAddr| hop.ip());
    let address = alone.parse().or_else(|_| with_port()).ok()?;
    Some(IpAddr::to_canonical(&address))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::no_proxy_is_named("198.51.100.7", &["203.0.113.9"], &[], "198.51.100.7")]
    #[case::the_peer_is_no_proxy("198.51.100.7", &["203.0.113.9"], &["10.0.0.0/8"], "198.51.100.7")]
    #[case::one_proxy("10.0.0.1", &["203.0.113.9"], &["10.0.0.0/8"], "203.0.113.9")]
    #[case::forged_on_the_left("10.0.0.1", &["127.0.0.1, 203.0.113.9"], &["10.0.0.0/8"], "203.0.113.9")]
    #[case::two_proxies("10.0.0.1", &["6.6.6.6, 203.0.113.9,10.0.0.2"], &["10.0.0.0/8"], "203.0.113.9")]
    #[case::several_lines("10.0.0.1", &["6.6.6.6", "203.0.113.9"], &["10.0.0.1"], "203.0.113.9")]
    #[case::nothing_said("10.0.0.1", &[], &["10.0.0.1"], "10.0.0.1")]
    #[case::nonsense("10.0.0.1", &["203.0.113.9, unknown"], &["10.0.0.1"], "10.0.0.1")]
    #[case::with_a_port("10.0.0.1", &["203.0.113.9:4711"], &["10.0.0.1"], "203.0.113.9")]
    #[case::ipv6("::1", &["2001:db8::7"], &["::1"], "2001:db8::7")]
    #[case::ipv6_with_a_port("::1", &["[2001:db8::7]:4711"], &["::1"], "2001:db8::7")]
    #[case::mapped("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], &["10.0.0.1"], "203.0.113.9")]
    fn only_what_a_named_proxy_appended_is_believed(
        #[case] peer: &str,
        #[case] lines: &[&str],
        #[case] proxies: &[&str],
        #[case] expected: &str,
    ) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
        }
        let proxies: Vec<AddressRange> = proxies.iter().map(|it| it.parse().unwrap()).collect();
        let found = client(peer.parse().unwrap(), &headers, &proxies);
        assert_eq!(found.to_string(), expected);
    }

    #[rstest]
    #[case("203.0.113.0/24", "203.0.113.255", true)]
    #[case("203.0.113.0/24", "203.0.114.0", false)]
    #[case("203.0.113.7", "203.0.113.7", true)]
    #[case("203.0.113.7", "203.0.113.8", false)]
    #[case("203.0.113.7", "::ffff:203.0.113.7", true)]
    #[case("2001:db8::/32", "2001:db8:1::1", true)]
    #[case("2001:db8::/32", "203.0.113.7", false)]
    fn a_range_holds_its_own_addresses(
        #[case] range: AddressRange,
        #[case] address: IpAddr,
        #[case] expected: bool,
    ) {
        assert_eq!(range.contains(address), expected);
    }

    #[rstest]
    #[case("")]
    #[case("relay.example")]
    #[case("203.0.113.0/33")]
    #[case("203.0.113/24")]
    fn what_names_no_addresses_is_refused(#[case] text: &str) {
        assert_eq!(text.parse::<AddressRange>(), Err(NoAddressRange));
    }

    #[test]
    fn an_ipv6_host_is_counted_by_its_network() {
        let of = |text: &str| neighbourhood(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:203.0.113.7"), "203.0.113.7");
    }
}
