use super::*;
use crate::intake::{self, take_body};
use crate::recordings::{self, Asked, NoRecording, Origin};
use bohao_platform::{LinkRules, RangeFrom};
use bohao_store::{
    CustomerChange, ImportCounts, NewAttempt, NewBody, NewDoNotCall, NewFollowUp, NewLead,
    RecordFact, SavedFile, Source, nameless_key,
};
use bohao_wire::{
    Answer, CallDetail, CallRow, CustomerField, CustomerId, DoNotCallSource, FollowUpKind,
    ImportId, LogCall, Mark, OutcomeId,
};
use std::path::{Path, PathBuf};

const NOW: i64 = 1_764_000_000_000;
const TEL_A: &str = "13800006620";
const PERSON: &str = "13922104471";
const OTHER: &str = "15811112222";

/// A platform that has no recording to give.
struct Silent;

impl Origin for Silent {
    fn recording<'a>(&'a self, _: &'a str, _: Option<RangeFrom>) -> Asked<'a> {
        Box::pin(async { Err(not_set_up()) })
    }

    fn linked<'a>(&'a self, _: &'a str, _: &'a LinkRules, _: Option<RangeFrom>) -> Asked<'a> {
        Box::pin(async { Err(not_set_up()) })
    }
}

fn not_set_up() -> NoRecording {
    NoRecording::NotSetUp(Fault::new(FaultCode::NotSetUp, "nothing is set up"))
}

struct Stand {
    dir: tempfile::TempDir,
    deleting: Deleting,
}

impl Stand {
    fn new() -> Self {
        Self::open(tempfile::tempdir().expect("a folder"))
    }

    fn open(dir: tempfile::TempDir) -> Self {
        let store = Store::open(dir.path().join("bohao.db"), NOW)
            .expect("a database")
            .store;
        let events = tokio::sync::broadcast::channel(8).0;
        let recordings = Recordings::new(recordings::Around {
            store: store.clone(),
            origin: Arc::new(Silent),
            home: dir.path().join("recordings"),
            data_dir: dir.path().to_owned(),
            chosen: None,
            events: events.clone(),
            changed: Arc::new(|_| {}),
            clock: Arc::new(|| NOW),
        });
        let deleting = Deleting::new(store, recordings, events, Arc::new(|| NOW));
        Stand { dir, deleting }
    }

    /// The program ends and is started again.
    async fn start_again(self) -> Self {
        let Stand { dir, deleting } = self;
        drop(deleting);
        let stand = Self::open(dir);
        stand.deleting.finish(i64::MAX).await.expect("carried out");
        stand
    }

    fn push(&self, text: &str) {
        let body = NewBody {
            source: Source::Relay,
            relay_seq: Some(1),
            received_at: NOW,
            content_type: Some("application/json".to_owned()),
            body: text.as_bytes().to_vec(),
        };
        self.deleting
            .store
            .write_blocking(|tx| take_body(tx, &body, &intake::read))
            .expect("taken");
    }

    /// A sheet's rows, as an import takes them in.
    fn import(&self, name: &str, rows: &[RecordFact]) -> (ImportId, Vec<intake::Row>) {
        let taken = self.deleting.store.write_blocking(|tx| {
            let import = tx.imports().begin(name, NOW)?;
            let mut company = intake::Company::of(tx)?;
            let mut taken = Vec::new();
            for row in rows {
                taken.push(intake::take_row(tx, row, import, NOW, &mut company)?.0);
            }
            tx.imports().finish(import, ImportCounts::default())?;
            Ok((import, taken))
        });
        taken.expect("taken")
    }

    /// A recording's file, as if it had been fetched.
    fn save_recording(&self, call: &CallId) -> PathBuf {
        let file = format!("{}.wav", call.0);
        let path = self.dir.path().join("recordings").join(&file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, "RIFF").expect("written");
        let saved = SavedFile {
            file,
            bytes: 4,
            length_ms: None,
            format: "wav".to_owned(),
            sha256: String::new(),
        };
        self.deleting
            .store
            .write_blocking(|tx| tx.recordings().mark_saved(call, &saved, NOW))
            .expect("booked");
        path
    }

