use proptest::prelude::*;
use rstest::rstest;

use super::*;

const RELAY: &str = "https%3A%2F%2Frelay.example";
const PUSH: &str = "https%3A%2F%2Frelay.example%2Fp%2Fabc";

fn refusal(link: &str) -> PairingLinkError {
    PairingLink::parse(link).expect_err("this link must be refused")
}

#[test]
fn a_whole_link_is_read() {
    let link = format!("  bohao://pair?relay={RELAY}&push={PUSH}&read=t%2Bok&later=1\n");
    let link = PairingLink::parse(&link).unwrap();
    assert_eq!(link.relay.as_str(), "https://relay.example/");
    assert_eq!(link.push.expose_secret(), "https://relay.example/p/abc");
    assert_eq!(link.read.expose_secret(), "t+ok");
}

#[rstest]
#[case::upper_case_scheme("BOHAO://pair")]
#[case::slash_added_by_a_browser("bohao://pair/")]
fn spellings_of_the_same_link_are_read(#[case] start: &str) {
    let link = format!("{start}?relay={RELAY}&push={PUSH}&read=a+b");
    assert_eq!(
        PairingLink::parse(&link).unwrap().read.expose_secret(),
        "a+b"
    );
}

#[rstest]
#[case::nothing("", PairingLinkError::NotALink)]
#[case::words("call me", PairingLinkError::NotALink)]
#[case::a_number("13800006620", PairingLinkError::NotALink)]
#[case::no_scheme("://pair?relay=x", PairingLinkError::NotALink)]
#[case::web("https://relay.example/p/abc", PairingLinkError::OtherProgram)]
#[case::other("weixin://pair?relay=x", PairingLinkError::OtherProgram)]
#[case::other_action("bohao://dial?number=1", PairingLinkError::NotPairing)]
#[case::half_an_action("bohao://pa", PairingLinkError::CutShort(PairingPart::Relay))]
#[case::no_query("bohao://pair", PairingLinkError::CutShort(PairingPart::Relay))]
#[case::empty_relay(
    "bohao://pair?relay=&push=x&read=y",
    PairingLinkError::CutShort(PairingPart::Relay)
)]
#[case::no_push(
    "bohao://pair?relay=https://r.example&read=y",
    PairingLinkError::CutShort(PairingPart::Push)
)]
#[case::no_read(
    "bohao://pair?relay=https://r.example&push=https://r.example/p/a",
    PairingLinkError::CutShort(PairingPart::Read)
)]
#[case::twice(
    "bohao://pair?relay=https://a.example&relay=https://b.example&push=x&read=y",
    PairingLinkError::Repeated(PairingPart::Relay)
)]
#[case::http(
    "bohao://pair?relay=http://r.example&push=https://r.example/p/a&read=y",
    PairingLinkError::Address(PairingPart::Relay, AddressError::Insecure)
)]
#[case::http_push(
    "bohao://pair?relay=https://r.example&push=http://r.example/p/a&read=y",
    PairingLinkError::Address(PairingPart::Push, AddressError::Insecure)
)]
#[case::junk_address(
    "bohao://pair?relay=%00%ff&push=https://r.example/p/a&read=y",
    PairingLinkError::Address(PairingPart::Relay, AddressError::NotAnAddress)
)]
#[case::script(
    "bohao://pair?relay=javascript:alert(1)&push=https://r.example/p/a&read=y",
    PairingLinkError::Address(PairingPart::Relay, AddressError::NotAnAddress)
)]
#[case::line_break_in_token(
    "bohao://pair?relay=https://r.example&push=https://r.example/p/a&read=y%0d%0aX",
    PairingLinkError::MalformedToken
)]
fn what_is_no_pairing_link_is_refused_with_its_reason(
    #[case] link: &str,
    #[case] expected: PairingLinkError,
) {
    assert_eq!(refusal(link), expected);
}

#[test]
fn a_relays_link_cut_anywhere_is_refused() {
    let read = format!("{READ_TOKEN_PREFIX}{}", "k".repeat(TOKEN_LENGTH - 4));
    let link = format!("bohao://pair?relay={RELAY}&push={PUSH}&read={read}");
    assert!(PairingLink::parse(&link).is_ok());
    for end in 0..link.len() {
        assert!(
            PairingLink::parse(&link[..end]).is_err(),
            "cut at {end} was taken"
        );
    }
}

#[test]
fn a_link_and_its_refusals_show_no_secret() {
    let link = format!("bohao://pair?relay={RELAY}&push={PUSH}&read=canary");
    let shown = format!("{:?}", PairingLink::parse(&link).unwrap());
    assert!(!shown.contains("canary") && !shown.contains("abc") && !shown.contains("example"));
    let refused = refusal("bohao://pair?relay=http://canary.example&push=canary&read=canary");
    assert!(!format!("{refused} {refused:?}").contains("canary"));
}

proptest! {
    #[test]
    fn a_link_says_what_was_put_in(
        host in "[a-z]{1,12}(\\.[a-z]{2,5}){1,2}",
        port in 1024u16..,
        prefix in "(/[a-z0-9%&=+#?-]{1,8})?",
        push in "[A-Za-z0-9_-]{1,60}",
        read in "[!-~]{5,80}",
    ) {
        prop_assume!(!read.starts_with(READ_TOKEN_PREFIX));
        let relay = format!("https://{host}:{port}{prefix}");
        let push = format!("https://{host}:{port}/p/{push}?x=a%26b+c");
        let link = PairingLink::new(&relay, &push, &read).unwrap();
        let again = PairingLink::parse(link.to_link().expose_secret()).unwrap();
        prop_assert_eq!(&again.relay, &link.relay);
        prop_assert_eq!(again.push.expose_secret(), link.push.expose_secret());
        prop_assert_eq!(again.read.expose_secret(), &read);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}", tail in "[ -~]{0,80}") {
        let _ = PairingLink::parse(&text);
        let _ = PairingLink::parse(&format!("bohao://{tail}"));
        let _ = PairingLink::parse(&format!("bohao://pair?{tail}"));
    }
}
