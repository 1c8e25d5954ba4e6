//! Recordings: who gets them, in which parts, and what goes wrong on demand.

mod common;

use bohao_sandbox::{Fault, FaultKind, Running};
use common::*;
use rstest::rstest;
use serde_json::Value;

async fn json(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

async fn recorded() -> (Running, String, Vec<u8>) {
    let running = start(swift()).await;
    let subid = call(&running, TEL_B).await;
    let answer = recording_request(&running, &subid)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "audio/wav");
    assert_eq!(answer.headers()["accept-ranges"], "bytes");
    let whole = answer.bytes().await.expect("the recording").to_vec();
    (running, subid, whole)
}

#[tokio::test]
async fn a_recording_is_a_wav_file_that_can_be_heard() {
    let (running, subid, whole) = recorded().await;
    assert_eq!(&whole[..4], b"RIFF");
    assert_eq!(whole[4..8], (whole.len() as u32 - 8).to_le_bytes());
    assert_eq!(&whole[8..16], b"WAVEfmt ");
    // PCM, one channel, 8,000 samples of two bytes a second.
    let format = [1, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0];
    assert_eq!(whole[20..36], format);
    assert_eq!(whole[40..44], (whole.len() as u32 - 44).to_le_bytes());
    let loud = whole[44..]
        .chunks_exact(2)
        .filter(|pair| i16::from_le_bytes([pair[0], pair[1]]).abs() > 1000);
    assert!(loud.count() > 4000);

    let link = format!("{}/sandbox/recordings/{subid}.wav", running.url());
    let same = client().get(&link).send().await.expect("an answer");
    assert_eq!(same.bytes().await.expect("the recording"), whole);
    assert_eq!(running.calls()[0].credentials_leaked, 0);
    client()
        .get(link)
        .query(&account(now()))
        .send()
        .await
        .expect("an answer");
    assert_eq!(running.calls()[0].credentials_leaked, 1);
}

#[rstest]
#[case("bytes=0-99", 0..100)]
#[case("bytes=1000-", 1000..48_044)]
#[case("bytes=-44", 48_000..48_044)]
#[tokio::test]
async fn a_part_of_it(#[case] range: &str, #[case] part: std::ops::Range<usize>) {
    let (running, subid, whole) = recorded().await;
    let request = recording_request(&running, &subid).header("range", range);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 206);
    let place = format!("bytes {}-{}/48044", part.start, part.end - 1);
    assert_eq!(answer.headers()["content-range"], place.as_str());
    assert_eq!(answer.bytes().await.expect("bytes"), whole[part]);
}

#[tokio::test]
async fn a_part_beyond_its_end_and_a_part_of_another_file() {
    let (running, subid, whole) = recorded().await;
    let beyond = recording_request(&running, &subid).header("range", "bytes=48044-");
    let answer = beyond.send().await.expect("an answer");
    assert_eq!(answer.status(), 416);
    assert_eq!(answer.headers()["content-range"], "bytes */48044");
    let tag = answer.headers()["etag"].clone();

    for (condition, status, length) in [
        (tag.to_str().expect("text"), 206, 44),
        ("\"another\"", 200, 48_044),
    ] {
        let request = recording_request(&running, &subid)
            .header("range", "bytes=48000-")
            .header("if-range", condition);
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), status);
        let part = answer.bytes().await.expect("bytes");
        assert_eq!(part, whole[48_044 - length..]);
    }
}

#[tokio::test]
async fn nothing_before_the_end_or_without_a_connection() {
    let running = start(everlasting()).await;
    let answer = dial(&running, TEL_B, "").await;
    let subid = answer["data"]["subid"].as_str().expect("a subid");
    let early = json(recording_request(&running, subid)).await;
    assert_eq!(
        (early["code"].as_u64(), early["msg"].as_str()),
        (Some(2003), Some("暂无数据"))
    );
    assert_eq!(
        json(recording_request(&running, "04unknown")).await["code"],
        2003
    );

    let running = start(swift()).await;
    let missed = call(&running, "13922100001").await;
    assert_eq!(
        json(recording_request(&running, &missed)).await["code"],
        2003
    );
}

#[tokio::test]
async fn the_subid_is_signed_though_it_is_in_the_path() {
    let running = start(swift()).await;
    let subid = call(&running, TEL_B).await;
    let url = format!("{}/call/companyRecordDownlaod/{subid}", running.url());
    let request = |query: Pairs| client().get(&url).query(&query);

    assert_eq!(json(request(signed(account(now())))).await["code"], 1004);
    assert_eq!(json(request(account(now()))).await["code"], 1003);

    let with = |mut query: Pairs| {
        let digest = sign(&query, &[("subid", &subid)]);
        query.push(("sign".to_owned(), digest));
        query
    };
    assert_eq!(
        json(request(with(account(now() - 400)))).await["code"],
        1006
    );
    let mut stranger = account(now());
    stranger[1].1 = "SeCrEt".to_owned();
    assert_eq!(json(request(with(stranger))).await["code"], 1005);
    let post = client().post(&url).query(&with(account(now())));
    assert_eq!(json(post).await["code"], 1002);
}

