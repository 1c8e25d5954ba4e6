use super::*;
use crate::export::tests::{form, whole_log};
use crate::intake::take_records;
use bohao_store::{NewAttempt, NewDoNotCall, NewFollowUp, RecordFact, StoreError, Tx};
use bohao_wire::{
    Answer, CallRow, CallStatus, CallsQuery, DoNotCallSource, FollowUpKind, ImportPhase,
    PreviewRow, RecordField, RecordingState, RowFlaw, SheetFormat,
};
use proptest::prelude::*;
use rstest::rstest;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI64, Ordering};

/// 2026-11-23 14:10:12 in Beijing.
const NOW: i64 = 1_795_414_212_000;
const BEGAN: i64 = 1_795_414_020_000;

const FILE: &str = "呼叫ID,主叫号码,被叫号码,开始时间,通话时长,通话状态\n\
                    a1,13800006620,13922104471,2026-11-23 14:07:00,3:12,已接通\n\
                    a2,13800006620,1.39E+10,2026-11-23 14:08:00,0,未接通\n\
                    a3,13800006620,13922104472,2026-11-23 14:09:00,0,未接通\n\
                    a1,13800006620,13922104471,2026-11-23 14:07:00,3:12,已接通\n";

/// The same call as `a1` of [`FILE`], in a sheet without ids that is rounded to the minute.
const NAMELESS: &str = "主叫号码,被叫号码,开始时间,通话时长\n\
                        13800006620,13922104471,2026-11-23 14:08,192\n";

struct Log {
    imports: Imports,
    events: Events,
    dir: tempfile::TempDir,
}

impl Log {
    fn new() -> Log {
        Log::at(tempfile::tempdir().expect("a folder"))
    }

    fn at(dir: tempfile::TempDir) -> Log {
        let path = dir.path().join("bohao.db");
        let store = Store::open(path, NOW).expect("a database").store;
        let events = crate::notifier::events();
        // Each look at the clock finds it a tenth of a second later.
        let clock = Arc::new(AtomicI64::new(NOW));
        let around = Around {
            store,
            home: dir.path().to_owned(),
            clock: Arc::new(move || clock.fetch_add(100, Ordering::Relaxed)),
            ids: Arc::new(|now| CallId(format!("file-{now}"))),
            events: events.clone(),
            changed: Arc::new(|_| ()),
            recordings_due: Arc::new(|| ()),
            index_due: Arc::default(),
        };
        let imports = Imports::new(around, dir.path().join("imports"));
        Log {
            imports,
            events,
            dir,
        }
    }

    fn store(&self) -> &Store {
        &self.imports.around.store
    }

    fn stage(&self, text: &str) -> StagedId {
        let (id, mut upload) = self.imports.begin_upload("a.csv".to_owned()).expect("room");
        upload.write(text.as_bytes()).expect("room");
        self.imports.finish_upload(id, upload).file
    }

    async fn rehearse(&self, text: &str) -> Result<ImportReport, Fault> {
        let (file, reading) = (self.stage(text), ImportReading::default());
        self.imports
            .rehearse(RehearseImport { file, reading })
            .await
    }

    async fn try_import(&self, text: &str) -> Result<ImportOutcome, Fault> {
        let (file, reading) = (self.stage(text), ImportReading::default());
        self.imports.run(RunImport { file, reading }).await
    }

    async fn import(&self, text: &str) -> (bohao_wire::ImportId, ImportReport) {
        match self.try_import(text).await.expect("taken in") {
            ImportOutcome::Done { import, report } => (import, report),
            ImportOutcome::Cancelled => panic!("nobody cancelled"),
        }
    }

    fn push(&self, fact: RecordFact) {
        let pushed = self
            .store()
            .write_blocking(|tx| take_records(tx, &[fact], NOW));
        pushed.expect("a record");
    }

    fn total(&self) -> u64 {
        let read = |db: &bohao_store::Db<'_>| db.calls().total(&CallsQuery::default());
        self.store().read_blocking(read).expect("a number")
    }

    fn row(&self, subid: &str) -> Option<CallRow> {
        let read = |db: &bohao_store::Db<'_>| db.calls().by_subid(subid);
        self.store().read_blocking(read).expect("a row")
    }

