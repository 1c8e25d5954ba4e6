use super::*;
use crate::jobs::Jobs;
use crate::small_disk::SmallDisk;
use crate::{Desk, Opening, Surroundings};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bohao_store::SavedFile;
use bohao_wire::{
    CallStatus, HandOver, ImportReading, LongNumbers, Mutations, NumbersShown, Queries, RunImport,
    TextEncoding,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const AUDIO: &[u8] = b"RIFF....WAVE and the voice of a customer";

/// A form that a program reads.
pub(crate) fn form(format: SheetFormat) -> SheetForm {
    SheetForm {
        format,
        encoding: TextEncoding::Utf8,
        numbers: NumbersShown::Whole,
        digits: LongNumbers::Plain,
        headings: Headings::Zh,
    }
}

/// Every call of a database, as text.
pub(crate) fn whole_log(store: &Store, form: SheetForm) -> String {
    let all = Selection::Fitting(CallsQuery::default());
    let written = write(store, &all, form, None, &job("whole"), Vec::new());
    let Ok((bytes, _)) = written else {
        panic!("it can't be exported");
    };
    String::from_utf8(bytes).expect("text")
}

fn job(word: &str) -> Job {
    let events = crate::notifier::events();
    Jobs::default().begin(word, &events).expect("a job")
}

/// A desk with so many calls, s0 the oldest, and a folder to export into.
struct Stand {
    desk: Desk,
    out: PathBuf,
    _dir: TempDir,
}

impl Stand {
    async fn with(calls: u32) -> Stand {
        let dir = tempfile::tempdir().expect("a folder");
        let around = Surroundings::apart(dir.path().join("desk"));
        let desk = Desk::open(around, Opening::Live).await.expect("a desk");
        let mut sheet = String::from("subid,telA,telB,startTime,duration,status\n");
        for call in 0..calls {
            let start = 1_795_414_020 + call;
            sheet += &format!("s{call},13800006620,13922104471,{start},{},1\n", call % 90);
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
        let out = dir.path().join("out");
        std::fs::create_dir(&out).expect("a folder");
        Stand {
            desk,
            out,
            _dir: dir,
        }
    }

    async fn rows(&self) -> Vec<CallRow> {
        self.desk
            .calls(CallsQuery::default())
            .await
            .expect("a page")
            .rows
    }

    /// Has a call's recording, as if it had been fetched.
    async fn record(&self, call: &CallId) {
        let folder = self.desk.recordings_dir();
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = format!("{}.wav", call.0);
        std::fs::write(folder.join(&file), AUDIO).expect("a file");
        let saved = SavedFile {
            file,
            bytes: AUDIO.len() as u64,
            length_ms: Some(1_000),
            format: "wav".into(),
            sha256: hex::encode(Sha256::digest(AUDIO)),
        };
        let call = call.clone();
        let store = &self.desk.ground().store;
        let marked = store.write(move |tx| tx.recordings().mark_saved(&call, &saved, 1));
        assert!(marked.await.expect("written"));
    }

    fn to(&self, name: &str) -> Destination {
        Destination {
            file: self.out.join(name),
            overwrite: Overwrite::Refuse,
            recordings: None,
        }
    }

    fn files(&self) -> Vec<String> {
        names(&self.out)
    }
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

fn all(format: SheetFormat) -> ExportCalls {
    ExportCalls {
        job: "job".into(),
        query: CallsQuery::default(),
        calls: None,
        sheet: form(format),
        recordings: None,
    }
}

fn with_recordings(template: &str) -> ExportCalls {
    ExportCalls {
        recordings: Some(template.to_owned()),
        ..all(SheetFormat::Csv)
    }
}

fn rows_of(exported: &ExportedCalls) -> u64 {
    match exported {
        ExportedCalls::Saved { rows, .. } => *rows,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_is_filtered_is_what_is_exported() {
    let stand = Stand::with(120).await;
    let query = CallsQuery {
        search: "4471".into(),
        status: Some(CallStatus::Connected),
        min_duration: Some(80),
        // A page further down on the screen is no page of the file.
        offset: 5,
        ..CallsQuery::default()
    };
    let shown = stand
        .desk
        .calls(CallsQuery {
            offset: 0,
            ..query.clone()
        })
        .await
        .expect("a page");

    let request = ExportCalls {
        query,
        ..all(SheetFormat::JsonLines)
    };
    let exported = stand
        .desk
        .export_calls(request, stand.to("log.jsonl"))
        .await
        .expect("exported");

    assert_eq!(rows_of(&exported), 10);
    let text = std::fs::read_to_string(stand.out.join("log.jsonl")).expect("a file");
    let rows: Vec<CallRow> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a row"))
        .collect();
    assert_eq!(rows, shown.rows);
    assert_eq!(stand.files(), ["log.jsonl"]);
}

#[tokio::test]
async fn the_calls_that_are_named_are_exported_and_no_others() {
    let stand = Stand::with(5).await;
    let rows = stand.rows().await;
    let request = ExportCalls {
        calls: Some(vec![
            rows[3].call.clone(),
            CallId("nobody's".into()),
            rows[1].call.clone(),
            rows[3].call.clone(),
        ]),
        ..all(SheetFormat::JsonLines)
    };
    let exported = stand
        .desk
        .export_calls(request, stand.to("log.jsonl"))
        .await
        .expect("exported");

    assert_eq!(rows_of(&exported), 2);
    let text = std::fs::read_to_string(stand.out.join("log.jsonl")).expect("a file");
    let order: Vec<Option<usize>> = [1, 3]
        .iter()
        .map(|&at| text.find(&rows[at].call.0))
        .collect();
    assert!(
        order[0].is_some() && order[0] < order[1],
        "newest first: {text}"
    );
}

#[tokio::test]
async fn recordings_lie_beside_the_sheet_under_the_names_that_it_says() {
    let stand = Stand::with(4).await;
    let rows = stand.rows().await;
    for row in &rows[..3] {
        stand.record(&row.call).await;
    }
    std::fs::write(
        stand
            .desk
            .recordings_dir()
            .join(format!("{}.wav", rows[2].call.0)),
        "cut",
    )
    .expect("damaged");
    // Somebody's folder of that name is not touched.
    std::fs::create_dir(stand.out.join("log_录音")).expect("a folder");

    let request = with_recordings("{date}/{customer}_{number}");
    let exported = stand
        .desk
        .export_calls(request, stand.to("log.csv"))
        .await
        .expect("exported");

    let ExportedCalls::Saved {
        rows: 4,
        recordings: Some(recordings),
        ..
    } = exported
    else {
        panic!("{exported:?}");
    };
    assert_eq!((recordings.saved, recordings.missing), (2, 1));
    assert_eq!(stand.files(), ["log.csv", "log_录音", "log_录音 (2)"]);
    let folder = stand.out.join("log_录音 (2)/2026-11-23");
    assert_eq!(names(&folder), ["13922104471 (2).wav", "13922104471.wav"]);
    let text = std::fs::read_to_string(stand.out.join("log.csv")).expect("a file");
    for name in names(&folder) {
        assert!(
            text.contains(&format!("log_录音 (2)/2026-11-23/{name}")),
            "{text}"
        );
        assert_eq!(std::fs::read(folder.join(name)).expect("a file"), AUDIO);
    }
    assert!(names(&stand.out.join("log_录音")).is_empty());
}

#[tokio::test]
async fn a_template_that_can_not_be_read_is_said_so_before_anything_is_written() {
    let stand = Stand::with(1).await;
    let request = with_recordings("{nummer}");
    let fault = stand
        .desk
        .export_calls(request, stand.to("log.csv"))
        .await
        .expect_err("a fault");
    assert_eq!(fault.code, FaultCode::BadInput);
    assert_eq!(fault.details["part"], "nummer");
    assert!(stand.files().is_empty());
}

#[tokio::test]
async fn an_export_that_is_stopped_leaves_nothing() {
    let stand = Stand::with(3).await;
    stand.record(&stand.rows().await[0].call).await;
    let events = crate::notifier::events();
    let jobs = Jobs::default();
    let job = jobs.begin("job", &events).expect("a job");
    jobs.stop("job");
    let source = Source {
        store: stand.desk.ground().store.clone(),
        recordings: stand.desk.ground().recordings.clone(),
    };
    let exported = to_file(
        source,
        with_recordings("{number}"),
        stand.to("log.csv"),
        job,
    )
    .await;
    assert_eq!(exported, Ok(ExportedCalls::Cancelled));
    assert!(stand.files().is_empty(), "{:?}", stand.files());
    assert!(jobs.begin("job", &events).is_ok(), "the word is free again");
}

#[tokio::test]
async fn nothing_that_is_there_is_replaced_without_asking() {
    let stand = Stand::with(2).await;
    let to = stand.to("log.csv");
    std::fs::write(&to.file, "mine").expect("a file");
    let asked = all(SheetFormat::Csv);

    let fault = stand
        .desk
        .export_calls(asked.clone(), to.clone())
        .await
        .expect_err("a fault");
    assert_eq!(fault.code, FaultCode::FileExists);
    assert_eq!(std::fs::read(&to.file).expect("a file"), b"mine");

    let forced = Destination {
        overwrite: Overwrite::Replace,
        ..to.clone()
    };
    assert!(stand.desk.export_calls(asked.clone(), forced).await.is_ok());
    assert!(std::fs::read(&to.file).expect("a file").len() > 100);

    let own = stand.desk.ground().store.path().to_owned();
    let database = Destination {
        file: own,
        overwrite: Overwrite::Replace,
        recordings: None,
    };
    let fault = stand
        .desk
        .export_calls(asked, database)
        .await
        .expect_err("a fault");
    assert_eq!(fault.details["reason"], "own_file");
    assert_eq!(stand.rows().await.len(), 2);
}

#[tokio::test]
async fn a_full_disk_ends_in_a_clear_word_and_leaves_nothing() {
    let stand = Stand::with(3_000).await;
    let Some(disk) = SmallDisk::mount(&stand.out.join("stick")) else {
        return;
    };
    for format in [SheetFormat::Csv, SheetFormat::Xlsx, SheetFormat::JsonLines] {
        let fault = stand
            .desk
            .export_calls(all(format), stand.to("stick/log"))
            .await;
        let fault = fault.expect_err("no room");
        assert_eq!(fault.code, FaultCode::DiskFull, "{format:?}");
        assert!(names(&disk.0).is_empty(), "{:?}", names(&disk.0));
    }
}

#[tokio::test]
async fn a_disk_that_can_not_be_written_is_said_so() {
    let stand = Stand::with(1).await;
    let nowhere = stand
        .desk
        .export_calls(all(SheetFormat::Csv), stand.to("nowhere/log"))
        .await;
    assert_eq!(nowhere.expect_err("no folder").code, FaultCode::NotWritable);
    let Some(_disk) = SmallDisk::mount_read_only(&stand.out.join("disc")) else {
        return;
    };
    let fault = stand
        .desk
        .export_calls(all(SheetFormat::Xlsx), stand.to("disc/log"))
        .await;
    assert_eq!(fault.expect_err("read only").code, FaultCode::NotWritable);
}

#[tokio::test]
async fn a_file_to_be_handed_out_is_whole_before_it_is_told_of() {
    let stand = Stand::with(3).await;
    let handed = stand
        .desk
        .export_to_hand_out(all(SheetFormat::JsonLines))
        .await;
    let (mut file, rows) = handed.expect("exported").expect("not stopped");
    let text = std::io::read_to_string(&mut file).expect("text");
    assert_eq!((rows, text.lines().count()), (3, 3));

    let refused = stand
        .desk
        .export_to_hand_out(with_recordings("{number}"))
        .await;
    assert_eq!(refused.expect_err("a fault").code, FaultCode::NotHere);
}

#[tokio::test]
async fn a_screen_sees_how_its_template_names_recordings() {
    let stand = Stand::with(2).await;
    let asked = |template: &str| bohao_wire::RecordingNameQuery {
        template: template.into(),
        numbers: NumbersShown::Masked,
        headings: Headings::Zh,
    };
    let named = |template: &str| stand.desk.recording_name(asked(template));
    let example = |name: &str| bohao_wire::RecordingName::Example { name: name.into() };
    assert_eq!(named("{number}").await, Ok(example("139xxxx1234.mp3")));
    stand.record(&stand.rows().await[1].call).await;
    assert_eq!(named("{号码}").await, Ok(example("139xxxx4471.wav")));
    let flawed = bohao_wire::RecordingName::Flawed {
        field: Some("x".into()),
    };
    assert_eq!(named("{x}").await, Ok(flawed));
}