    fn rows(&self, search: &str) -> Vec<CallRow> {
        let query = CallsQuery {
            search: search.to_owned(),
            ..CallsQuery::default()
        };
        let page = self
            .deleting
            .store
            .read_blocking(|db| db.calls().page(&query));
        page.expect("read").rows
    }

    async fn erase(&self, keep_off: bool) -> Deletion {
        let person = Person {
            number: PERSON.to_owned(),
            keep_off,
        };
        let erased = self.deleting.erase(person, Moment::Given).await;
        erased.expect("erased")
    }

    async fn delete(&self, calls: Vec<CallId>) -> Deletion {
        let deleted = self
            .deleting
            .delete(Selection::Calls { calls }, Moment::Given);
        deleted.await.expect("deleted")
    }

    async fn moment_passes(&self) {
        let over = NOW + MOMENT_MS;
        self.deleting.finish(over).await.expect("carried out");
    }

    fn is_marked(&self, number: &str) -> bool {
        let store = &self.deleting.store;
        let marked = store.read_blocking(|db| db.digests().is_marked(number));
        marked.expect("read")
    }
}

fn record(subid: &str, number: &str, minute: i64) -> String {
    let started_at = NOW - 3_600_000 + minute * 60_000;
    format!(
        r#"{{"subid":"{subid}","telA":"{TEL_A}","telX":"02155501234","telB":"{number}",
            "startTime":"{started_at}","duration":60,"status":1,"unknown":"kept"}}"#
    )
}

/// A row of a sheet that has no ids.
fn row(number: &str, minute: i64) -> RecordFact {
    let started_at = NOW - 3_600_000 + minute * 60_000;
    let mut row = RecordFact {
        status: Some(bohao_wire::CallStatus::Connected),
        tel_a: Some(TEL_A.to_owned()),
        tel_b: Some(number.to_owned()),
        started_at: Some(started_at),
        ended_at: Some(started_at + 59_000),
        duration: Some(59),
        ..RecordFact::default()
    };
    row.subid = nameless_key(&row);
    row
}

/// Every file below a folder in which these bytes stand.
fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
            continue;
        }
        let bytes = std::fs::read(&path).expect("read");
        if bytes.windows(text.len()).any(|at| at == text.as_bytes()) {
            found.push(path);
        }
    }
    found
}

fn note(stand: &Stand, call: &CallId, note: &str) {
    stand
        .deleting
        .store
        .write_blocking(|tx| tx.calls().set_note(call, note))
        .expect("noted");
}

/// Everything that a user can keep with a call and the person behind it.
fn keep_all(stand: &Stand, call: &CallId) -> CustomerId {
    let answer = Answer {
        key: "q1".to_owned(),
        question: "货量多少".to_owned(),
        text: "两吨冷链".to_owned(),
    };
    let wish = NewFollowUp {
        number: PERSON.to_owned(),
        call: Some(call.clone()),
        kind: FollowUpKind::FollowUp,
        due_at: NOW + 1,
        meant: None,
        why: "周四再谈".to_owned(),
        by_hand: true,
    };
    let ban = NewDoNotCall {
        number: PERSON.to_owned(),
        since: NOW,
        reason: "来电拒绝".to_owned(),
        source: DoNotCallSource::Outcome,
        call: Some(call.clone()),
    };
    let change = CustomerChange {
        tags: Some(vec!["浦东老客".to_owned()]),
        note: Some("仓库在金桥".to_owned()),
        ..CustomerChange::default()
    };
    let kept = stand.deleting.store.write_blocking(|tx| {
        let list = tx.lists().begin(&format!("十一月 {PERSON}"), NOW)?;
        tx.leads().add(list, &lead(PERSON), 0)?;
        tx.leads().add(list, &lead(OTHER), 1)?;
        tx.lists().finish(list)?;
        let customer = tx.customers().add("司马青云", "上海纺机", NOW)?;
        tx.customers().change(customer, &change, NOW)?;
        tx.customers().give_number(customer, PERSON, NOW)?;
        tx.outcomes().choose(call, Some(OutcomeId(1)), NOW, "")?;
        tx.outcomes().choose(call, Some(OutcomeId(6)), NOW, "")?;
        tx.scripts().answer(call, &answer, NOW)?;
        tx.follow_ups().add(&wish, NOW)?;
        tx.do_not_call().add(&ban)?;
        tx.marks().add(call, 1_000, "报价在此")?;
        Ok(customer)
    });
    kept.expect("kept")
}