    fn note(&self, call: &CallId, note: &str) {
        let written = self
            .store()
            .write_blocking(|tx| tx.calls().set_note(call, note));
        assert!(written.expect("written"));
    }

    /// The whole log, in a form that two of them can be compared by.
    fn exported(&self) -> Vec<CallRow> {
        let mut rows = Vec::new();
        let read = self.store().read_blocking(|db| {
            db.calls().each(&CallsQuery::default(), u64::MAX, |row, _| {
                rows.push(row);
                ControlFlow::Continue(())
            })
        });
        read.expect("a log");
        rows
    }
}

fn counts(report: &ImportReport) -> [u32; 4] {
    [report.rows, report.new, report.merged, report.same]
}

fn fact(subid: &str) -> RecordFact {
    RecordFact {
        subid: subid.to_owned(),
        tel_a: Some("13800006620".to_owned()),
        tel_b: Some("13922104471".to_owned()),
        started_at: Some(BEGAN),
        ..RecordFact::default()
    }
}

#[tokio::test]
async fn a_rehearsal_tells_what_the_import_does_and_does_nothing() {
    let log = Log::new();
    let before = log.exported();

    let rehearsed = log.rehearse(FILE).await.expect("a report");
    assert_eq!(
        (log.exported(), log.imports.past().await),
        (before, Ok(PastImports::default()))
    );
    let (_, report) = log.import(FILE).await;

    assert_eq!(rehearsed, report);
    assert_eq!(counts(&report), [4, 2, 0, 1]);
    let rejected = &report.rejected[0];
    assert_eq!((rejected.row, rejected.flaw), (3, RowFlaw::Rounded));
    assert_eq!(rejected.column.as_deref(), Some("被叫号码"));
    assert_eq!(log.total(), 2);
}

#[tokio::test]
async fn promise_4_a_file_that_comes_again_changes_nothing() {
    let log = Log::new();
    log.import(FILE).await;
    log.import(NAMELESS).await;
    let before = log.exported();

    let (_, again) = log.import(FILE).await;
    assert_eq!(counts(&again), [4, 0, 0, 3]);
    let (_, again) = log.import(NAMELESS).await;
    assert_eq!(counts(&again), [1, 0, 0, 1]);
    assert_eq!(log.exported(), before);
}

#[tokio::test]
async fn promise_4_an_import_adds_to_a_pushed_record_and_erases_nothing() {
    let log = Log::new();
    log.push(RecordFact {
        subid: "a1".into(),
        status: Some(CallStatus::Connected),
        tel_x: Some("02155501234".into()),
        ..RecordFact::default()
    });
    log.note(&log.row("a1").expect("a row").call, "要报价");

    let (_, report) = log.import("subid,telB,status\na1,13922104471,\n").await;

    assert_eq!(counts(&report), [1, 0, 1, 0]);
    let row = log.row("a1").expect("a row");
    assert_eq!(row.status, Some(CallStatus::Connected));
    assert_eq!(row.tel_x.as_deref(), Some("02155501234"));
    assert_eq!(row.tel_b.as_deref(), Some("13922104471"));
    assert_eq!(
        (row.recording, &row.note[..]),
        (RecordingState::Waiting, "要报价")
    );
}

#[tokio::test]
async fn promise_4_a_row_without_an_id_adds_to_the_call_it_fits() {
    for pushed_first in [true, false] {
        let log = Log::new();
        if pushed_first {
            log.push(fact("s1"));
        }
        let (_, report) = log.import(NAMELESS).await;
        let expected = if pushed_first {
            [1, 0, 1, 0]
        } else {
            [1, 1, 0, 0]
        };
        assert_eq!(counts(&report), expected);
        log.push(fact("s1"));

        assert_eq!(log.total(), 1, "one call");
        let row = log.row("s1").expect("a row");
        assert_eq!((row.duration, row.started_at), (Some(192), Some(BEGAN)));
    }
}

