use super::*;
use crate::aside::Overwrite;
use crate::small_disk::SmallDisk;
use crate::{Desk, Opening, Surroundings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bohao_secrets::Vault;
use bohao_store::SavedFile;
use bohao_wire::{
    AccountQuery, BackUp, BackedUp, CallId, CallRow, CallsQuery, ChangeSettings, HandOver,
    ImportReading, Mutations, Notice, Queries, RestoreBackup, RestoredBackup, RunImport, Secret,
    SecretOrigin, SetAccount,
};
use rstest::rstest;
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const AUDIO: &[u8] = b"RIFF....WAVE and the voice of a customer";
const CANARY: &str = "CANARY-app-secret-91bd";

/// A desk with calls, and recordings of the first of them.
struct Stand {
    desk: Desk,
    dir: TempDir,
}

impl Stand {
    async fn with(calls: u32, recorded: usize) -> Stand {
        let dir = tempfile::tempdir().expect("a folder");
        let desk = open(&dir.path().join("desk")).await;
        let mut sheet = String::from("subid,telB,startTime,status\n");
        for call in 0..calls {
            sheet += &format!("s{call},13922104471,{},1\n", 1_795_414_020 + call);
        }
        let handed = HandOver {
            name: "a.csv".into(),
            content: STANDARD.encode(sheet),
        };
        let staged = desk.hand_over(handed).await.expect("a file");
        let run = RunImport {
            file: staged.file,
            reading: ImportReading::default(),
        };
        desk.run_import(run).await.expect("calls");
        let stand = Stand { desk, dir };
        for row in stand.rows().await.iter().take(recorded) {
            stand.record(&row.call).await;
        }
        stand
    }

    async fn rows(&self) -> Vec<CallRow> {
        rows(&self.desk).await
    }

    /// Has a recording, as if it had been fetched into the folder of the moment.
    async fn record(&self, call: &CallId) {
        let folder = self.desk.recordings_dir();
        std::fs::create_dir_all(&folder).expect("a folder");
        let name = format!("{}.wav", call.0);
        std::fs::write(folder.join(&name), AUDIO).expect("a file");
        let home = folder == self.path("desk/recordings");
        let saved = SavedFile {
            file: match home {
                true => name,
                false => folder.join(name).display().to_string(),
            },
            bytes: AUDIO.len() as u64,
            length_ms: Some(1_000),
            format: "wav".into(),
            sha256: hex::encode(Sha256::digest(AUDIO)),
        };
        let (call, store) = (call.clone(), &self.desk.ground().store);
        let marked = store.write(move |tx| tx.recordings().mark_saved(&call, &saved, 1));
        assert!(marked.await.expect("written"));
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    async fn backup(&self) -> PathBuf {
        let place = self.path("bohao.zip");
        let made = self.desk.back_up(job(), &place, Overwrite::Replace).await;
        assert!(matches!(made, Ok(BackedUp::Saved { .. })), "{made:?}");
        place
    }

    async fn backup_and_close(self) -> (TempDir, PathBuf) {
        let backup = self.backup().await;
        (self.put_down().await, backup)
    }

    /// Ends the desk, as the end of its program does: nothing has its database open any more.
    async fn put_down(self) -> TempDir {
        self.desk.close().await;
        let Stand { desk, dir } = self;
        drop(desk);
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        dir
    }
}

fn job() -> BackUp {
    BackUp { job: "job".into() }
}

async fn open(dir: &Path) -> Desk {
    let around = Surroundings::apart(dir.to_owned());
    Desk::open(around, Opening::Live).await.expect("a desk")
}

async fn rows(desk: &Desk) -> Vec<CallRow> {
    desk.calls(CallsQuery::default())
        .await
        .expect("a page")
        .rows
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// The parts of a backup, to be written anew with one of them changed.
fn parts(backup: &Path) -> Vec<(String, Vec<u8>)> {
    let mut archive = super::open(backup).expect("an archive");
    (0..archive.len())
        .map(|index| {
            let mut part = archive.by_index(index).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("read");
            (part.name().to_owned(), bytes)
        })
        .collect()
}

fn written(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("an archive").into_inner()
}

#[tokio::test]
async fn a_backup_is_restored_on_another_machine() {
    let stand = Stand::with(5, 0).await;
    let chosen = stand.path("voices");
    let settings = ChangeSettings {
        recordings_dir: Some(chosen.display().to_string()),
        ..ChangeSettings::default()
    };
    stand.record(&stand.rows().await[0].call).await;
    stand
        .desk
        .change_settings(settings)
        .await
        .expect("a folder");
    stand.record(&stand.rows().await[1].call).await;
    stand.record(&stand.rows().await[2].call).await;
    std::fs::remove_file(chosen.join(format!("{}.wav", stand.rows().await[2].call.0)))
        .expect("it is gone");
    let before = stand.rows().await;
    let backup = stand.backup().await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let carried = elsewhere.path().join("carried.zip");
    std::fs::copy(&backup, &carried).expect("copied");
    // What was there is there no more: neither the desk nor the folder that was chosen.
    drop(stand.put_down().await);

    let around = Surroundings::apart(elsewhere.path().join("desk"));
    let (desk, holds) = Desk::restore(around, &carried).await.expect("restored");

    assert_eq!((holds.calls, holds.recordings, holds.missing), (5, 2, 1));
    assert_eq!(rows(&desk).await, before);
    for row in &before[..2] {
        let file = desk.recording_file(&row.call).await.expect("a recording");
        assert!(file.path.starts_with(elsewhere.path()), "{:?}", file.path);
        assert_eq!(std::fs::read(file.path).expect("a file"), AUDIO);
    }
    assert_eq!(
        desk.recordings_dir(),
        elsewhere.path().join("desk/recordings")
    );
    let told = desk.notice().await.expect("told");
    assert_eq!(told, None, "there was no desk before");
    assert!(!pending(&elsewhere.path().join("desk")));
}

#[tokio::test]
async fn the_desk_that_is_replaced_is_set_aside_whole() {
    let old = Stand::with(3, 2).await;
    let backup = Stand::with(7, 1).await.backup_and_close().await;
    let before = old.rows().await;
    let data_dir = old.path("desk");

    // As the window does: made ready while the desk is open, taken in by the next start.
    let request = RestoreBackup { job: "job".into() };
    let ready = old.desk.make_backup_ready(request, &backup.1).await;
    assert!(
        matches!(ready, Ok(RestoredBackup::Ready { .. })),
        "{ready:?}"
    );
    assert_eq!(old.rows().await, before, "nothing has changed yet");
    let dir = old.put_down().await;

    let desk = open(&data_dir).await;
    assert_eq!(rows(&desk).await.len(), 7);
    let told = desk.notice().await.expect("told");
    let Some(Notice::Restored { path }) = told else {
        panic!("{told:?}");
    };
    let old = open(Path::new(&path)).await;
    assert_eq!(rows(&old).await, before);
    let file = old
        .recording_file(&before[0].call)
        .await
        .expect("a recording");
    assert_eq!(std::fs::read(file.path).expect("a file"), AUDIO);
    drop(dir);
}

/// The program is killed after each of its moves; whoever opens the desk next goes on.
#[tokio::test]
async fn promise_11_a_restore_that_is_killed_anywhere_leaves_the_old_desk_or_the_new_one() {
    let (_kept, backup) = Stand::with(7, 1).await.backup_and_close().await;
    for moves in 0..6 {
        let old = Stand::with(3, 1).await;
        let data_dir = old.path("desk");
        let request = RestoreBackup { job: "job".into() };
        old.desk
            .make_backup_ready(request, &backup)
            .await
            .expect("ready");
        let dir = old.put_down().await;
        std::fs::write(data_dir.join("bohao.db-wal"), "").expect("a log");

        let aside = data_dir.join("replaced-1");
        let ready = data_dir.join("restore.ready");
        std::fs::write(ready.join("plan.json"), "{\"set_aside\":\"replaced-1\"}").expect("a plan");
        std::fs::create_dir(&aside).expect("a folder");
        let steps: [(PathBuf, PathBuf); 5] = [
            (data_dir.join("bohao.db"), aside.join("bohao.db")),
            (data_dir.join("bohao.db-wal"), aside.join("bohao.db-wal")),
            (ready.join("bohao.db"), data_dir.join("bohao.db")),
            (data_dir.join("recordings"), aside.join("recordings")),
            (ready.join("recordings"), data_dir.join("recordings")),
        ];
        for (from, to) in &steps[..moves] {
            std::fs::rename(from, to).expect("moved");
        }

        let desk = open(&data_dir).await;
        assert_eq!(rows(&desk).await.len(), 7, "after {moves} moves");
        assert_eq!(names(&data_dir.join("recordings")).len(), 1);
        assert_eq!(
            rows(&open(&aside).await).await.len(),
            3,
            "after {moves} moves"
        );
        assert!(!pending(&data_dir));
        drop(dir);
    }
}

#[tokio::test]
async fn what_was_half_unpacked_is_no_desk_and_is_swept_away() {
    let stand = Stand::with(2, 0).await;
    let data_dir = stand.path("desk");
    std::fs::create_dir(data_dir.join("restore.part")).expect("a folder");
    std::fs::write(data_dir.join("restore.part/bohao.db"), "half").expect("a file");
    let dir = stand.put_down().await;
    assert_eq!(rows(&open(&data_dir).await).await.len(), 2);
    assert!(!data_dir.join("restore.part").exists());
    drop(dir);
}

#[tokio::test]
async fn nobody_else_may_have_the_desk_open_while_it_is_replaced() {
    let stand = Stand::with(2, 0).await;
    let backup = stand.backup().await;
    let data_dir = stand.path("desk");
    let refused = Desk::restore(Surroundings::apart(data_dir.clone()), &backup).await;
    assert_eq!(
        refused.err().map(|fault| fault.code),
        Some(FaultCode::InUse)
    );
    assert!(
        !pending(&data_dir),
        "and it does not come as a surprise later"
    );
    assert_eq!(stand.rows().await.len(), 2);
}

#[tokio::test]
async fn promise_7_no_secret_is_in_a_backup() {
    let dir = tempfile::tempdir().expect("a folder");
    let around = Surroundings {
        vault: Vault::in_memory(),
        ..Surroundings::apart(dir.path().join("desk"))
    };
    let desk = Desk::open(around, Opening::Live).await.expect("a desk");
    let account = SetAccount {
        app_key: Some(Secret::from(CANARY)),
        app_secret: Some(Secret::from(CANARY)),
        own_numbers: Some(vec!["13800006620".into()]),
    };
    desk.set_account(account).await.expect("an account");
    let backup = dir.path().join("bohao.zip");
    desk.back_up(job(), &backup, Overwrite::Refuse)
        .await
        .expect("a backup");
    desk.close().await;

    for (name, bytes) in parts(&backup) {
        let found = bytes
            .windows(CANARY.len())
            .any(|some| some == CANARY.as_bytes());
        assert!(!found, "it is in {name}");
    }
    let elsewhere = Surroundings::apart(dir.path().join("elsewhere"));
    let (desk, _) = Desk::restore(elsewhere, &backup).await.expect("restored");
    let account = desk.account(AccountQuery {}).await.expect("an account");
    assert_eq!(account.app_key, SecretOrigin::Unset);
    assert_eq!(account.own_numbers, ["13800006620"], "which is no secret");
}

#[rstest]
#[case::a_changed_recording("damaged_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    let part = parts.iter_mut().find(|(name, _)| name.starts_with("recordings/"));
    part.expect("a recording").1[3] ^= 1;
})]
#[case::a_changed_database("damaged_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    let part = parts.iter_mut().find(|(name, _)| name == "bohao.db");
    part.expect("a database").1[5_000] ^= 1;
})]
#[case::a_lost_recording("damaged_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    parts.retain(|(name, _)| !name.starts_with("recordings/"));
})]
#[case::a_stranger("damaged_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    parts.push(("../../autostart".into(), b"evil".to_vec()));
})]
#[case::a_bomb("damaged_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    let part = parts.iter_mut().find(|(name, _)| name.starts_with("recordings/"));
    part.expect("a recording").1 = vec![0; 8 * 1024 * 1024];
})]
#[case::another_archive("not_a_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    parts.retain(|(name, _)| name != "backup.json");
})]
#[case::another_manifest("not_a_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    change_manifest(parts, "bohao-backup", "else");
})]
#[case::a_newer_form("newer_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    change_manifest(parts, "\"form\": 1", "\"form\": 2");
})]
#[case::a_name_that_leads_away("damaged_backup", |parts: &mut Vec<(String, Vec<u8>)>| {
    let part = parts.iter_mut().find(|(name, _)| name.starts_with("recordings/"));
    let part = part.expect("a recording");
    let (old, new) = (part.0.clone(), "recordings/../../x.wav".to_owned());
    part.0 = new.clone();
    change_manifest(parts, &old, &new);
})]
#[tokio::test]
async fn promise_13_a_backup_that_is_none_any_more_changes_nothing(
    #[case] reason: &str,
    #[case] harm: fn(&mut Vec<(String, Vec<u8>)>),
) {
    let stand = Stand::with(2, 1).await;
    let backup = stand.backup().await;
    let mut parts = parts(&backup);
    harm(&mut parts);
    std::fs::write(&backup, written(&parts)).expect("written");

    let request = RestoreBackup { job: "job".into() };
    let fault = stand
        .desk
        .make_backup_ready(request, &backup)
        .await
        .expect_err("refused");

    assert_eq!(fault.code, FaultCode::UnreadableFile);
    assert_eq!(fault.details["reason"], reason);
    assert!(!pending(&stand.path("desk")) && !stand.path("desk/restore.part").exists());
    assert_eq!(names(stand.dir.path()), ["bohao.zip", "desk"]);
}