fn lead(number: &str) -> NewLead {
    let (name, note) = match number {
        PERSON => ("司马青云", "三月询过价"),
        _ => ("郑浩", ""),
    };
    NewLead {
        number: number.to_owned(),
        name: name.to_owned(),
        company: String::new(),
        note: note.to_owned(),
        fields: vec![CustomerField {
            name: "城市".to_owned(),
            text: format!("{name}在松江"),
        }],
        shuffle: 0,
    }
}

fn kept(stand: &Stand, call: &CallId) -> Option<(CallDetail, Vec<Mark>)> {
    let read = stand.deleting.store.read_blocking(|db| {
        let detail = db.calls().detail(call)?;
        Ok(detail.zip(Some(db.marks().of(call)?)))
    });
    read.expect("read")
}

#[tokio::test]
async fn everything_that_was_kept_with_a_call_is_back_after_an_undo() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    stand.push(&record("0422", OTHER, 1));
    let call = stand.rows(PERSON)[0].call.clone();
    keep_all(&stand, &call);
    stand.save_recording(&call);
    let store = &stand.deleting.store;
    store
        .write_blocking(|tx| tx.custody().star(&call, Some(NOW)))
        .expect("starred");
    let before = kept(&stand, &call).expect("there");
    assert_eq!((before.0.outcomes.len(), before.1.len()), (2, 1));
    assert!(before.0.follow_up.is_some() && before.0.do_not_call.is_some());
    assert!(before.0.row.starred);

    let deletion = stand.delete(vec![call.clone()]).await;
    assert_eq!(kept(&stand, &call), None);
    // Whatever is kept meanwhile takes the places that became free.
    let other = stand.rows("")[0].call.clone();
    store
        .write_blocking(|tx| tx.outcomes().choose(&other, Some(OutcomeId(2)), NOW, ""))
        .expect("chosen");
    stand.deleting.undo(deletion.id).await.expect("undone");

    assert_eq!(kept(&stand, &call), Some(before));
    assert_eq!(kept(&stand, &other).expect("there").0.outcomes.len(), 1);
}

#[tokio::test]
async fn promise_10_an_erasure_takes_the_person_behind_the_number_and_leaves_the_ban() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    stand.push(&record("0422", OTHER, 1));
    let call = stand.rows(PERSON)[0].call.clone();
    let customer = keep_all(&stand, &call);
    let query = CallsQuery {
        customer: Some(customer),
        ..CallsQuery::default()
    };
    let store = stand.deleting.store.clone();
    let saved = crate::views::save(&store, "青云的电话", query, None).await;
    saved.expect("saved");

    stand.erase(false).await;
    stand.moment_passes().await;

    for word in [
        PERSON,
        "司马青云",
        "上海纺机",
        "浦东老客",
        "仓库在金桥",
        "两吨冷链",
        "周四再谈",
        "来电拒绝",
        "报价在此",
        "青云的电话",
        "三月询过价",
        "司马青云在松江",
    ] {
        assert_eq!(
            files_with(stand.dir.path(), word),
            Vec::<PathBuf>::new(),
            "{word}"
        );
    }
    assert!(stand.is_marked(PERSON), "it was barred before");
    let lists = store.read_blocking(|db| db.lists().all()).expect("read");
    assert_eq!((&*lists[0].name, lists[0].figures.leads), ("十一月 …", 1));
    let ban = store.read_blocking(|db| db.do_not_call().of(PERSON));
    let ban = ban.expect("read").expect("it stands");
    assert_eq!(ban.source, DoNotCallSource::Erasure);
}