#[tokio::test]
async fn a_row_without_an_id_is_a_call_of_its_own_where_none_fits() {
    let log = Log::new();
    let mut earlier = fact("s1");
    earlier.started_at = Some(BEGAN - 10 * 60_000);
    log.push(earlier);
    let (import, report) = log.import(NAMELESS).await;
    assert_eq!((counts(&report), log.total()), ([1, 1, 0, 0], 2));
    let page = log
        .store()
        .read_blocking(|db| db.calls().page(&CallsQuery::default()));
    let own = page
        .expect("rows")
        .rows
        .into_iter()
        .find(|row| row.duration == Some(192));
    assert_eq!(
        own.expect("its row").subid,
        None,
        "a key of ours is nobody's business"
    );

    let request = UndoImport { import };
    assert_eq!(log.imports.undo(request).await.expect("undone").removed, 1);
    assert_eq!(log.total(), 1);
}

#[tokio::test]
async fn an_import_is_undone_as_a_whole() {
    let log = Log::new();
    log.push(fact("a3"));
    let before = log.exported();
    let (import, _) = log.import(FILE).await;
    assert_eq!(log.total(), 2);

    let undone = log
        .imports
        .undo(UndoImport { import })
        .await
        .expect("undone");

    assert_eq!((undone.removed, undone.reduced, undone.kept), (1, 1, 0));
    assert_eq!(log.exported(), before);
    let past = log.imports.past().await.expect("a list").imports;
    assert!(past[0].undone_at.is_some());
    let again = log.imports.undo(UndoImport { import }).await;
    assert_eq!(again.expect_err("it is gone").code, FaultCode::NotFound);
    assert_eq!(counts(&log.import(FILE).await.1), [4, 1, 1, 1]);
}

#[tokio::test]
async fn undoing_spares_what_the_user_wrote() {
    let log = Log::new();
    let (import, _) = log.import(FILE).await;
    log.note(&log.row("a1").expect("a row").call, "下周再联系");

    let undone = log
        .imports
        .undo(UndoImport { import })
        .await
        .expect("undone");

    assert_eq!((undone.removed, undone.kept), (1, 1));
    let row = log.row("a1").expect("it stays");
    assert_eq!((row.note.as_str(), row.duration), ("下周再联系", Some(192)));
}

/// What the user kept with a call beside a note.
#[derive(Debug, Clone, Copy)]
enum Kept {
    Outcome,
    Answer,
    FollowUp,
    DoNotCall,
}

impl Kept {
    fn write(self, tx: &Tx<'_>, call: &CallId) -> Result<(), StoreError> {
        let number = "13922104471".to_owned();
        match self {
            Kept::Outcome => {
                let outcome = tx.db().outcomes().all()?[0].outcome;
                tx.outcomes().choose(call, Some(outcome), NOW, "")?;
            }
            Kept::Answer => {
                let answer = Answer {
                    key: "budget".to_owned(),
                    question: "预算多少？".to_owned(),
                    text: "三万".to_owned(),
                };
                tx.scripts().answer(call, &answer, NOW)?;
            }
            Kept::FollowUp => {
                let wish = NewFollowUp {
                    number,
                    call: Some(call.clone()),
                    kind: FollowUpKind::FollowUp,
                    due_at: NOW,
                    meant: None,
                    why: String::new(),
                    by_hand: false,
                };
                tx.follow_ups().add(&wish, NOW)?;
            }
            Kept::DoNotCall => {
                let barred = NewDoNotCall {
                    number,
                    since: NOW,
                    reason: "请勿来电".to_owned(),
                    source: DoNotCallSource::Outcome,
                    call: Some(call.clone()),
                };
                tx.do_not_call().add(&barred)?;
            }
        }
        Ok(())
    }

    fn is_there(self, db: &bohao_store::Db<'_>, call: &CallId) -> Result<bool, StoreError> {
        Ok(match self {
            Kept::Outcome => !db.outcomes().changes(call)?.is_empty(),
            Kept::Answer => !db.scripts().answers(call)?.is_empty(),
            Kept::FollowUp => db.follow_ups().of_call(call)?.is_some(),
            Kept::DoNotCall => db.do_not_call().of("13922104471")?.is_some(),
        })
    }
}

