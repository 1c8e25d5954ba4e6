//! Recordings from the links in their records, which anybody may have written.

use bohao_platform::{Config, LinkRefusal, LinkRules, Platform, RangeFrom};
use bohao_platform::{Found, Recording, RecordingError, RedirectRefusal};
use rstest::rstest;

use super::raw::{RawServer, Reply, Then, credentials};

const AUDIO: &[u8] = b"RIFF\x24\x00\x00\x00WAVEfmt and the rest of the sound";

async fn ask(platform: &Platform, link: &str) -> Result<Recording, RecordingError> {
    let rules = LinkRules {
        hosts: vec!["OSS.example.net.".into(), "localhost".into()],
    };
    platform
        .recording_at_link(link, &rules, &credentials(), None)
        .await
}

#[tokio::test]
async fn promise_8_a_link_on_the_platforms_host_is_asked_without_credentials() {
    let server = RawServer::start([Reply::new("200 OK", AUDIO, Then::Stay)]).await;
    let link = format!("{}/files/7.wav?token=1#top", server.address);

    let mut recording = ask(&server.platform(), &link).await.expect("a recording");

    let mut bytes = Vec::new();
    while let Some(chunk) = recording.chunk().await.expect("the rest") {
        bytes.extend_from_slice(&chunk);
    }
    assert_eq!(bytes, AUDIO);
    let request = &server.requests()[0];
    assert!(request.starts_with("GET /files/7.wav?token=1 HTTP/1.1"));
    let (key, secret) = ("canary-key-5f3a", "canary-secret-91bc");
    assert!(
        !request.contains(key) && !request.contains(secret),
        "{request}"
    );
    assert!(
        !request.to_lowercase().contains("authorization"),
        "{request}"
    );
}

/// Nothing listens at any of these, and nothing may be asked there.
#[rstest]
#[case("http://xl.dingxin106.com/7.wav", LinkRefusal::NotHttps)]
#[case("http://127.0.0.1:9/7.wav", LinkRefusal::NotHttps)]
#[case("ftp://xl.dingxin106.com/7.wav", LinkRefusal::NotHttps)]
#[case("https://example.com/7.wav", LinkRefusal::OtherHost)]
#[case("https://a.xl.dingxin106.com/7.wav", LinkRefusal::OtherHost)]
#[case("https://xl.dingxin106.com.example.com/7.wav", LinkRefusal::OtherHost)]
#[case("https://a.oss.example.net/7.wav", LinkRefusal::OtherHost)]
#[case("https://127.0.0.1/7.wav", LinkRefusal::PrivateAddress)]
#[case("https://2130706433/7.wav", LinkRefusal::PrivateAddress)]
#[case("https://169.254.169.254/latest", LinkRefusal::PrivateAddress)]
#[case("https://[::1]/7.wav", LinkRefusal::PrivateAddress)]
#[case(
    "https://oss.example.net/7.wav?s=canary-secret-91bc",
    LinkRefusal::CarriesCredentials
)]
#[case("https://u:w@oss.example.net/7.wav", LinkRefusal::CarriesCredentials)]
#[case("/7.wav", LinkRefusal::NoAddress)]
#[case("", LinkRefusal::NoAddress)]
#[tokio::test]
async fn promise_8_a_link_that_nobody_allowed_is_not_asked(
    #[case] link: &str,
    #[case] refusal: LinkRefusal,
) {
    let platform = Platform::new(Config::default()).expect("a client");

    let error = ask(&platform, link).await.expect_err("a refusal");

    assert_eq!(error, RecordingError::LinkRefused(refusal));
}

/// The name is allowed, and leads to this machine when it is looked up.
#[tokio::test]
async fn promise_8_an_allowed_name_that_leads_home_is_refused_when_it_is_looked_up() {
    let platform = Platform::new(Config::default()).expect("a client");

    let error = ask(&platform, "https://localhost:9/7.wav")
        .await
        .expect_err("a refusal");

    let private = RecordingError::Redirected(RedirectRefusal::PrivateAddress);
    assert_eq!(error, private);
}

/// On the loopback, where practice is, another port is somebody else.
#[tokio::test]
async fn promise_8_a_link_to_another_port_of_this_machine_is_not_asked() {
    let other = RawServer::start([Reply::new("200 OK", AUDIO, Then::Stay)]).await;
    let server = RawServer::start([Reply::new("200 OK", AUDIO, Then::Stay)]).await;

    let error = ask(&server.platform(), &format!("{}/7.wav", other.address)).await;

    let refused = RecordingError::LinkRefused(LinkRefusal::OtherHost);
    assert_eq!(error.expect_err("a refusal"), refused);
    assert_eq!(other.requests(), [""; 0]);
}

#[rstest]
#[case("https://example.com/7.wav", RedirectRefusal::OtherHost)]
#[case("http://example.com/7.wav", RedirectRefusal::NotHttps)]
#[case("https://10.0.0.1/7.wav", RedirectRefusal::PrivateAddress)]
#[case("http://127.0.0.1:9/7.wav", RedirectRefusal::OtherHost)]
#[tokio::test]
async fn promise_8_each_hop_from_a_link_is_judged_as_the_link_is(
    #[case] location: &str,
    #[case] refusal: RedirectRefusal,
) {
    let head = |to: &str| format!("302 Found\nLocation: {to}");
    let server = RawServer::start([
        Reply::new(&head("/moved"), b"", Then::Stay),
        Reply::new(&head(location), b"", Then::Stay),
    ])
    .await;

    let link = format!("{}/7.wav", server.address);
    let error = ask(&server.platform(), &link).await.expect_err("a refusal");

    assert_eq!(error, RecordingError::Redirected(refusal));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn promise_6_a_link_is_believed_in_known_formats_only() {
    let server = RawServer::start([Reply::new(
        "200 OK",
        b"\x7fELF and so on, no sound",
        Then::Stay,
    )])
    .await;

    let link = format!("{}/7.wav", server.address);
    let error = ask(&server.platform(), &link).await.expect_err("no audio");

    assert_eq!(error, RecordingError::NotAudio(Found::Unknown));
}

#[tokio::test]
async fn a_link_goes_on_where_it_broke_off() {
    let head = format!(
        "206 Partial Content\nContent-Range: bytes 10-{}/{}\nETag: \"v1\"",
        AUDIO.len() - 1,
        AUDIO.len()
    );
    let server = RawServer::start([Reply::new(&head, &AUDIO[10..], Then::Stay)]).await;
    let range = RangeFrom {
        offset: 10,
        validator: "\"v1\"".into(),
        total: Some(AUDIO.len() as u64),
    };

    let link = format!("{}/7.wav", server.address);
    let platform = server.platform();
    let (rules, credentials) = (LinkRules::default(), credentials());
    let recording = platform
        .recording_at_link(&link, &rules, &credentials, Some(range))
        .await
        .expect("the rest");

    assert_eq!(recording.offset, 10);
}