/// Whoever looks at follow-ups and customers while somebody is erased sees that they are gone.
#[tokio::test]
async fn an_erasure_takes_wishes_of_every_call_and_of_none_and_tells_screens_when_it_is_over() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    let call = stand.rows(PERSON)[0].call.clone();
    keep_all(&stand, &call);
    let store = stand.deleting.store.clone();
    let wish = |number: &str| NewFollowUp {
        number: number.to_owned(),
        call: None,
        kind: FollowUpKind::FollowUp,
        due_at: NOW + 2,
        meant: None,
        why: String::new(),
        by_hand: true,
    };
    let others = store.write_blocking(|tx| {
        tx.follow_ups().add(&wish(PERSON), NOW)?;
        tx.follow_ups().add(&wish(OTHER), NOW)
    });
    let others = others.expect("added");
    let mut heard = stand.deleting.events.subscribe();

    stand.erase(false).await;
    assert!(heard.try_recv().is_err(), "it can still be undone");
    stand.moment_passes().await;

    let mut told = Vec::new();
    while let Ok(event) = heard.try_recv() {
        told.push(event);
    }
    assert!(told.contains(&Event::FollowUpsChanged) && told.contains(&Event::CustomersChanged));
    let left = store.read_blocking(|db| {
        let wishes = db.follow_ups();
        Ok((
            wishes.of_number(PERSON)?,
            wishes.within(FollowUpKind::FollowUp, 0..i64::MAX, 10)?,
        ))
    });
    let (persons, all) = left.expect("read");
    assert_eq!(persons, []);
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].follow_up.follow_up, others);
}

/// A deleted call is no longer what a wish comes from, and the wish stands and is told of all the same.
#[tokio::test]
async fn a_wish_outlives_its_call_and_finds_it_again_after_an_undo() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    let call = stand.rows(PERSON)[0].call.clone();
    let wish = NewFollowUp {
        number: PERSON.to_owned(),
        call: Some(call.clone()),
        kind: FollowUpKind::FollowUp,
        due_at: NOW + 1,
        meant: Some(bohao_wire::WallTime {
            local: "2025-11-25T00:00".to_owned(),
            offset_minutes: 480,
        }),
        why: "报价".to_owned(),
        by_hand: true,
    };
    let store = stand.deleting.store.clone();
    let id = store.write_blocking(|tx| tx.follow_ups().add(&wish, NOW));
    let id = id.expect("added");
    let read = || {
        let row = store.read_blocking(|db| db.follow_ups().get(id));
        row.expect("read").expect("it stands").follow_up
    };
    let before = read();

    let deletion = stand.delete(vec![call.clone()]).await;
    assert_eq!(
        read(),
        bohao_wire::FollowUp {
            call: None,
            ..before.clone()
        }
    );
    let told = store.write_blocking(|tx| tx.follow_ups().tell_due(NOW + 1, 10));
    assert_eq!(told.expect("told").len(), 1);
    stand.deleting.undo(deletion.id).await.expect("undone");
    assert_eq!(read(), before);

    stand.delete(vec![call]).await;
    stand.moment_passes().await;
    assert_eq!(read().why, "报价");
    assert_eq!(read().call, None);
}

#[tokio::test]
async fn a_customer_with_another_number_keeps_that_one() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    let call = stand.rows(PERSON)[0].call.clone();
    let customer = keep_all(&stand, &call);
    let store = stand.deleting.store.clone();
    store
        .write_blocking(|tx| tx.customers().give_number(customer, OTHER, NOW))
        .expect("given");

    stand.erase(false).await;
    stand.moment_passes().await;

    assert_eq!(files_with(stand.dir.path(), PERSON), Vec::<PathBuf>::new());
    let numbers = store.read_blocking(|db| db.customers().numbers_of(customer));
    assert_eq!(numbers.expect("read"), [OTHER]);
}