fn change_manifest(parts: &mut [(String, Vec<u8>)], from: &str, to: &str) {
    let part = parts.iter_mut().find(|(name, _)| name == "backup.json");
    let manifest = &mut part.expect("a manifest").1;
    let text = String::from_utf8_lossy(manifest).replace(from, to);
    *manifest = text.into_bytes();
}

#[tokio::test]
async fn promise_11_a_database_of_a_newer_bohao_is_refused() {
    let stand = Stand::with(2, 0).await;
    let backup = stand.backup().await;
    let mut parts = parts(&backup);
    let database = parts
        .iter_mut()
        .find(|(name, _)| name == "bohao.db")
        .expect("a database");
    let before = hex::encode(Sha256::digest(&database.1));
    // The number of the schema, in the file's header.
    database.1[60..64].copy_from_slice(&999_i32.to_be_bytes());
    let after = hex::encode(Sha256::digest(&database.1));
    change_manifest(&mut parts, &before, &after);
    std::fs::write(&backup, written(&parts)).expect("written");

    let request = RestoreBackup { job: "job".into() };
    let fault = stand
        .desk
        .make_backup_ready(request, &backup)
        .await
        .expect_err("refused");
    assert_eq!(fault.code, FaultCode::DatabaseNewer);
    assert!(!pending(&stand.path("desk")));
}