#[rstest]
#[case(FILE, Kept::Outcome)]
#[case(FILE, Kept::Answer)]
#[case(FILE, Kept::FollowUp)]
#[case(FILE, Kept::DoNotCall)]
#[case(NAMELESS, Kept::Outcome)]
#[case(NAMELESS, Kept::FollowUp)]
#[tokio::test]
async fn promise_4_undoing_spares_a_call_that_the_user_keeps_something_with(
    #[case] file: &str,
    #[case] kept: Kept,
) {
    let log = Log::new();
    let (import, _) = log.import(file).await;
    let of_number = |row: &CallRow| row.tel_b.as_deref() == Some("13922104471");
    let row = log.exported().into_iter().find(of_number).expect("a row");
    let call = row.call.clone();
    let written = log.store().write_blocking(|tx| kept.write(tx, &call));
    written.expect("written");

    let undo = UndoImport { import };
    let undone = log.imports.undo(undo).await.expect("undone");

    assert_eq!(undone.kept, 1);
    let left = log.exported();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!((&left[0].call, left[0].duration), (&call, row.duration));
    let there = log.store().read_blocking(|db| kept.is_there(db, &call));
    assert!(there.expect("a look"));
}

#[tokio::test]
async fn undoing_spares_what_another_import_or_the_relay_told_too() {
    let log = Log::new();
    let (first, _) = log.import(FILE).await;
    let (second, _) = log.import(FILE).await;
    log.imports
        .undo(UndoImport { import: first })
        .await
        .expect("undone");
    assert_eq!(log.total(), 2, "the second told them too");
    log.imports
        .undo(UndoImport { import: second })
        .await
        .expect("undone");
    assert_eq!(log.total(), 0);
}

#[tokio::test]
async fn a_dial_that_a_record_settled_is_unknown_again_when_that_is_undone() {
    let log = Log::new();
    let attempt = NewAttempt {
        call: CallId("c1".to_owned()),
        tel_a: "13800006620".to_owned(),
        tel_b: "13922104471".to_owned(),
        at: BEGAN - 5_000,
        ticket: None,
    };
    let placed = log.store().write_blocking(|tx| {
        tx.calls().insert_attempt(&attempt)?;
        tx.calls().unknown(&attempt.call, "no answer")
    });
    assert!(placed.expect("placed"));
    let before = log.exported();
    assert_eq!(
        log.rehearse(FILE).await.map(|report| counts(&report)),
        Ok([4, 1, 1, 1])
    );
    let (import, report) = log.import(FILE).await;
    assert_eq!(counts(&report), [4, 1, 1, 1]);

    log.imports
        .undo(UndoImport { import })
        .await
        .expect("undone");
    assert_eq!(log.exported(), before);
}

fn many(rows: u32) -> String {
    let mut file = String::from("subid,telA,telB,startTime,duration,status\n");
    for row in 0..rows {
        let second = 1_795_000_000 + row;
        file.push_str(&format!(
            "m{row},13800006620,139{row:08},{second},{},1\n",
            row % 60
        ));
    }
    file
}

#[tokio::test]
async fn cancelling_leaves_nothing_behind() {
    let log = Log::new();
    log.import(FILE).await;
    let before = log.exported();
    let file = log.stage(&many(12_000));
    let (mut events, imports) = (log.events.subscribe(), log.imports.clone());
    let cancelled = file.clone();
    let watcher = tokio::spawn(async move {
        loop {
            let event = events.recv().await.expect("an event");
            if let Event::ImportProgress { progress } = event
                && progress.phase == ImportPhase::Writing
            {
                assert!(progress.rows > 0 && progress.done <= 1000);
                imports.cancel(&CancelImport {
                    file: cancelled.clone(),
                });
                return;
            }
        }
    });
    let reading = ImportReading::default();
    let outcome = log.imports.run(RunImport { file, reading }).await;
    assert_eq!(outcome, Ok(ImportOutcome::Cancelled));
    watcher.await.expect("it saw progress");
    assert_eq!(log.exported(), before);
    assert_eq!(log.imports.past().await.expect("a list").imports.len(), 1);
}

