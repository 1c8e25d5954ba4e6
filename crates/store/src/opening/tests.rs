use std::{
    fs,
    path::{Path, PathBuf},
};

use bohao_wire::{CallId, CallsQuery};
use rstest::rstest;
use rusqlite::{Connection, params};
use rusqlite_migration::{M, Migrations};

use super::{Header, Opened, beside, open, refuse_old_sqlite};
use crate::{
    Loss, NewAttempt, Store, StoreError,
    migration::{APPLICATION_ID, STEPS},
};

const NOW: i64 = 1_764_000_000_000;

/// The schema as it is, and two versions that are still to come.
fn later_steps() -> Vec<M<'static>> {
    let mut steps = STEPS.to_vec();
    steps.push(M::up("ALTER TABLE calls ADD COLUMN mood TEXT;"));
    steps.push(M::up("ALTER TABLE calls ADD COLUMN weather TEXT;"));
    steps
}

fn place_call(store: &Store, call: &str) {
    store
        .write_blocking(|tx| {
            tx.calls().insert_attempt(&NewAttempt {
                call: CallId(call.to_owned()),
                tel_a: "13800006620".to_owned(),
                tel_b: "13922104471".to_owned(),
                at: NOW,
                ticket: None,
            })
        })
        .expect("written");
}

fn calls(store: &Store) -> u64 {
    store
        .read_blocking(|db| db.calls().total(&CallsQuery::default()))
        .expect("read")
}

/// Where the lost one lies.
fn moved(opened: &Opened) -> PathBuf {
    let lost = opened.lost.clone().expect("reported");
    lost.set_aside.expect("there was a file")
}

fn loss(store: &Store) -> Option<Loss> {
    let read = store.read_blocking(|db| db.settings().loss());
    read.expect("read")
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
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

#[test]
fn promise_11_every_step_of_an_upgrade_is_backed_up_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    place_call(&open(&path, NOW, STEPS).expect("new").store, "c1");
    assert!(
        !folder.path().join("backups").exists(),
        "a new database needs no backup"
    );

    let upgraded = open(&path, NOW + 1, &later_steps()).expect("upgraded");

    assert!(upgraded.lost.is_none());
    assert_eq!(calls(&upgraded.store), 1);
    let first = STEPS.len();
    let mut backups = [
        format!("bohao-{}-v{first}.db", NOW + 1),
        format!("bohao-{}-v{}.db", NOW + 1, first + 1),
    ];
    backups.sort();
    assert_eq!(files(&folder.path().join("backups")), backups);
    // A backup is itself a database that the older program opens.
    let backup = folder
        .path()
        .join(format!("backups/bohao-{}-v{first}.db", NOW + 1));
    assert_eq!(calls(&open(&backup, NOW, STEPS).expect("opens").store), 1);
}

#[test]
fn promise_11_a_step_that_fails_leaves_the_database_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    place_call(&open(&path, NOW, STEPS).expect("new").store, "c1");
    let mut broken = STEPS.to_vec();
    broken.push(M::up(
        "DELETE FROM calls; ALTER TABLE no_such_table ADD COLUMN mood TEXT;",
    ));

    assert!(open(&path, NOW + 1, &broken).is_err());

    assert_eq!(
        calls(&open(&path, NOW + 2, STEPS).expect("as before").store),
        1
    );
}

#[test]
fn the_last_five_backups_are_kept_and_other_files_are_not_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    let backups = folder.path().join("backups");
    fs::create_dir(&backups).expect("a folder");
    for kept in ["bohao-practice-1-v1.db", "bohao-notes.db", "photo.jpg"] {
        fs::write(backups.join(kept), "not ours").expect("written");
    }
    for age in 1..=5 {
        fs::write(backups.join(format!("bohao-{age}-v3.db")), "old").expect("written");
    }
    drop(open(&path, NOW, STEPS).expect("new"));

    drop(open(&path, NOW, &later_steps()).expect("upgraded"));

    let first = STEPS.len();
    let mut kept = [
        format!("bohao-{NOW}-v{first}.db"),
        format!("bohao-{NOW}-v{}.db", first + 1),
        "bohao-3-v3.db".to_owned(),
        "bohao-4-v3.db".to_owned(),
        "bohao-5-v3.db".to_owned(),
        "bohao-notes.db".to_owned(),
        "bohao-practice-1-v1.db".to_owned(),
        "photo.jpg".to_owned(),
    ];
    kept.sort();
    assert_eq!(files(&backups), kept);
}

