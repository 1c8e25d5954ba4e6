//! The program dies in the middle: this test program, run once more as a child.

use super::stand::{Reply, Stand};
use super::*;
use bohao_wire::RecordingState;
use rstest::rstest;
use std::process::{Command, Stdio};

const URL: &str = "BOHAO_TEST_CRASH_URL";
const DIR: &str = "BOHAO_TEST_CRASH_DIR";

/// The child: fetches one recording into a folder, and does nothing when it is run as a test.
#[tokio::test]
async fn child() {
    let (Ok(url), Ok(dir)) = (std::env::var(URL), std::env::var(DIR)) else {
        return;
    };
    let desk = Desk::with_home(&url, tempfile::tempdir().expect("a folder"), dir.into());
    let call = desk.connected(SUBID).await;
    let _ = desk.recordings.fetch(&call).await;
}

#[rstest]
#[case::before_the_first_byte(0)]
#[case::in_the_header(20)]
#[case::in_the_middle(16_000)]
#[case::before_the_last_byte(32_043)]
#[tokio::test]
async fn promise_6_a_kill_leaves_the_file_whole_or_absent(#[case] sent: usize) {
    let file = wav(2000, 1);
    assert_eq!(file.len(), 32_044);
    let stand = Stand::new([Reply::stalled(&file, sent)]).await;
    let desk = Desk::new(&stand.url);
    let call = desk.connected(SUBID).await;
    let folder = desk.recordings.folder();
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["recordings::tests::crash::child", "--exact"])
        .env(URL, &stand.url)
        .env(DIR, &folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child");
    let part = folder.join(format!("{}.part", call.0));
    // Less than what tells audio from text is held back by the platform's client.
    let told = if sent < 64 { 0 } else { sent as u64 };
    while stand.requests().is_empty()
        || (told > 0 && std::fs::metadata(&part).map_or(0, |part| part.len()) < told)
    {
        assert!(
            child.try_wait().expect("a child").is_none(),
            "the child ended by itself"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    child.kill().expect("a kill");
    child.wait().expect("an end");

    assert!(
        desk.files().iter().all(|name| name.ends_with(".part")),
        "{:?}",
        desk.files()
    );
    stand.answer([Reply::whole(&file)]);
    let detail = desk.fetch(&call).await;
    assert_eq!(detail.state, RecordingState::Saved);
    assert_eq!(detail.sha256, Some(sha256(&file)));
    assert_eq!(desk.files(), [format!("{}.wav", call.0)]);
}