#[tokio::test]
async fn a_program_that_ends_amid_an_import_leaves_nothing_behind() {
    let log = Log::new();
    log.import(FILE).await;
    let before = log.exported();
    // As a program leaves it that is killed after a portion.
    let import = log.store().write_blocking(|tx| {
        let import = tx.imports().begin("b.csv", NOW)?;
        let mut company = intake_company(tx)?;
        for row in 0..100 {
            let record = fact(&format!("k{row}"));
            crate::intake::take_row(tx, &record, import, NOW, &mut company)?;
        }
        let known = RecordFact {
            duration: Some(7),
            ..fact("a3")
        };
        crate::intake::take_row(tx, &known, import, NOW, &mut company)?;
        Ok(import)
    });
    import.expect("half an import");
    assert_ne!(log.exported(), before);

    let Log { dir, imports, .. } = log;
    drop(imports);
    let log = Log::at(dir);
    log.imports.recover().await.expect("recovered");

    assert_eq!(log.exported(), before);
    assert_eq!(log.imports.past().await.expect("a list").imports.len(), 1);
}

#[tokio::test]
async fn what_there_was_no_room_to_take_back_goes_beside_everything_else() {
    let log = Log::new();
    let left = log.store().write_blocking(|tx| {
        let import = tx.imports().begin("b.csv", NOW)?;
        let mut company = intake_company(tx)?;
        crate::intake::take_row(tx, &fact("k1"), import, NOW, &mut company)?;
        tx.lists().begin("冷链", NOW)
    });
    left.expect("half an import, and half a list");
    assert_eq!(log.total(), 1);

    let imports = log.imports.clone();
    let beside = tokio::spawn(async move { imports.take_back(Duration::from_millis(1)).await });
    while log.imports.is_any_left().await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    beside.abort();
    assert_eq!(log.total(), 0);
}

fn intake_company(
    tx: &bohao_store::Tx<'_>,
) -> Result<crate::intake::Company, bohao_store::StoreError> {
    crate::intake::Company::of(tx)
}

#[tokio::test]
async fn a_file_that_breaks_off_is_taken_in_by_no_row() {
    let log = Log::new();
    let mut bytes = many(6_000).into_bytes();
    bytes.extend_from_slice(b"x\0y");
    let (id, mut upload) = log.imports.begin_upload("a.csv".to_owned()).expect("room");
    upload.write(&bytes).expect("room");
    let file = log.imports.finish_upload(id, upload).file;
    let reading = ImportReading {
        encoding: Some("utf-8".to_owned()),
        ..ImportReading::default()
    };
    let fault = log
        .imports
        .run(RunImport { file, reading })
        .await
        .expect_err("it breaks off");
    assert_eq!(
        (fault.code, &fault.details["reason"]),
        (FaultCode::UnreadableFile, &"not_text".into())
    );
    assert_eq!(log.total(), 0);
}

#[tokio::test]
async fn two_imports_do_not_cross() {
    let log = Log::new();
    let _elsewhere = ImportTurn::take(log.dir.path()).expect("the turn");
    let fault = log
        .try_import(FILE)
        .await
        .expect_err("another one is under way");
    assert_eq!(fault.code, FaultCode::InUse);
}

#[tokio::test]
async fn a_mapping_is_changed_by_hand_and_remembered_by_its_headers() {
    let log = Log::new();
    let sheet = "谁,哪天几点,多久\n13922104471,2026-11-23 14:07:00,192\n";
    let file = log.stage(sheet);
    let reading = ImportReading::default();
    let preview = log
        .imports
        .preview(PreviewImport {
            file: file.clone(),
            reading,
        })
        .await;
    let preview = preview.expect("a preview");
    assert!(!preview.usable && !preview.remembered);
    assert_eq!(preview.columns[1].header, "哪天几点");
    assert_eq!(preview.columns[1].sample, "2026-11-23 14:07:00");
    assert_eq!(
        log.rehearse(sheet).await.expect_err("no header").details["reason"],
        "no_header"
    );

    let mapping = vec![
        Some(RecordField::TelB),
        Some(RecordField::StartedAt),
        Some(RecordField::Duration),
    ];
    let reading = ImportReading {
        mapping: Some(mapping),
        zone: Some("UTC".to_owned()),
        ..ImportReading::default()
    };
    let run = log.imports.run(RunImport { file, reading }).await;
    assert!(matches!(run, Ok(ImportOutcome::Done { .. })), "{run:?}");

    let file = log.stage(sheet);
    let reading = ImportReading::default();
    let preview = log
        .imports
        .preview(PreviewImport { file, reading })
        .await
        .expect("a preview");
    assert!(preview.usable && preview.remembered);
    let PreviewRow::Read { record, .. } = &preview.rows[0] else {
        panic!("{:?}", preview.rows);
    };
    assert_eq!(
        (record.started_at, record.duration, &record.subid),
        (Some(BEGAN), Some(192), &None)
    );
}

