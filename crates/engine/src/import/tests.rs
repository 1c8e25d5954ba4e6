use super::*;
use crate::export::tests::{form, whole_log};
use crate::intake::take_records;
use bohao_store::RecordFact;
use bohao_wire::{CallStatus, CallsQuery, RecordingState, RowFlaw, SheetForm, SheetFormat};
use rstest::rstest;

/// 2026-11-23 14:10:12 in Beijing.
const NOW: i64 = 1_795_414_212_000;

const FILE: &str = "呼叫ID,主叫号码,被叫号码,开始时间,通话时长,通话状态\n\
                    a1,13800006620,13922104471,2026-11-23 14:07:00,3:12,已接通\n\
                    a2,13800006620,1.39E+10,2026-11-23 14:08:00,0,未接通\n\
                    a3,13800006620,13922104472,2026-11-23 14:09:00,0,未接通\n\
                    a1,13800006620,13922104471,2026-11-23 14:07:00,3:12,已接通\n";

struct Log {
    store: Store,
    _dir: tempfile::TempDir,
}

impl Log {
    fn new() -> Log {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(dir.path().join("bohao.db"), NOW)
            .expect("a database")
            .store;
        Log { store, _dir: dir }
    }

    async fn import(&self, text: &str, dry_run: bool) -> Imported {
        let request = ImportRecords {
            name: "a.csv".into(),
            content: STANDARD.encode(text),
            dry_run,
        };
        import(&self.store, request, NOW).await.expect("a report")
    }

    fn total(&self) -> u64 {
        let read = self
            .store
            .read_blocking(|db| db.calls().total(&CallsQuery::default()));
        read.expect("a number")
    }

    fn exported(&self, form: SheetForm) -> String {
        whole_log(&self.store, form)
    }
}

fn counts(report: &ImportReport) -> [u32; 4] {
    [report.rows, report.new, report.merged, report.same]
}

#[tokio::test]
async fn a_rehearsal_tells_what_the_import_does_and_does_nothing() {
    let log = Log::new();

    let rehearsed = log.import(FILE, true).await;
    assert_eq!(log.total(), 0);
    let done = log.import(FILE, false).await;

    assert_eq!(rehearsed.report, done.report);
    assert_eq!(counts(&done.report), [4, 2, 0, 1]);
    let rejected = &done.report.rejected[0];
    assert_eq!((rejected.row, rejected.flaw), (3, RowFlaw::Rounded));
    assert_eq!(rejected.column.as_deref(), Some("被叫号码"));
    assert_eq!(log.total(), 2);
    assert_eq!(done.changed.map(|calls| calls.len()), Some(2));
}

#[tokio::test]
async fn promise_4_a_file_that_comes_again_changes_nothing() {
    let log = Log::new();
    log.import(FILE, false).await;
    let before = log.exported(form(SheetFormat::Json));

    let again = log.import(FILE, false).await;

    assert_eq!(counts(&again.report), [4, 0, 0, 3]);
    assert_eq!(again.changed.map(|calls| calls.len()), Some(0));
    assert_eq!(log.exported(form(SheetFormat::Json)), before);
}

#[tokio::test]
async fn promise_4_an_import_adds_to_a_pushed_record_and_erases_nothing() {
    let log = Log::new();
    let pushed = RecordFact {
        subid: "a1".into(),
        status: Some(CallStatus::Connected),
        tel_x: Some("02155501234".into()),
        ..RecordFact::default()
    };
    log.store
        .write(move |tx| take_records(tx, &[pushed], NOW))
        .await
        .expect("a record");

    let done = log
        .import("subid,telB,status\na1,13922104471,\n", false)
        .await;

    assert_eq!(counts(&done.report), [1, 0, 1, 0]);
    let row = log
        .store
        .read_blocking(|db| db.calls().by_subid("a1"))
        .expect("a row")
        .expect("a row");
    assert_eq!(row.status, Some(CallStatus::Connected));
    assert_eq!(row.tel_x.as_deref(), Some("02155501234"));
    assert_eq!(row.tel_b.as_deref(), Some("13922104471"));
    assert_eq!(row.recording, RecordingState::Waiting);
}

#[rstest]
#[case(SheetFormat::Csv)]
#[case(SheetFormat::Json)]
#[case(SheetFormat::JsonLines)]
#[tokio::test]
async fn what_one_desk_exports_another_imports(#[case] format: SheetFormat) {
    let (from, to) = (Log::new(), Log::new());
    let mut file = String::from("subid,telB,startTime,duration,status\n");
    for call in 0..700 {
        file.push_str(&format!(
            "a{call},13922104471,{},{},1\n",
            1_795_414_020 + call,
            call % 600
        ));
    }
    let many = from.import(&file, false).await;
    assert_eq!(counts(&many.report), [700, 700, 0, 0]);
    assert_eq!(many.changed, None, "too many to be named one by one");

    let done = to.import(&from.exported(form(format)), false).await;

    assert_eq!(counts(&done.report), [700, 700, 0, 0]);
    assert_eq!(
        to.exported(form(SheetFormat::Json)),
        from.exported(form(SheetFormat::Json))
    );
    assert_eq!(
        counts(&from.import(&to.exported(form(format)), false).await.report),
        [700, 0, 0, 700]
    );
}

#[rstest]
#[case("", "empty")]
#[case("PK\u{3}\u{4}", "workbook")]
#[case("name\nx\n", "no_header")]
#[tokio::test]
async fn promise_13_a_file_without_records_is_refused_with_a_word(
    #[case] text: &str,
    #[case] reason: &str,
    #[values(true, false)] dry_run: bool,
) {
    let log = Log::new();
    let request = ImportRecords {
        name: "a.csv".into(),
        content: STANDARD.encode(text),
        dry_run,
    };
    let fault = import(&log.store, request, NOW)
        .await
        .expect_err("no records");

    assert_eq!(fault.code, FaultCode::UnreadableFile);
    assert_eq!(fault.details["reason"], reason);
}

#[tokio::test]
async fn promise_13_what_is_no_base64_is_refused() {
    let log = Log::new();
    let request = ImportRecords {
        name: String::new(),
        content: "***".into(),
        dry_run: false,
    };
    let fault = import(&log.store, request, NOW).await.expect_err("no file");

    assert_eq!(fault.code, FaultCode::BadInput);
}