#[tokio::test]
async fn an_erased_person_is_nowhere_in_the_data_folder() {
    let stand = Stand::new();
    for minute in 0..60 {
        stand.push(&record(&format!("042000{minute}"), PERSON, minute));
        stand.push(&record(&format!("042777{minute}"), OTHER, minute));
    }
    // One body of two people, one that nobody can read, and words that only this person's calls have.
    let both = format!(
        "[{},{}]",
        record("0429991", PERSON, 0),
        record("0429992", OTHER, 0)
    );
    stand.push(&both);
    stand.push(&format!("{{\"telB\":\"{PERSON}\""));
    let call = stand.rows(PERSON)[0].call.clone();
    note(&stand, &call, "远航物流的王总要报价");
    let file = stand.save_recording(&call);
    let part = file.with_extension("part");
    std::fs::write(&part, "RI").expect("written");
    // What a player was given in another form, and a desk that a backup has replaced.
    let decoded = stand.dir.path().join("cache").join("decoded.wav");
    let replaced = stand.dir.path().join("replaced-1");
    for (place, text) in [(&decoded, "RIFF"), (&replaced.join("bohao.db"), PERSON)] {
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        std::fs::write(place, text).expect("written");
    }
    let backups = stand.dir.path().join("backups");
    std::fs::create_dir(&backups).expect("made");
    let backup = backups.join("bohao-1-v9.db");
    std::fs::write(&backup, format!("before {PERSON} after")).expect("written");
    std::fs::write(backups.join("bohao-2-v9.db"), OTHER).expect("written");
    let query = CallsQuery {
        tel_b: Some(PERSON.to_owned()),
        ..CallsQuery::default()
    };
    crate::views::save(&stand.deleting.store, "他", query, None)
        .await
        .expect("saved");
    let told = stand.deleting.erasure(PERSON.to_owned()).await;
    let told = told.expect("told");
    assert_eq!((told.calls, told.recordings, told.backups), (61, 1, 1));
    assert_eq!(told.set_aside, [replaced.display().to_string()]);
    std::fs::remove_dir_all(replaced).expect("the user's own doing");

    assert_eq!(stand.erase(true).await.calls, 61);
    stand.moment_passes().await;

    assert_eq!(files_with(stand.dir.path(), PERSON), Vec::<PathBuf>::new());
    for word in ["远航物流", "0420007", "0429991"] {
        assert_eq!(
            files_with(stand.dir.path(), word),
            Vec::<PathBuf>::new(),
            "{word}"
        );
    }
    assert!(!file.exists() && !part.exists() && !backup.exists() && !decoded.exists());
    assert!(stand.rows("4471").is_empty() && stand.rows("yhwl").is_empty());
    // Others lost nothing.
    assert_eq!(stand.rows("").len(), 61);
    assert_eq!(stand.rows("2222").len(), 61);
    assert!(backups.join("bohao-2-v9.db").exists());
}

#[tokio::test]
async fn what_sheets_told_of_an_erased_person_is_gone_and_not_taken_again() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    // One row tells of that call, one of a call of its own, and two sheets tell both.
    let rows = [row(PERSON, 0), row(PERSON, 30), row(OTHER, 5)];
    let sheet = format!("{PERSON}.csv");
    stand.import(&sheet, &rows);
    stand.import("again.csv", &rows);
    assert_eq!((stand.rows("").len(), stand.rows(PERSON).len()), (3, 2));

    assert_eq!(stand.erase(false).await.calls, 2);
    stand.moment_passes().await;

    assert_eq!(files_with(stand.dir.path(), PERSON), Vec::<PathBuf>::new());
    let (_, taken) = stand.import("again.csv", &rows);
    assert_eq!(taken, [intake::Row::Same; 3]);
    assert_eq!(stand.rows("").len(), 1);
    stand.deleting.store.wipe_log().expect("emptied");
    assert_eq!(files_with(stand.dir.path(), PERSON), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn promise_5_no_sheet_brings_a_deleted_call_back_within_the_moment() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    stand.import("first.csv", &[row(PERSON, 0)]);
    let before = stand.rows("");
    let records = |stand: &Stand| kept(stand, &before[0].call).map(|(detail, _)| detail.records);
    assert_eq!((before.len(), records(&stand)), (1, Some(2)));

    let deletion = stand.delete(vec![before[0].call.clone()]).await;
    // The same again, and another call of the number, which matches all of them anew.
    let known = RecordFact {
        subid: "0421".to_owned(),
        ..row(PERSON, 0)
    };
    let (again, _) = stand.import("again.csv", &[row(PERSON, 0), known, row(PERSON, 40)]);
    assert_eq!(stand.rows("").len(), 1, "the other call alone");
    let undone = stand.deleting.store.write_blocking(|tx| {
        let told = tx.facts().told_by(again, "", 9)?;
        for one in &told {
            intake::take_back(tx, &one.subid, &[one], again)?;
        }
        Ok(told.len())
    });
    assert_eq!(undone.expect("taken back"), 2);
    assert!(stand.rows("").is_empty());

    stand.deleting.undo(deletion.id).await.expect("undone");
    assert_eq!(stand.rows(""), before);
    assert_eq!(records(&stand), Some(2));
}