/// A sheet of calls that names the customers.
const NAMED: &str = "呼叫ID,被叫号码,客户姓名,公司,开始时间\n\
                     a1,13922104471,陈立,远航物流,2026-11-23 14:07:00\n\
                     a2,13922104472,-,万家便利,2026-11-23 14:08:00\n\
                     a3,13922104473,,,2026-11-23 14:09:00\n\
                     a4,13922104471,陈丽,,2026-11-23 14:10:00\n";

fn who(log: &Log, subid: &str) -> Option<(String, String)> {
    let customer = log.row(subid)?.customer?;
    Some((customer.name, customer.company))
}

#[tokio::test]
async fn names_and_companies_go_to_customers_and_are_taken_back_with_the_import() {
    let log = Log::new();
    let known = log.store().write_blocking(|tx| {
        let known = tx.customers().add("王总", "", NOW)?;
        tx.customers().give_number(known, "13922104472", NOW)?;
        Ok(known)
    });
    let (first, _) = log.import(NAMED).await;

    let told = |name: &str, company: &str| Some((name.to_owned(), company.to_owned()));
    assert_eq!(who(&log, "a1"), told("陈立", "远航物流"));
    assert_eq!(
        who(&log, "a4"),
        told("陈立", "远航物流"),
        "the first word holds"
    );
    assert_eq!(
        who(&log, "a2"),
        told("王总", "万家便利"),
        "what was not known is filled in"
    );
    assert_eq!(who(&log, "a3"), None);
    let found = CallsQuery {
        search: "yhwl".to_owned(),
        ..CallsQuery::default()
    };
    let found = log.store().read_blocking(|db| db.calls().total(&found));
    assert_eq!(found.expect("a number"), 2);

    let (second, _) = log.import(&NAMED.replace("a1", "b1")).await;
    log.imports
        .undo(UndoImport { import: first })
        .await
        .expect("undone");
    assert_eq!(
        who(&log, "b1"),
        told("陈立", "远航物流"),
        "another sheet tells it"
    );
    log.imports
        .undo(UndoImport { import: second })
        .await
        .expect("undone");
    let left = log.store().read_blocking(|db| {
        let customers = db.customers();
        Ok((
            customers.of_number("13922104471")?,
            customers.of_number("13922104472")?,
        ))
    });
    assert_eq!(left.expect("read"), (None, Some(known.expect("added"))));
}

#[tokio::test]
async fn undoing_spares_a_customer_that_the_user_wrote_on() {
    let log = Log::new();
    let (import, _) = log.import(NAMED).await;
    let of_number = |log: &Log| {
        let read = |db: &bohao_store::Db<'_>| db.customers().of_number("13922104471");
        log.store().read_blocking(read).expect("read")
    };
    let customer = of_number(&log).expect("met");
    let change = bohao_store::CustomerChange {
        note: Some("仓库在金桥".to_owned()),
        ..bohao_store::CustomerChange::default()
    };
    log.store()
        .write_blocking(|tx| tx.customers().change(customer, &change, NOW))
        .expect("noted");
    log.imports
        .undo(UndoImport { import })
        .await
        .expect("undone");
    assert_eq!((log.total(), of_number(&log)), (0, Some(customer)));
}

#[tokio::test]
async fn rejected_rows_are_told_in_a_sheet_that_can_be_imported_once_mended() {
    let log = Log::new();
    let file = log.stage(FILE);
    let written = log
        .imports
        .write_rejected(file, ImportReading::default(), Headings::Zh, Vec::new())
        .await;
    let (bytes, count) = written.expect("it reads").expect("it writes");
    let text = String::from_utf8(bytes).expect("text");
    assert_eq!((count, text.lines().count()), (1, 2));
    assert!(
        text.contains("被叫号码：表格软件把长数字变成了约数"),
        "{text}"
    );
    let mended = text.replace("1.39E+10", "13922104473");
    assert_eq!(counts(&log.import(&mended).await.1), [1, 1, 0, 0]);
}

