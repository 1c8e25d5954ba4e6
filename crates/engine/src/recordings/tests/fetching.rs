use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::RecordingState;
use rstest::rstest;

#[tokio::test]
async fn a_recording_is_fetched_checked_and_told() {
    let file = wav(1500, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let mut desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let detail = desk.fetch(&call).await;

    assert_eq!(detail.state, RecordingState::Saved);
    assert_eq!(detail.bytes, Some(file.len() as u64));
    assert_eq!(detail.length_ms, Some(1500));
    assert_eq!(detail.format.as_deref(), Some("wav"));
    assert_eq!(detail.sha256, Some(sha256(&file)));
    assert_eq!(detail.reason, None);
    assert_eq!(desk.files(), [format!("{}.wav", call.0)]);
    let opened = desk.recordings.open(&call).await.expect("a file");
    assert_eq!(std::fs::read(opened.path).expect("bytes"), file);
    assert_eq!(opened.content_type, "audio/wav");
    assert!(desk.changed.lock().expect("a list").contains(&call));
    let mut last = None;
    while let Ok(Event::RecordingProgress {
        received, total, ..
    }) = desk.events.try_recv()
    {
        last = Some((received, total));
    }
    assert_eq!(last, Some((file.len() as u64, Some(file.len() as u64))));
}

#[rstest]
#[case::half_a_body(Reply::cut(&wav(1500, 1), 9_000, ""), "cut_off")]
#[case::nothing_of_it(Reply::cut(&wav(1500, 1), 0, ""), "cut_off")]
#[case::a_wrong_length(Reply::with(200, "", 30_000, &wav(1500, 1)), "cut_off")]
#[case::json(Reply::json("{\"code\":2003,\"msg\":\"no more data\"}"), "not_ready")]
#[case::json_named_audio(
    Reply::with(
        200,
        "Content-Type: audio/wav\r\n",
        27,
        b"{\"code\":3001,\"msg\":\"oops\"} "
    ),
    "platform_busy: 3001 oops"
)]
#[case::wrong_credentials(Reply::json("{\"code\":1005,\"msg\":\"no\"}"), "refused: 1005 no")]
#[case::a_web_page(Reply::with(200, "", 15, b"<html>oh</html>"), "not_audio")]
#[case::plain_words(Reply::with(200, "", 20, b"recording not found!"), "not_audio")]
#[case::plain_words_named_audio(
    Reply::with(200, "Content-Type: audio/mpeg\r\n", 20, b"recording not found!"),
    "not_audio"
)]
#[case::an_empty_body(Reply::with(200, "", 0, b""), "not_ready")]
#[case::too_large(Reply::with(200, "", 5_000_000_000, &wav(10, 1)), "too_large")]
#[case::missing(Reply::status(404), "not_ready")]
#[case::broken(Reply::status(503), "platform_busy: HTTP 503")]
#[case::a_redirect_into_the_house(
    Reply::with(302, "Location: https://192.168.1.1/a.wav\r\n", 0, b""),
    "redirected"
)]
#[tokio::test]
async fn promise_6_what_is_no_whole_recording_leaves_no_file(
    #[case] reply: Reply,
    #[case] reason: &str,
) {
    let stand = Stand::new([reply]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let detail = desk.fetch(&call).await;

    assert_ne!(detail.state, RecordingState::Saved);
    assert_eq!(detail.reason.as_deref(), Some(reason));
    assert_eq!(desk.files(), [""; 0]);
    let fault = desk.recordings.open(&call).await.expect_err("no file");
    assert_eq!(fault.code, FaultCode::RecordingUnavailable);
    assert_eq!(fault.details["reason"], reason);
}

#[tokio::test]
async fn promise_6_a_body_without_a_length_is_taken_as_far_as_it_goes() {
    let file = wav(300, 1);
    let stand = Stand::new([Reply::without_length(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    assert_eq!(desk.fetch(&call).await.sha256, Some(sha256(&file)));
}

/// A connection that ends is the only end that such a body has, and a cut one ends as well.
#[tokio::test]
async fn promise_6_a_body_without_a_length_that_lacks_its_end_is_fetched_again() {
    let file = wav(300, 1);
    let replies = [
        Reply::without_length(&file[..file.len() / 2]),
        Reply::without_length(&file),
    ];
    let stand = Stand::new(replies).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let cut = desk.fetch(&call).await;
    assert_eq!(cut.reason.as_deref(), Some("cut_off"));
    assert_eq!(desk.files(), [""; 0]);
    assert_eq!(desk.fetch(&call).await.sha256, Some(sha256(&file)));
}

/// The server calls a thousand bytes the whole file, and the file speaks of more.
#[rstest]
#[case::in_all_and_of_samples(wav(1000, 1)[..1_000].to_vec())]
#[case::of_samples_alone({
    let mut file = wav(1000, 1)[..1_000].to_vec();
    file[4..8].copy_from_slice(&992_u32.to_le_bytes());
    file
})]
#[tokio::test]
async fn promise_6_a_whole_answer_that_lacks_its_end_by_its_header_is_fetched_again(
    #[case] short: Vec<u8>,
) {
    let file = wav(1000, 1);
    let stand = Stand::new([Reply::whole(&short), Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let cut = desk.fetch(&call).await;
    assert_eq!(cut.reason.as_deref(), Some("cut_off"));
    assert_eq!(desk.files(), [""; 0]);
    assert_eq!(desk.fetch(&call).await.sha256, Some(sha256(&file)));
}

/// A header that is wrong must not cost the recording.
#[tokio::test]
async fn a_file_that_comes_alike_twice_is_all_there_is() {
    let short = wav(1000, 1)[..1_000].to_vec();
    let stand = Stand::new([Reply::whole(&short)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let first = desk.fetch(&call).await;
    assert_eq!(first.reason.as_deref(), Some("cut_off"));
    let second = desk.fetch(&call).await;
    assert_eq!(second.sha256, Some(sha256(&short)));
    assert_eq!(second.length_ms, Some((1_000 - 44) / 16));
}

/// Whoever writes a stream as it comes does not know how long it will be.
#[tokio::test]
async fn promise_6_a_header_that_counts_nothing_is_held_against_no_file() {
    let mut file = wav(300, 1);
    file[4..8].fill(0xff);
    let stand = Stand::new([Reply::without_length(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    assert_eq!(desk.fetch(&call).await.sha256, Some(sha256(&file)));
}

const TAGGED: &str = "ETag: \"one\"\r\n";

#[tokio::test]
async fn promise_6_a_fetch_goes_on_where_the_server_proves_the_file() {
    let file = wav(2000, 1);
    let replies = [
        Reply::cut(&file, 20_000, TAGGED),
        Reply::rest(&file, 20_000, TAGGED),
    ];
    let stand = Stand::new(replies).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let first = desk.fetch(&call).await;
    assert_eq!(first.reason.as_deref(), Some("cut_off"));
    assert_eq!(desk.files(), [format!("{}.part", call.0)]);
    let second = desk.fetch(&call).await;

    assert_eq!(second.sha256, Some(sha256(&file)));
    assert_eq!(second.length_ms, Some(2000));
    assert_eq!(desk.files(), [format!("{}.wav", call.0)]);
    let asked = stand.requests()[1].to_ascii_lowercase();
    assert!(asked.contains("range: bytes=20000-\r\n"), "{asked}");
    assert!(asked.contains("if-range: \"one\"\r\n"), "{asked}");
}

#[rstest]
#[case::whole_again(&[Reply::whole(&wav(2000, 2))])]
#[case::another_tag(&[Reply::rest(&wav(2000, 2), 20_000, "ETag: \"two\"\r\n"), Reply::whole(&wav(2000, 2))])]
#[case::no_tag(&[Reply::rest(&wav(2000, 2), 20_000, ""), Reply::whole(&wav(2000, 2))])]
#[case::another_place(&[Reply::rest(&wav(2000, 2), 19_000, TAGGED), Reply::whole(&wav(2000, 2))])]
#[case::out_of_range(&[Reply::status(416), Reply::whole(&wav(2000, 2))])]
#[tokio::test]
async fn promise_6_a_fetch_begins_again_where_the_server_proves_nothing(#[case] second: &[Reply]) {
    let stand = Stand::new([Reply::cut(&wav(2000, 1), 20_000, TAGGED)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;
    stand.answer(second.iter().cloned());

    let detail = desk.fetch(&call).await;

    assert_eq!(detail.sha256, Some(sha256(&wav(2000, 2))));
    assert_eq!(desk.files(), [format!("{}.wav", call.0)]);
}

#[rstest]
#[case::no_validator("")]
#[case::a_weak_one("ETag: W/\"one\"\r\n")]
#[case::a_date("Last-Modified: Mon, 23 Nov 2026 06:10:12 GMT\r\n")]
#[tokio::test]
async fn promise_6_nothing_is_kept_of_a_file_that_can_t_be_proved(#[case] headers: &str) {
    let file = wav(2000, 1);
    let stand = Stand::new([Reply::cut(&file, 20_000, headers), Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    desk.fetch(&call).await;
    assert_eq!(desk.files(), [""; 0]);
    desk.fetch(&call).await;

    assert!(!stand.requests()[1].to_ascii_lowercase().contains("range"));
    assert_eq!(desk.files(), [format!("{}.wav", call.0)]);
}

#[tokio::test]
async fn promise_6_a_fetch_that_is_given_up_leaves_nothing() {
    let file = wav(2000, 1);
    let stand = Stand::new([Reply::stalled(&file, 20_000)]).await;
    let mut desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    let recordings = desk.recordings.clone();
    let (fetched, id) = (recordings.clone(), call.clone());
    let task = tokio::spawn(async move { fetched.fetch(&id).await });
    desk.events.recv().await.expect("progress");
    while desk.files().is_empty() {
        tokio::task::yield_now().await;
    }

    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));

    assert_eq!(desk.files(), [""; 0]);
    stand.answer([Reply::whole(&file)]);
    assert_eq!(
        recordings.fetch(&call).await.expect("an answer").state,
        RecordingState::Saved
    );
}

#[tokio::test]
async fn promise_8_credentials_and_names_of_the_server_lead_nowhere() {
    let file = wav(100, 1);
    let named = Reply::with(
        200,
        "Content-Disposition: attachment; filename=\"../../../evil.exe\"\r\n",
        file.len(),
        &file,
    );
    let stand = Stand::new([named]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;

    assert_eq!(desk.files(), [format!("{}.wav", call.0)]);
    assert_eq!(
        names(desk.dir.path())
            .iter()
            .filter(|name| name.contains("evil"))
            .count(),
        0
    );
}

#[tokio::test]
async fn promise_8_a_pushed_address_of_another_host_is_never_asked() {
    let pushed = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let platform = Stand::new([Reply::json("{\"code\":2003,\"msg\":\"\"}")]).await;
    let desk = Desk::new(&platform.url);
    let link = format!("{}/a.wav", pushed.url);
    let call = desk.connected_with_link(SUBID, &link).await;

    desk.fetch(&call).await;

    assert_eq!(platform.requests().len(), 1);
    assert_eq!(pushed.requests(), [""; 0]);
}

#[tokio::test]
async fn a_call_that_the_platform_never_took_has_no_recording() {
    let desk = Desk::new("http://127.0.0.1:9");
    let missing = desk
        .recordings
        .fetch(&CallId("0193".into()))
        .await
        .expect_err("no call");
    assert_eq!(missing.code, FaultCode::NotFound);
}

#[tokio::test]
async fn a_file_that_vanished_or_shrank_is_fetched_again() {
    let file = wav(500, 1);
    let stand = Stand::new([Reply::whole(&file)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;
    let path = desk.recordings.open(&call).await.expect("a file").path;

    std::fs::write(&path, &file[..100]).expect("a change");
    let fault = desk
        .recordings
        .open(&call)
        .await
        .expect_err("a damaged file is not handed out");
    assert_eq!(fault.details["reason"], "damaged");
    assert_eq!(desk.fetch(&call).await.state, RecordingState::Saved);
    assert_eq!(std::fs::read(&path).expect("bytes"), file);

    std::fs::remove_file(&path).expect("a file");
    assert!(desk.recordings.open(&call).await.is_err());
    assert_eq!(desk.fetch(&call).await.state, RecordingState::Saved);
}

/// A drive that is unplugged takes nothing from what is known of the files on it.
#[tokio::test]
async fn a_file_whose_folder_is_out_of_reach_stays_as_it_is_known() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    let (drive, unplugged) = (desk.path("drive"), desk.path("unplugged"));
    desk.recordings.choose_folder(Some(drive.clone()));
    let saved = desk.fetch(&call).await;
    std::fs::rename(&drive, &unplugged).expect("unplugged");

    let fault = desk.recordings.open(&call).await.expect_err("no drive");
    assert_eq!(fault.code, FaultCode::NotWritable);
    let detail = desk.recordings.detail(&call).await.expect("a detail");
    assert_eq!(detail, saved);

    std::fs::rename(&unplugged, &drive).expect("plugged in");
    assert!(desk.recordings.open(&call).await.is_ok());
    assert_eq!(stand.requests().len(), 1);
}

#[tokio::test]
async fn recordings_stay_where_they_are_when_another_folder_is_chosen() {
    let stand = Stand::new([Reply::whole(&wav(100, 1))]).await;
    let desk = Desk::new(&stand.url);
    let (first, second) = (desk.connected("a1").await, desk.connected("a2").await);
    let third = desk.connected("a3").await;
    desk.fetch(&first).await;
    desk.recordings.choose_folder(Some(desk.path("elsewhere")));
    desk.fetch(&second).await;
    desk.recordings.choose_folder(Some(desk.path("third")));
    desk.fetch(&third).await;
    desk.recordings.choose_folder(None);

    for call in [&first, &second, &third] {
        let path = desk.recordings.open(call).await.expect("a file").path;
        assert_eq!(std::fs::read(path).expect("bytes"), wav(100, 1));
    }
    assert_eq!(
        names(&desk.path("elsewhere")),
        [format!("{}.wav", second.0)]
    );
}

#[tokio::test]
async fn a_waveform_is_drawn_from_the_kept_file() {
    let stand = Stand::new([Reply::whole(&wav(1000, 1))]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;

    let drawn = desk.recordings.waveform(&call, 40).await.expect("a shape");
    assert_eq!((drawn.peaks.len(), drawn.length_ms), (40, 1000));
    for bars in [0, 2001] {
        let fault = desk
            .recordings
            .waveform(&call, bars)
            .await
            .expect_err("no shape");
        assert_eq!(fault.code, FaultCode::BadInput);
    }
}
