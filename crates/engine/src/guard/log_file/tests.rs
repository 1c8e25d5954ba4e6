use super::*;
use crate::guard::log;
use bohao_wire::{Block, GuardRule};
use proptest::prelude::*;
use rstest::rstest;
use std::sync::LazyLock;

/// A desk's log with refusals, bans and reasons that a table has to quote.
fn store(dir: &Path) -> Store {
    let store = Store::open(dir.join("bohao.db"), 1).expect("new").store;
    let block = Block {
        rule: GuardRule::Hours,
        count: 0,
        limit: 0,
        frees_at: Some(9),
        call: None,
        why: None,
    };
    store
        .write_blocking(|tx| {
            log::refused(tx, 1_795_414_020_000, "13922104471", &block)?;
            log::barred(
                tx,
                1_795_414_021_000,
                "13922104471",
                "客户说：\"别再打\", 谢谢",
            )?;
            log::lifted(tx, 1_795_414_022_000, "13922104471", "=1+1\r\n来电恢复")?;
            log::barred_many(tx, 1_795_414_023_000, 7, "黑名单 13922104471.csv", "法务")
        })
        .expect("written");
    store
}

fn written(form: GuardLogForm) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("log");
    let out = File::create(&path).expect("a file");
    let entries = write(&store(dir.path()), form, 1_795_414_030_000, out).expect("written");
    assert_eq!(entries, 4);
    (dir, path)
}

#[rstest]
#[case(GuardLogForm::JsonLines)]
#[case(GuardLogForm::Csv)]
fn a_file_is_whole_as_it_was_written_and_holds_no_number(#[case] form: GuardLogForm) {
    let (_dir, path) = written(form);
    let found = check(&path).expect("it can be read");
    assert!(found.whole, "{found:?}");
    assert_eq!((found.entries, found.cut_off), (4, false));
    let text = std::fs::read_to_string(&path).expect("text");
    assert!(!text.contains("13922104471"), "{text}");
    assert!(text.contains(&found.head.expect("a digest")));
}

#[rstest]
#[case::a_reason("别再打", "再打", Some(2), false)]
#[case::a_time("1795414021000", "1795414021001", Some(2), false)]
#[case::a_kind("lifted", "barred", Some(3), false)]
fn the_entry_that_was_changed_is_named(
    #[case] from: &str,
    #[case] to: &str,
    #[case] broken_at: Option<i64>,
    #[case] cut_off: bool,
) {
    let (_dir, path) = written(GuardLogForm::JsonLines);
    let text = std::fs::read_to_string(&path).expect("text");
    std::fs::write(&path, text.replacen(from, to, 1)).expect("tampered with");
    let found = check(&path).expect("it can be read");
    assert_eq!((found.broken_at, found.cut_off), (broken_at, cut_off));
    assert!(!found.whole);
}

#[rstest]
#[case::the_end(4, None, true)]
#[case::the_last_entry(3, None, true)]
#[case::one_in_between(1, Some(3), true)]
fn a_line_that_was_dropped_is_missed(
    #[case] dropped: usize,
    #[case] broken_at: Option<i64>,
    #[case] cut_off: bool,
) {
    for form in [GuardLogForm::JsonLines, GuardLogForm::Csv] {
        let (_dir, path) = written(form);
        let text = std::fs::read_to_string(&path).expect("text");
        // A reason of two lines is one row of the table.
        let rows: Vec<&str> = match form {
            GuardLogForm::JsonLines => text.split_inclusive('\n').collect(),
            GuardLogForm::Csv => text.split_inclusive("\"\r\n").collect(),
        };
        let rows: Vec<&str> = match form {
            GuardLogForm::JsonLines => rows,
            // The header ends without a quotation mark, and stands in the first piece.
            GuardLogForm::Csv => {
                let (header, first) = rows[0].split_at(rows[0].find("\r\n").expect("a header") + 2);
                [header, first]
                    .into_iter()
                    .chain(rows[1..].iter().copied())
                    .collect()
            }
        };
        let skip = usize::from(form == GuardLogForm::Csv) + dropped;
        let left: String = rows
            .iter()
            .enumerate()
            .filter(|(place, _)| *place != skip)
            .map(|(_, row)| *row)
            .collect();
        std::fs::write(&path, left).expect("tampered with");
        let found = check(&path).expect("it can be read");
        assert_eq!(
            (found.broken_at, found.cut_off),
            (broken_at, cut_off),
            "{form:?}"
        );
        assert!(!found.whole);
    }
}

#[test]
fn what_is_no_such_file_is_told_by_its_line() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("letter.txt");
    std::fs::write(&path, "Dear customer,\n").expect("written");
    let found = check(&path).expect("it can be read");
    assert_eq!((found.unreadable_line, found.whole), (Some(1), false));
    let missing = check(&dir.path().join("none")).expect_err("nothing there");
    assert_eq!(missing.code, FaultCode::NotFound);
}

/// One file for every change: it is read over and over, and its database takes a while to make.
static WRITTEN: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (_dir, path) = written(GuardLogForm::JsonLines);
    std::fs::read(path).expect("bytes")
});

proptest! {
    /// Whatever sign of an entry is changed, the file is not taken for whole.
    #[test]
    fn no_change_of_any_sign_goes_unseen(place in 0usize..2_000, to in "[0-9a-z]") {
        let to = to.as_bytes()[0];
        let mut bytes = WRITTEN.clone();
        // The last line tells when the file was written, which nothing vouches for.
        let end = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').expect("lines");
        let place = place % end;
        prop_assume!(bytes[place] != to && bytes[place].is_ascii_alphanumeric());
        bytes[place] = to;
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("log");
        std::fs::write(&path, &bytes).expect("tampered with");
        prop_assert!(!check(&path).expect("it can be read").whole);
    }
}