#[rstest]
#[case(SheetFormat::Csv)]
#[case(SheetFormat::Json)]
#[case(SheetFormat::JsonLines)]
#[tokio::test]
async fn what_one_desk_exports_another_imports(#[case] format: SheetFormat) {
    let (from, to) = (Log::new(), Log::new());
    from.import(&many(300)).await;
    let path = from.dir.path().join("whole");
    std::fs::write(&path, whole_log(from.store(), form(format))).expect("written");
    let reading = ImportReading::default();
    let file = to.imports.stage(&path).expect("a file").file;
    let outcome = to.imports.run(RunImport { file, reading }).await;
    assert!(
        matches!(outcome, Ok(ImportOutcome::Done { .. })),
        "{outcome:?}"
    );
    assert_eq!(to.exported(), from.exported());
}

#[rstest]
#[case("", "empty")]
#[case("PK\u{3}\u{4}", "broken_workbook")]
#[case("name\nx\n", "no_header")]
#[case("subid,status\n", "empty")]
#[tokio::test]
async fn promise_13_a_file_without_records_is_refused_with_a_word(
    #[case] text: &str,
    #[case] reason: &str,
) {
    let log = Log::new();
    let fault = log.try_import(text).await.expect_err("no records");
    assert_eq!(fault.code, FaultCode::UnreadableFile);
    assert_eq!(fault.details["reason"], reason);
    assert_eq!(log.imports.past().await, Ok(PastImports::default()));
}

#[rstest]
#[case(ImportReading { zone: Some("Mars".into()), ..ImportReading::default() }, "zone")]
#[case(ImportReading { delimiter: Some("；".into()), ..ImportReading::default() }, "delimiter")]
#[tokio::test]
async fn what_can_not_be_read_that_way_is_said_so(
    #[case] reading: ImportReading,
    #[case] field: &str,
) {
    let log = Log::new();
    let file = log.stage(FILE);
    let fault = log
        .imports
        .preview(PreviewImport { file, reading })
        .await
        .expect_err("no such");
    assert_eq!(
        (fault.code, &fault.details["field"]),
        (FaultCode::BadInput, &field.into())
    );
}

#[tokio::test]
async fn what_was_handed_over_is_removed_when_it_is_let_go() {
    let log = Log::new();
    let file = log.stage(FILE);
    let folder = log.dir.path().join("imports");
    let lying = || std::fs::read_dir(&folder).expect("a folder").count();
    assert_eq!(lying(), 1);
    log.imports.close(&CloseImport { file });
    assert_eq!(lying(), 0);
}

#[tokio::test]
async fn many_rows_are_found_once_the_index_has_learnt_of_them() {
    let log = Log::new();
    log.import(&many(9_000)).await;
    let find = || {
        let query = CallsQuery {
            search: "00008765".to_owned(),
            ..CallsQuery::default()
        };
        log.store()
            .read_blocking(|db| db.calls().total(&query))
            .expect("a number")
    };
    assert_eq!(find(), 1, "it is found before");
    crate::search_upkeep::build(log.store(), |_| ())
        .await
        .expect("built");
    let built = log
        .store()
        .read_blocking(|db| db.search().built())
        .expect("a number");
    assert!(built.is_whole());
    assert_eq!(find(), 1, "and after");
}

/// What may happen to a log.
#[derive(Debug, Clone)]
enum Happening {
    Pushed(u8, Option<i64>),
    Imported(Vec<(u8, Option<i64>)>),
    ImportedNameless(Vec<(i64, i64)>),
}

fn happening() -> impl Strategy<Value = Happening> {
    let call = || (0..4_u8, prop::option::of(0..3_i64));
    prop_oneof![
        call().prop_map(|(call, duration)| Happening::Pushed(call, duration)),
        prop::collection::vec(call(), 1..5).prop_map(Happening::Imported),
        prop::collection::vec((0..400_i64, 0..3_i64), 1..4).prop_map(Happening::ImportedNameless),
    ]
}