#[tokio::test]
async fn promise_10_the_mark_of_an_erased_number_keeps_it_off() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    stand.erase(true).await;
    stand.moment_passes().await;
    let stand = stand.start_again().await;
    assert!(stand.is_marked(PERSON));
    assert!(!stand.is_marked(OTHER));
}

#[tokio::test]
async fn promise_10_a_number_that_is_erased_for_good_is_kept_off_within_the_moment_too() {
    let stand = Stand::new();
    let barred = || {
        let store = &stand.deleting.store;
        let of = store.read_blocking(|db| db.do_not_call().of(PERSON));
        of.expect("read").is_some()
    };
    let erased = stand.erase(true).await;
    assert!(barred());
    stand.deleting.undo(erased.id).await.expect("undone");
    assert!(!barred());
    stand.erase(false).await;
    assert!(!barred(), "it may be called again");
}

#[tokio::test]
async fn an_erasure_that_is_undone_marks_nobody() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    let deletion = stand.erase(true).await;
    let (undone, _) = stand.deleting.undo(deletion.id).await.expect("undone");
    stand.moment_passes().await;
    assert_eq!(undone, Undone::Restored { calls: 1 });
    assert!(!stand.is_marked(PERSON));
    assert_eq!(stand.rows("").len(), 1);
}