#[tokio::test]
async fn a_backup_tells_what_is_in_it_without_being_unpacked() {
    let stand = Stand::with(4, 2).await;
    let backup = stand.backup().await;
    let holds = contents(&backup).expect("a backup");
    assert_eq!((holds.calls, holds.recordings), (4, 2));
    let picture = stand.path("picture.png");
    std::fs::write(&picture, b"\x89PNG\r\n").expect("a file");
    let fault = contents(&picture).expect_err("none");
    assert_eq!(fault.details["reason"], "not_a_backup");
    assert_eq!(
        contents(&stand.path("none")).expect_err("none").code,
        FaultCode::NotFound
    );
}

#[tokio::test]
async fn a_backup_without_room_leaves_nothing_and_keeps_what_was_there() {
    let stand = Stand::with(2, 1).await;
    let Some(disk) = SmallDisk::mount(&stand.path("stick")) else {
        return;
    };
    let place = disk.0.join("bohao.zip");
    std::fs::write(&place, "mine").expect("a file");
    let fault = stand
        .desk
        .back_up(job(), &place, Overwrite::Refuse)
        .await
        .expect_err("there");
    assert_eq!(fault.code, FaultCode::FileExists);
    let fault = stand
        .desk
        .back_up(job(), &place, Overwrite::Replace)
        .await
        .expect_err("no room");
    assert_eq!(fault.code, FaultCode::DiskFull);
    assert_eq!(names(&disk.0), ["bohao.zip"]);
    assert_eq!(std::fs::read(&place).expect("a file"), b"mine");
}