impl Happening {
    /// Happens; returns the import that it was, if it was one, with what the rehearsal said.
    async fn to(&self, log: &Log) -> Option<(bohao_wire::ImportId, ImportReport, ImportReport)> {
        let file = match self {
            Happening::Pushed(call, duration) => {
                let mut record = fact(&format!("s{call}"));
                record.started_at = Some(BEGAN + i64::from(*call) * 90_000);
                record.duration = *duration;
                log.push(record);
                return None;
            }
            Happening::Imported(rows) => {
                let mut file = String::from("subid,telA,telB,startTime,duration\n");
                for (call, duration) in rows {
                    let began = (BEGAN + i64::from(*call) * 90_000) / 1000;
                    let duration = duration.map(|it| it.to_string()).unwrap_or_default();
                    file += &format!("s{call},13800006620,13922104471,{began},{duration}\n");
                }
                file
            }
            Happening::ImportedNameless(rows) => {
                let mut file = String::from("telA,telB,startTime,duration\n");
                for (after, duration) in rows {
                    let began = BEGAN / 1000 + after;
                    file += &format!("13800006620,13922104471,{began},{duration}\n");
                }
                file
            }
        };
        let rehearsed = log.rehearse(&file).await.expect("a report");
        let (import, report) = log.import(&file).await;
        Some((import, rehearsed, report))
    }
}

/// The second row tells nothing that the record without an id had not told of the same call.
#[test]
fn a_rehearsal_knows_what_a_call_takes_in_that_its_file_names_twice() {
    let log = Log::new();
    block_on(async {
        let nameless = Happening::ImportedNameless(vec![(60, 0)]);
        nameless.to(&log).await;
        let named = Happening::Imported(vec![(2, None), (2, Some(0))]);
        let (_, rehearsed, report) = named.to(&log).await.expect("an import");
        assert_eq!(counts(&rehearsed), counts(&report));
    });
}

/// The last record takes the place of the first, which then tells how long the other call was.
#[test]
fn a_rehearsal_knows_what_a_record_tells_that_is_driven_to_another_call() {
    let log = Log::new();
    block_on(async {
        for happening in [
            Happening::ImportedNameless(vec![(46, 0)]),
            Happening::Imported(vec![(1, Some(0)), (0, None)]),
            Happening::ImportedNameless(vec![(47, 0)]),
        ] {
            let (_, rehearsed, report) = happening.to(&log).await.expect("an import");
            assert_eq!(counts(&rehearsed), counts(&report));
        }
    });
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn promise_4_any_order_of_imports_and_pushes_gives_the_same_log(
        happenings in prop::collection::vec(happening(), 1..6),
        seed: prop::sample::Index,
    ) {
        let (one, other) = (Log::new(), Log::new());
        block_on(async {
            for happening in &happenings {
                happening.to(&one).await;
            }
            let mut turned = happenings.clone();
            let by = seed.index(turned.len());
            turned.rotate_left(by);
            turned.reverse();
            for happening in turned.iter().chain(&happenings) {
                happening.to(&other).await;
            }
        });
        prop_assert_eq!(one.exported(), other.exported());
    }

    #[test]
    fn promise_4_an_import_that_is_undone_was_never_there(
        before in prop::collection::vec(happening(), 0..4),
        undone in happening(),
        after in prop::collection::vec(happening(), 0..3),
    ) {
        let (one, other) = (Log::new(), Log::new());
        block_on(async {
            for happening in before.iter().chain(&after) {
                happening.to(&one).await;
            }
            for happening in &before {
                happening.to(&other).await;
            }
            let import = undone.to(&other).await;
            for happening in &after {
                happening.to(&other).await;
            }
            match import {
                Some((import, ..)) => {
                    other.imports.undo(UndoImport { import }).await.expect("undone");
                }
                None => { undone.to(&one).await; }
            }
        });
        prop_assert_eq!(one.exported(), other.exported());
    }

    #[test]
    fn a_rehearsal_is_never_wrong(happenings in prop::collection::vec(happening(), 1..5)) {
        let log = Log::new();
        block_on(async {
            for happening in &happenings {
                if let Some((_, rehearsed, report)) = happening.to(&log).await {
                    prop_assert_eq!(counts(&rehearsed), counts(&report));
                }
            }
            Ok(())
        })?;
    }
}