#[test]
fn promise_11_a_newer_database_is_refused_and_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    place_call(&open(&path, NOW, &later_steps()).expect("new").store, "c1");
    let before = fs::read(&path).expect("read");

    let refused = open(&path, NOW + 1, STEPS).expect_err("too new");

    let known = i64::try_from(STEPS.len()).expect("few");
    assert!(matches!(
        refused,
        StoreError::NewerDatabase { found, known: ours } if found == known + 2 && ours == known
    ));
    assert_eq!(fs::read(&path).expect("read"), before);
    assert_eq!(files(folder.path()), ["bohao.db", "bohao.db.opening"]);
}

#[test]
fn promise_11_a_newer_database_that_is_open_elsewhere_is_refused_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    drop(open(&path, NOW, STEPS).expect("new"));
    // The newer version stands in the log of the process that has it open, not yet in the file.
    let newer = open(&path, NOW, &later_steps()).expect("upgraded");

    let refused = open(&path, NOW + 1, STEPS).expect_err("too new");

    assert!(matches!(refused, StoreError::NewerDatabase { .. }));
    assert_eq!(calls(&newer.store), 0);
}

#[test]
fn promise_11_what_is_no_database_is_set_aside_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    let rubbish = vec![b'x'; 8192];
    fs::write(&path, &rubbish).expect("written");
    let earlier = folder.path().join(format!("bohao.db.damaged-{NOW}"));
    fs::write(&earlier, "an earlier one").expect("written");

    let opened = open(&path, NOW, STEPS).expect("a new one");

    let moved = moved(&opened);
    assert_eq!(
        moved,
        folder.path().join(format!("bohao.db.damaged-{NOW}-2"))
    );
    assert_eq!(fs::read(moved).expect("read"), rubbish);
    assert_eq!(fs::read(earlier).expect("read"), b"an earlier one");
    assert_eq!(calls(&opened.store), 0);
}

#[test]
fn promise_11_a_database_with_a_torn_page_is_set_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    place_call(&open(&path, NOW, STEPS).expect("new").store, "c1");
    let root: usize = Connection::open(&path)
        .expect("opens")
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'calls'",
            [],
            |row| row.get::<_, i64>(0),
        )
        .map(|page| usize::try_from(page).expect("a page"))
        .expect("a table");
    let mut bytes = fs::read(&path).expect("read");
    bytes[(root - 1) * 4096..root * 4096].fill(0xa5);
    fs::write(&path, &bytes).expect("written");

    let opened = open(&path, NOW + 1, STEPS).expect("a new one");

    let moved = moved(&opened);
    assert_eq!(fs::read(moved).expect("read"), bytes);
    place_call(&opened.store, "c2");
    drop(opened);
    let again = open(&path, NOW + 2, STEPS).expect("sound");
    assert!(again.lost.is_none(), "the new one is sound");
    assert_eq!(calls(&again.store), 1);
}

#[test]
fn several_desks_work_on_one_database() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    let window = open(&path, NOW, STEPS).expect("new").store;
    let terminal = open(&path, NOW, STEPS).expect("opens").store;

    std::thread::scope(|scope| {
        for (desk, store) in [("w", &window), ("t", &terminal)] {
            scope.spawn(move || {
                for number in 0..50 {
                    place_call(store, &format!("{desk}{number}"));
                }
            });
        }
    });

    assert_eq!((calls(&window), calls(&terminal)), (100, 100));
}

#[test]
fn a_folder_that_can_not_be_made_is_said_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a-file");
    fs::write(&file, "").expect("written");

    assert!(matches!(
        open(&file.join("bohao.db"), NOW, STEPS),
        Err(StoreError::Io(_))
    ));
}

#[test]
fn an_sqlite_that_can_corrupt_a_database_is_refused() {
    assert!(matches!(
        refuse_old_sqlite(3_051_002, "3.51.2"),
        Err(StoreError::OldSqlite("3.51.2"))
    ));
    assert!(refuse_old_sqlite(3_051_003, "3.51.3").is_ok());
    assert!(refuse_old_sqlite(3_052_000, "3.52.0").is_ok());
}