#[tokio::test]
async fn not_ready_yet_for_some_attempts() {
    let running = start(swift()).await;
    let magic = call(&running, "13922100020").await;
    for _ in 0..3 {
        assert_eq!(
            json(recording_request(&running, &magic)).await["code"],
            2003
        );
    }
    let answer = recording_request(&running, &magic)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.headers()["content-type"], "audio/wav");

    let (running, subid, _) = recorded().await;
    running.set_fault(FaultKind::RecordingNotReady, 2);
    running.set_fault(FaultKind::RecordingJson, 1);
    for code in [2003, 2003, 3001] {
        assert_eq!(
            json(recording_request(&running, &subid)).await["code"],
            code
        );
    }
}

#[tokio::test]
async fn broken_off_in_the_middle() {
    let (running, subid, whole) = recorded().await;
    running.set_fault(FaultKind::RecordingCut, 1);
    let mut answer = recording_request(&running, &subid)
        .send()
        .await
        .expect("its head");
    assert_eq!(answer.content_length(), Some(whole.len() as u64));
    let mut received = Vec::new();
    let error = loop {
        match answer.chunk().await {
            Ok(Some(part)) => received.extend_from_slice(&part),
            Ok(None) => panic!("it must not end well"),
            Err(error) => break error,
        }
    };
    assert!(!error.is_timeout());
    assert_eq!(received, whole[..whole.len() / 2]);
}

#[rstest]
#[case(FaultKind::RecordingEndless, None)]
#[case(FaultKind::RecordingHuge, Some(10 << 30))]
#[tokio::test]
async fn more_than_anyone_wants(#[case] kind: FaultKind, #[case] length: Option<u64>) {
    let (running, subid, whole) = recorded().await;
    running.set_fault(kind, 1);
    let mut answer = recording_request(&running, &subid)
        .send()
        .await
        .expect("its head");
    assert_eq!(answer.content_length(), length);
    let mut received = 0;
    while received < whole.len() * 20 {
        let part = answer.chunk().await.expect("more").expect("ever more");
        received += part.len();
    }
}

#[tokio::test]
async fn empty_whole_or_changed() {
    let (running, subid, whole) = recorded().await;
    let ranged = || {
        recording_request(&running, &subid)
            .header("range", "bytes=100-199")
            .send()
    };

    running.set_fault(FaultKind::RecordingEmpty, 1);
    let empty = ranged().await.expect("an answer");
    assert_eq!(empty.status(), 200);
    assert_eq!(empty.bytes().await.expect("bytes").len(), 0);

    running.set_fault(FaultKind::RecordingNoRange, 1);
    let answer = ranged().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.expect("bytes"), whole);

    let before = ranged().await.expect("an answer").headers()["etag"].clone();
    running.set_fault(FaultKind::RecordingChanged, 1);
    let changed = ranged().await.expect("an answer");
    assert_eq!(changed.status(), 206);
    assert_ne!(changed.headers()["etag"], before);
}

#[tokio::test]
async fn redirects_here_there_and_round_in_circles() {
    let (running, subid, whole) = recorded().await;
    let away = Fault {
        to: Some("http://10.0.0.1/secret".to_owned()),
        ..FaultKind::RecordingRedirectAway.into()
    };
    running.set_fault(FaultKind::RecordingRedirect, 1);
    running.set_fault(FaultKind::RecordingRedirectAway, 1);
    running.set_fault(away, 1);
    running.set_fault(FaultKind::RecordingRedirectLoop, 1);

    let port = running.address.port();
    let locations = [
        format!("{}/sandbox/recordings/{subid}.wav", running.url()),
        format!("http://localhost:{port}/sandbox/recordings/{subid}.wav"),
        "http://10.0.0.1/secret".to_owned(),
        String::new(),
    ];
    for location in &locations {
        let answer = recording_request(&running, &subid)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), 302);
        assert_eq!(answer.headers()["location"], location.as_str());
    }
    for link in &locations[..2] {
        let answer = client().get(link).send().await.expect("an answer");
        assert_eq!(answer.bytes().await.expect("the recording"), whole);
    }
}

#[tokio::test]
async fn the_public_link_bears_the_same_faults() {
    let (running, subid, _) = recorded().await;
    running.set_fault(FaultKind::RecordingJson, 1);
    let link = format!("{}/sandbox/recordings/{subid}.wav", running.url());
    assert_eq!(json(client().get(&link)).await["code"], 3001);
    assert_eq!(json(client().post(&link)).await["code"], 1002);
}
