use super::stand::{Reply, Stand};
use super::*;
use crate::audio::Format;

const MP3: &[u8] = include_bytes!("../../audio/fixtures/call.mp3");
const OPUS: &[u8] = include_bytes!("../../audio/fixtures/opus.ogg");

#[tokio::test]
async fn a_recording_is_handed_out_decoded_and_kept_so_for_the_next_part() {
    let stand = Stand::new([Reply::whole(MP3)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    let detail = desk.fetch(&call).await;
    assert_eq!(detail.format.as_deref(), Some("mp3"));
    assert!(detail.length_ms.is_some_and(|ms| ms >= 2_380));

    let (first, second) =
        tokio::join!(desk.recordings.as_wav(&call), desk.recordings.as_wav(&call));

    let wav = first.expect("decoded");
    assert_eq!(wav, second.expect("the same"));
    let bytes = std::fs::read(&wav.path).expect("bytes");
    assert_eq!(Format::of(&bytes), Some(Format::Wav));
    assert_eq!(bytes.len() as u64, wav.bytes);
    assert_eq!(wav.content_type, "audio/wav");
    assert!(wav.suggested_name.ends_with(".wav"));
    // The recording itself is as it was, with nothing beside it.
    assert_eq!(desk.files(), [format!("{}.mp3", call.0)]);

    desk.recordings.empty_renditions().await;
    assert!(!wav.path.exists());
    let again = desk.recordings.as_wav(&call).await.expect("decoded anew");
    assert_eq!(std::fs::read(&again.path).expect("bytes"), bytes);
}

#[tokio::test]
async fn what_can_not_be_decoded_is_said_so_and_leaves_nothing() {
    let stand = Stand::new([Reply::whole(OPUS)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    desk.fetch(&call).await;

    let fault = desk.recordings.as_wav(&call).await.expect_err("no decoder");

    assert_eq!(fault.code, FaultCode::UnreadableFile);
    assert_eq!(fault.details["reason"], "no_decoder");
    assert!(desk.recordings.open(&call).await.is_ok(), "it is kept");
    let cache = desk.recordings.inner.home.with_file_name("cache");
    let left = std::fs::read_dir(cache).expect("a folder").count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn what_is_not_here_is_not_decoded() {
    let stand = Stand::new([Reply::status(404)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;

    let fault = desk.recordings.as_wav(&call).await.expect_err("no file");

    assert_eq!(fault.code, FaultCode::RecordingUnavailable);
}