#[rstest]
#[case::that_names_its_program("PRAGMA application_id = 1196444487; CREATE TABLE a (b);")]
#[case::that_names_none("CREATE TABLE moz_places (id, url);")]
#[case::with_a_table_named_as_ours("CREATE TABLE calls (id, number);")]
#[case::with_a_log_of_its_own("PRAGMA journal_mode = WAL; CREATE TABLE notes (text);")]
fn another_programs_database_is_refused_and_not_touched(#[case] made_by: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    Connection::open(&path)
        .and_then(|foreign| foreign.execute_batch(made_by))
        .expect("made");
    let before = fs::read(&path).expect("read");

    let refused = open(&path, NOW, STEPS).expect_err("not ours");

    assert!(matches!(refused, StoreError::Foreign), "{refused:?}");
    assert_eq!(fs::read(&path).expect("read"), before);
    assert_eq!(files(folder.path()), ["bohao.db", "bohao.db.opening"]);
}

/// A file as an older program left it, with so many calls, a second apart.
fn old_file(path: &Path, version: usize, calls: i64) {
    let mut old = Connection::open(path).expect("new");
    Migrations::from_slice(STEPS)
        .to_version(&mut old, version)
        .expect("an older schema");
    for number in 0..calls {
        old.execute(
            "INSERT INTO calls (call, state, tel_a, tel_b, at, sent_at, placed_here, note)
             VALUES (?1, 'unknown', '13800006620', ?2, ?3, ?3, 1, '远航物流')",
            params![
                format!("c{number:03}"),
                format!("1392210{number:04}"),
                NOW + number / 40 * 1000
            ],
        )
        .expect("a call");
    }
}

/// The log of an older version is found in its order at once, and by the index once it is built;
/// building can stop anywhere and goes on where it stopped.
#[test]
fn a_search_finds_everything_before_its_index_is_built_and_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    old_file(&path, 8, 100);
    let found = |store: &Store, search: &str| {
        let query = CallsQuery {
            search: search.to_owned(),
            limit: 1000,
            ..CallsQuery::default()
        };
        let page = store
            .read_blocking(|db| db.calls().page(&query))
            .expect("read");
        page.rows
            .into_iter()
            .map(|row| row.call.0)
            .collect::<Vec<_>>()
    };
    let newest_first: Vec<String> = (0..100)
        .rev()
        .map(|number| format!("c{number:03}"))
        .collect();
    for built in [0, 30, 60, 90, 100] {
        let store = open(&path, NOW + 1, STEPS).expect("opens").store;
        assert_eq!(found(&store, "yhwl"), newest_first, "{built} built");
        assert_eq!(found(&store, "139 22100007"), ["c007"], "{built} built");
        place_call(&store, &format!("new{built}"));
        assert_eq!(found(&store, "4471").len(), 1, "{built} built");
        store
            .write_blocking(|tx| {
                assert_eq!(tx.search().built()?.is_whole(), built == 100);
                let before = tx.search().built()?.done;
                let taken = tx.search().build(30)?;
                assert_eq!(tx.search().built()?.done, before + taken);
                tx.calls().set_note(&CallId(format!("new{built}")), "")?;
                Ok(())
            })
            .expect("built");
        Connection::open(&path)
            .and_then(|db| db.execute("DELETE FROM calls WHERE call LIKE 'new%'", []))
            .expect("a program that knows of no index takes a call away");
        assert_eq!(found(&store, "4471").len(), 0, "{built} built");
    }
}

/// All of ours had no application id once.
#[test]
fn an_older_file_of_ours_is_known_by_its_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    let before_the_id = 7;
    old_file(&path, before_the_id, 1);
    assert_eq!(Header::of(&path).expect("read").application_id, 0);

    let opened = open(&path, NOW + 1, STEPS).expect("upgraded");

    assert!(opened.lost.is_none());
    assert_eq!(calls(&opened.store), 1);
    drop(opened);
    let header = Header::of(&path).expect("read");
    assert_eq!(header.application_id, APPLICATION_ID);
}

/// `sqlite3 old.db .dump | sqlite3 new.db` keeps every row, and neither of the two numbers.
#[test]
fn promise_11_a_copy_made_by_dump_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    place_call(&open(&path, NOW, STEPS).expect("new").store, "c1");
    Connection::open(&path)
        .and_then(|db| db.execute_batch("PRAGMA user_version = 0; PRAGMA application_id = 0;"))
        .expect("forgotten");

    let opened = open(&path, NOW + 1, STEPS).expect("opens");

    assert!(opened.lost.is_none());
    assert_eq!(calls(&opened.store), 1);
    place_call(&opened.store, "c2");
}