#[tokio::test]
async fn promise_5_reading_all_again_brings_no_deleted_call_back() {
    let stand = Stand::new();
    let bodies = [
        record("0421", PERSON, 0),
        format!(
            "[{},{}]",
            record("0422", PERSON, 1),
            record("0423", OTHER, 2)
        ),
    ];
    bodies.iter().for_each(|body| stand.push(body));
    let gone: Vec<CallId> = stand.rows(PERSON).into_iter().map(|row| row.call).collect();
    assert_eq!(stand.delete(gone).await.calls, 2);
    bodies.iter().for_each(|body| stand.push(body));
    assert_eq!(stand.rows("").len(), 1, "not within the moment");
    stand.moment_passes().await;
    let before = stand.rows("");

    bodies.iter().for_each(|body| stand.push(body));
    // The same call told in other words is the same call, and is not kept either.
    let other_words = record("0421", PERSON, 0).replace("\"duration\":60", "\"duration\":61");
    stand.push(&other_words);
    stand
        .deleting
        .store
        .write_blocking(|tx| intake::read_again(tx, &intake::read, 99))
        .expect("read again");

    assert_eq!(stand.rows(""), before);
    assert_eq!(before[0].subid.as_deref(), Some("0423"));
    stand.deleting.store.wipe_log().expect("emptied");
    assert_eq!(files_with(stand.dir.path(), PERSON), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn an_undone_deletion_leaves_everything_as_it_was() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    stand.push(&record("0422", OTHER, 1));
    let call = stand.rows(PERSON)[0].call.clone();
    note(&stand, &call, "远航物流");
    let file = stand.save_recording(&call);
    let before = stand.rows("");

    let deletion = stand.delete(vec![call]).await;
    assert_eq!(stand.rows("").len(), 1);
    assert!(stand.rows("yhwl").is_empty());
    let (undone, _) = stand.deleting.undo(deletion.id).await.expect("undone");
    stand.moment_passes().await;

    assert_eq!(undone, Undone::Restored { calls: 1 });
    assert_eq!(stand.rows(""), before);
    assert_eq!(stand.rows("yhwl").len(), 1);
    assert!(file.exists());
}

#[tokio::test]
async fn promise_3_what_came_within_the_moment_is_there_after_an_undo() {
    let stand = Stand::new();
    let short = record("0421", PERSON, 0).replace("\"status\":1", "\"status\":0");
    stand.push(&short);
    let call = stand.rows("")[0].call.clone();
    let deletion = stand.delete(vec![call]).await;
    stand.push(&record("0421", PERSON, 0));
    assert!(stand.rows("").is_empty());

    stand.deleting.undo(deletion.id).await.expect("undone");

    let rows = stand.rows("");
    assert_eq!(rows[0].status, Some(bohao_wire::CallStatus::Connected));
}

#[tokio::test]
async fn a_deletion_goes_on_at_the_next_start_and_can_be_undone_no_more() {
    let stand = Stand::new();
    stand.push(&record("0421", PERSON, 0));
    let call = stand.rows("")[0].call.clone();
    let file = stand.save_recording(&call);
    let deletion = stand.delete(vec![call]).await;
    assert!(file.exists());

    let stand = stand.start_again().await;

    assert!(!file.exists());
    let (undone, _) = stand.deleting.undo(deletion.id).await.expect("asked");
    assert_eq!(undone, Undone::TooLate);
    assert!(stand.rows("").is_empty());
}

#[tokio::test]
async fn what_fits_a_question_goes_but_for_what_is_left_out() {
    let stand = Stand::new();
    for minute in 0..5 {
        stand.push(&record(&format!("042{minute}"), PERSON, minute));
        stand.push(&record(&format!("043{minute}"), OTHER, minute));
    }
    let kept = stand.rows(PERSON)[2].call.clone();
    let selection = Selection::Fitting {
        query: Box::new(CallsQuery {
            search: "4471".to_owned(),
            limit: 2,
            ..CallsQuery::default()
        }),
        except: vec![kept.clone()],
    };
    let deletion = stand.deleting.delete(selection, Moment::Given).await;
    assert_eq!(deletion.expect("deleted").calls, 4);
    let left = stand.rows(PERSON);
    assert_eq!((left.len(), &left[0].call), (1, &kept));
    assert_eq!(stand.rows(OTHER).len(), 5);
}

#[tokio::test]
async fn a_deleted_dial_still_counts_for_the_guard_and_one_under_way_stays() {
    let stand = Stand::new();
    let store = &stand.deleting.store;
    let dial = |call: &str| NewAttempt {
        call: CallId(call.to_owned()),
        tel_a: TEL_A.to_owned(),
        tel_b: PERSON.to_owned(),
        at: NOW - 1_000,
        ticket: None,
    };
    store
        .write_blocking(|tx| {
            tx.calls().insert_attempt(&dial("c1"))?;
            tx.calls().unknown(&CallId("c1".to_owned()), "cut off")?;
            tx.calls().insert_attempt(&dial("c2"))
        })
        .expect("written");
    let dials = |store: &Store| {
        let read = store.read_blocking(|db| {
            let calls = db.calls();
            Ok((
                calls.last_dials(PERSON, 9)?.len(),
                calls.dials_since(NOW - 9_000)?,
            ))
        });
        read.expect("read")
    };
    assert_eq!(dials(store), (2, 2));

    let deletion = stand.erase(false).await;

    assert_eq!(deletion.calls, 1);
    assert_eq!(stand.rows("").len(), 1, "the one on its way stays");
    assert_eq!(dials(store), (2, 2));
    stand.moment_passes().await;
    assert_eq!(dials(store), (2, 2));
}

#[tokio::test]
async fn a_call_that_was_written_down_by_hand_can_be_deleted_like_any_other() {
    let stand = Stand::new();
    let call = LogCall {
        number: PERSON.to_owned(),
        tel_a: None,
        status: bohao_wire::CallStatus::Connected,
        started_at: NOW - 60_000,
        duration: Some(30),
        note: "远航物流".to_owned(),
    };
    let told = crate::by_hand::read(call, &CallId("fresh".to_owned()), NOW).expect("read");
    let store = &stand.deleting.store;
    let taken = store.write_blocking(|tx| crate::by_hand::take(tx, told, NOW));
    let row = taken.expect("taken").0.row;
    stand.delete(vec![row.call]).await;
    stand.moment_passes().await;
    assert!(stand.rows("").is_empty());
    assert_eq!(files_with(stand.dir.path(), PERSON), Vec::<PathBuf>::new());
}