#[rstest]
#[case::a_table("DROP TABLE guard_log;")]
#[case::a_column("ALTER TABLE bodies DROP COLUMN problem;")]
fn promise_11_a_database_that_lost_a_part_is_set_aside(#[case] loss: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    place_call(&open(&path, NOW, STEPS).expect("new").store, "c1");
    Connection::open(&path)
        .and_then(|db| db.execute_batch(loss))
        .expect("lost");
    let before = fs::read(&path).expect("read");

    let opened = open(&path, NOW + 1, STEPS).expect("a new one");

    let moved = moved(&opened);
    assert_eq!(fs::read(moved).expect("read"), before);
    assert_eq!(calls(&opened.store), 0);
}

#[test]
fn a_first_start_is_no_loss() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/bohao.db");

    let opened = open(&path, NOW, STEPS).expect("new");

    assert_eq!((opened.lost, loss(&opened.store)), (None, None));
    drop(opened.store);
    let names = files(&folder.path().join("new"));
    assert_eq!(names, ["bohao.db", "bohao.db.opening"]);
}

/// What a power cut leaves, or a disk that was full; and a file that was taken away.
#[rstest]
#[case::cut_to_nothing(&|path: &Path| fs::write(path, "").expect("cut"), true)]
#[case::without_any_table(&|path: &Path| without_tables(path), true)]
#[case::gone(&|path: &Path| fs::remove_file(path).expect("gone"), false)]
#[case::gone_and_the_turn_is_not(&|path: &Path| {
    fs::remove_file(path).expect("gone");
    fs::remove_file(beside(path, ".opening")).expect("gone");
    fs::create_dir(path.with_file_name("recordings")).expect("a folder");
    fs::write(path.with_file_name("recordings").join("c1.wav"), "RIFF").expect("a recording");
}, false)]
fn promise_11_an_emptied_or_missing_database_is_a_lost_one(
    #[case] harm: &dyn Fn(&Path),
    #[case] leaves_a_file: bool,
) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    place_call(&open(&path, NOW, STEPS).expect("new").store, "c1");
    harm(&path);

    let opened = open(&path, NOW + 1, STEPS).expect("a new one");

    let lost = opened.lost.clone().expect("reported");
    assert_eq!(lost.set_aside.is_some(), leaves_a_file);
    assert!(lost.set_aside.is_none_or(|moved| moved.exists()));
    assert_eq!(calls(&opened.store), 0);
    drop(opened);
    // It outlives the program until somebody acknowledges it.
    let again = open(&path, NOW + 2, STEPS).expect("sound");
    assert_eq!(again.lost, None);
    assert_eq!(loss(&again.store).map(|loss| loss.at), Some(NOW + 1));
    let acknowledged = again
        .store
        .write_blocking(|tx| tx.settings().acknowledge_loss());
    acknowledged.expect("written");
    drop(again);
    let at_last = open(&path, NOW + 3, STEPS).expect("sound");
    assert_eq!((at_last.lost, loss(&at_last.store)), (None, None));
}

fn without_tables(path: &Path) {
    fs::remove_file(path).expect("gone");
    Connection::open(path)
        .and_then(|db| db.execute_batch("PRAGMA journal_mode = WAL; VACUUM;"))
        .expect("a database with nothing in it");
    assert!(fs::metadata(path).expect("a file").len() > 0);
}

/// The log that SQLite kept beside it may be all that is left of its calls.
#[test]
fn promise_11_the_log_of_an_emptied_database_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    let store = open(&path, NOW, STEPS).expect("new").store;
    place_call(&store, "c1");
    let kept = fs::read(beside(&path, "-wal")).expect("a log");
    drop(store);
    fs::write(&path, "").expect("cut");
    fs::write(beside(&path, "-wal"), &kept).expect("left");

    let opened = open(&path, NOW + 1, STEPS).expect("a new one");

    let left = fs::read(beside(&moved(&opened), "-wal")).expect("kept");
    assert_eq!(left, kept);
}

/// Killed after the lost one was moved, and before the new one had its name.
#[test]
fn promise_11_a_loss_outlives_a_program_that_was_killed_over_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    fs::write(beside(&path, &format!(".damaged-{NOW}")), "rubbish").expect("written");
    fs::write(beside(&path, ".new"), "half").expect("written");

    let opened = open(&path, NOW + 1, STEPS).expect("a new one");

    assert!(opened.lost.is_some() && loss(&opened.store).is_some());
    assert!(!beside(&path, ".new").exists());
}

/// Recordings of an older version are all there afterwards, counted, and with their countdown.
#[test]
fn promise_11_recordings_come_through_the_widening_of_their_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    old_file(&path, 9, 3);
    Connection::open(&path)
        .and_then(|db| {
            db.execute_batch(
                "INSERT INTO recordings (call, state, bytes, file, sha256, kept_until, updated_at)
                 VALUES ('c000', 'saved', 70, 'c000.wav', 'ab', 1766600000000, 1764000000000);
                 INSERT INTO recordings (call, state, tries, next_try_at, reason, kept_until, updated_at)
                 VALUES ('c001', 'waiting', 3, 5, 'platform_busy: HTTP 503', 1766600000000, 1)",
            )
        })
        .expect("recordings");

    let store = open(&path, NOW + 1, STEPS).expect("opens").store;

    store
        .read_blocking(|db| {
            let saved = db.recordings().get(&CallId("c000".into()))?.expect("a row");
            assert_eq!(saved.file.as_deref(), Some("c000.wav"));
            assert_eq!(
                (saved.detail.bytes, saved.detail.heard_at),
                (Some(70), None)
            );
            let waiting = db.recordings().get(&CallId("c001".into()))?.expect("a row");
            assert_eq!((waiting.tries, waiting.detail.next_try_at), (3, Some(5)));
            let row = db.calls().get(&CallId("c001".into()))?.expect("a call");
            assert_eq!(row.recording_leaves_at, Some(1_766_600_000_000));
            assert_eq!(row.recording, bohao_wire::RecordingState::Waiting);
            let tallies = db.custody().tallies()?;
            let told: Vec<_> = tallies
                .iter()
                .map(|tally| (tally.reason.as_str(), tally.recordings, tally.bytes))
                .collect();
            assert_eq!(told, [("", 1, 70), ("platform_busy", 1, 0)]);
            Ok(())
        })
        .expect("read");
}

/// A log that was written before anything was summed is summed when it is opened.
#[test]
fn an_older_log_is_summed_when_it_is_upgraded() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    old_file(&path, 8, 3);
    Connection::open(&path)
        .and_then(|db| {
            db.execute(
                "UPDATE calls SET at = at - 86400000 WHERE call = 'c000'",
                [],
            )
        })
        .expect("an older call");

    let store = open(&path, NOW + 1, STEPS).expect("opens").store;

    let summed: i64 = Connection::open(&path)
        .and_then(|db| {
            db.query_row(
                "SELECT sum(dialled) FROM sums WHERE span = 'day' AND part = 'all'",
                [],
                |row| row.get(0),
            )
        })
        .expect("a sum");
    assert_eq!(summed, 1, "the newest day is counted from its rows");
    let day = 86_400_000;
    let totals = store
        .read_blocking(|db| db.sums().between(NOW - NOW % day - 2 * day, NOW + day))
        .expect("read");
    assert_eq!((totals.all.dialled, totals.days.len()), (3, 2));
}

/// What was wished for before times had a clock of their own still stands, and is told of when it is due.
#[test]
fn promise_11_follow_ups_come_through_the_widening_of_their_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bohao.db");
    old_file(&path, 20, 1);
    Connection::open(&path)
        .and_then(|db| {
            db.execute_batch(
                "INSERT INTO follow_ups (number, call, kind, due_at, why, made_at, changed_at)
                 VALUES ('13922104471', 'c000', 'follow_up', 1764000000009, '报价', 1, 1);",
            )
        })
        .expect("a wish");

    let store = open(&path, NOW + 1, STEPS).expect("opens").store;

    store
        .write_blocking(|tx| {
            let wish = tx.follow_ups().of_call(&CallId("c000".into()))?;
            let wish = wish.expect("it stands");
            assert_eq!((wish.why.as_str(), wish.meant), ("报价", None));
            assert_eq!(tx.follow_ups().tell_due(1_764_000_000_009, 9)?.len(), 1);
            Ok(())
        })
        .expect("read");
}
