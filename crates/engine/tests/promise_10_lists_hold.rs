//! Promise 10 for lists: a number that any list says is not to be called is not dialled, whether the
//! list told the number or nothing but its hash.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't go on says so by a panic"
)]

mod support;

use bohao_engine::{Desk, Overwrite};
use bohao_wire::{
    BarNumber, DoNotCallImported, DoNotCallPreview, DoNotCallQuery, DoNotCallReading,
    ExportDoNotCall, ExportedDoNotCall, FaultCode, GuardEvent, GuardLogQuery, GuardRule, Hashes,
    Headings, ImportDoNotCall, LiftDoNotCall, ListedAs, LookUpNumber, Mutations, Placed,
    PreviewDoNotCall, Queries, RehearseDoNotCall, RowFlaw, SheetFormat, StagedId,
};
use rstest::rstest;
use std::path::{Path, PathBuf};
use support::{CUSTOMER, OWN, around, dial, log, open_guard, platform};

const OTHER: &str = "13922105583";
const LANDLINE: &str = "01058887766";
/// Numbers as people write them, some of them twice, and rows that are none.
const SHEET: &str = "姓名,手机号,备注\n\
    陈立,+86 139-2210-4471,法务转来\n\
    周敏,０１３９２２１０５５８３,\n\
    前台,010-58887766,\n\
    重复,13922104471,\n\
    无,138****6620,\n\
    无,1.39E+10,\n\
    无,,\n\
    无,王经理,\n";

fn stage(desk: &Desk, path: &Path) -> StagedId {
    desk.imports().stage(path).unwrap().file
}

fn write(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn told(key: Option<&str>) -> DoNotCallReading {
    DoNotCallReading {
        key: key.map(str::to_owned),
        ..DoNotCallReading::default()
    }
}

async fn look(desk: &Desk, path: &Path, key: Option<&str>) -> DoNotCallPreview {
    let file = stage(desk, path);
    let reading = told(key);
    desk.preview_do_not_call(PreviewDoNotCall { file, reading })
        .await
        .unwrap()
}

async fn take(desk: &Desk, path: &Path, key: Option<&str>) -> DoNotCallImported {
    let request = ImportDoNotCall {
        file: stage(desk, path),
        reading: told(key),
        reason: "总部名单".to_owned(),
    };
    desk.import_do_not_call(request).await.unwrap()
}

async fn hand_out(
    desk: &Desk,
    path: &Path,
    format: SheetFormat,
    numbers: ListedAs,
) -> ExportedDoNotCall {
    let request = ExportDoNotCall {
        job: "list".to_owned(),
        format,
        numbers,
        headings: Headings::Zh,
    };
    desk.export_do_not_call(request, path, Overwrite::Refuse)
        .await
        .unwrap()
}

async fn bar(desk: &Desk, number: &str) {
    desk.bar_number(BarNumber {
        number: number.to_owned(),
        reason: "来电要求".to_owned(),
    })
    .await
    .unwrap();
}

async fn is_barred(desk: &Desk, number: &str) -> bool {
    match dial(desk, number).await {
        Placed::Blocked { block, .. } => block.rule == GuardRule::DoNotCall,
        _ => false,
    }
}

fn counts(done: &DoNotCallImported) -> [u32; 4] {
    [done.rows, done.new, done.known, done.invalid]
}

#[tokio::test]
async fn promise_10_a_number_of_a_sheet_is_dialled_in_no_spelling() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let path = write(dir.path(), "勿扰 13922104471.csv", SHEET);

    let file = stage(&desk, &path);
    let reading = DoNotCallReading::default();
    let rehearsed = desk
        .rehearse_do_not_call(RehearseDoNotCall { file, reading })
        .await
        .unwrap();
    assert_eq!(counts(&rehearsed), [8, 3, 1, 4]);
    let flaws: Vec<_> = rehearsed
        .rejected
        .iter()
        .map(|row| (row.row, row.flaw))
        .collect();
    let expected = [
        (6, RowFlaw::HiddenNumber),
        (7, RowFlaw::Rounded),
        (8, RowFlaw::NoNumber),
        (9, RowFlaw::BadNumber),
    ];
    assert_eq!(flaws, expected);
    let count = desk.do_not_call(DoNotCallQuery {}).await.unwrap();
    assert_eq!(count.numbers, 0, "a rehearsal writes nothing");

    assert_eq!(take(&desk, &path, None).await, rehearsed);
    for number in [
        CUSTOMER,
        "0086 139 2210 4471",
        "tel:+8613922104471",
        OTHER,
        "１３９２２１０５５８３",
        LANDLINE,
        "(010) 5888-7766",
    ] {
        assert!(is_barred(&desk, number).await, "{number}");
    }
    assert_eq!(log(&desk).await.len(), 0, "nothing was dialled");
    assert_eq!(platform.rings(OWN, CUSTOMER), 0);
    // The row's own reason, and that of the whole sheet where it has none.
    for (number, reason) in [(CUSTOMER, "法务转来"), (OTHER, "总部名单")] {
        let text = number.to_owned();
        let card = desk.look_up_number(LookUpNumber { text }).await.unwrap();
        assert_eq!(card.do_not_call.unwrap().reason, reason);
    }
    assert_eq!(counts(&take(&desk, &path, None).await), [8, 0, 4, 4]);

    let kept = desk.guard_log(GuardLogQuery::default()).await.unwrap();
    let sheets: Vec<_> = kept
        .entries
        .iter()
        .filter(|entry| matches!(entry.what, GuardEvent::BarredMany { .. }))
        .collect();
    let [entry] = sheets[..] else {
        panic!("{sheets:?}");
    };
    let what = GuardEvent::BarredMany {
        count: 3,
        sheet: "勿扰 139****4471.csv".to_owned(),
    };
    assert_eq!((&entry.what, &*entry.reason), (&what, "总部名单"));
    assert_eq!(kept.broken_at, None);
}

#[tokio::test]
async fn promise_10_a_sheet_without_a_reason_is_not_taken() {
    let (platform, dir) = (platform().await, tempfile::tempdir().unwrap());
    let desk = open_guard(around(dir.path(), &platform.url())).await;
    let path = write(dir.path(), "list.csv", SHEET);
    let request = ImportDoNotCall {
        file: stage(&desk, &path),
        reading: DoNotCallReading::default(),
        reason: "  ".to_owned(),
    };
    let refused = desk.import_do_not_call(request).await.unwrap_err();
    assert_eq!(refused.code, FaultCode::BadInput);
    assert!(!is_barred(&desk, CUSTOMER).await);
}

#[rstest]
#[case(SheetFormat::Csv, "list.csv")]
#[case(SheetFormat::Xlsx, "list.xlsx")]
#[tokio::test]
async fn promise_10_a_list_that_one_desk_hands_out_holds_at_another(
    #[case] format: SheetFormat,
    #[case] name: &str,
) {
    let (platform, here, there) = (
        platform().await,
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let first = open_guard(around(here.path(), &platform.url())).await;
    bar(&first, CUSTOMER).await;
    bar(&first, LANDLINE).await;
    let path = here.path().join(name);
    let exported = hand_out(&first, &path, format, ListedAs::Plain).await;
    assert_eq!((exported.key, exported.left_out), (None, 0));

    let second = open_guard(around(there.path(), &platform.url())).await;
    assert_eq!(counts(&take(&second, &path, None).await), [2, 2, 0, 0]);
    assert!(is_barred(&second, CUSTOMER).await && is_barred(&second, LANDLINE).await);
    assert!(!is_barred(&second, OTHER).await);
}

#[tokio::test]
async fn promise_10_a_keyed_list_tells_no_number_and_holds() {
    let (platform, here, there) = (
        platform().await,
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let first = open_guard(around(here.path(), &platform.url())).await;
    bar(&first, CUSTOMER).await;
    let path = here.path().join("keyed.csv");
    let key = hand_out(&first, &path, SheetFormat::Csv, ListedAs::Keyed)
        .await
        .key
        .unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let letters = key.replace('-', "");
    assert!(
        !text.contains(CUSTOMER) && !text.contains(&letters),
        "{text}"
    );

    let second = open_guard(around(there.path(), &platform.url())).await;
    assert_eq!(look(&second, &path, None).await.hashes, Hashes::KeyWanted);
    let wrong = "0123-4567-89ab-cdef-0123-4567-89ab-cdef";
    for wrong in [wrong, "no key"] {
        let seen = look(&second, &path, Some(wrong)).await;
        assert_eq!((seen.hashes, seen.usable), (Hashes::WrongKey, false));
    }
    assert_eq!(
        counts(&take(&second, &path, Some(&key)).await),
        [1, 1, 0, 0]
    );
    let count = second.do_not_call(DoNotCallQuery {}).await.unwrap();
    assert_eq!((count.numbers, count.hashes), (0, 1));
    for number in [CUSTOMER, "+86 139 2210 4471"] {
        assert!(is_barred(&second, number).await, "{number}");
    }
    assert!(!is_barred(&second, OTHER).await);
    assert_eq!(platform.rings(OWN, CUSTOMER), 0);

    // The next list of the same desk needs no key again, and what it adds counts alone.
    bar(&first, OTHER).await;
    let next = here.path().join("next.csv");
    hand_out(&first, &next, SheetFormat::Csv, ListedAs::Keyed).await;
    assert_eq!(look(&second, &next, None).await.hashes, Hashes::Readable);
    let mistyped = look(&second, &next, Some(wrong)).await;
    assert_eq!(
        (mistyped.hashes, mistyped.usable),
        (Hashes::WrongKey, false)
    );
    assert_eq!(
        look(&second, &next, Some(&key)).await.hashes,
        Hashes::Readable
    );
    assert_eq!(counts(&take(&second, &next, None).await), [2, 1, 1, 0]);
    assert!(is_barred(&second, OTHER).await);

    // What is known by its hash alone can't be handed on as a number.
    let again = there.path().join("again.csv");
    let exported = hand_out(&second, &again, SheetFormat::Csv, ListedAs::Plain).await;
    assert_eq!(exported.left_out, 2);
}

#[tokio::test]
async fn promise_10_a_salted_list_needs_no_key_and_a_lift_frees_one_number_alone() {
    let (platform, here, there) = (
        platform().await,
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let first = open_guard(around(here.path(), &platform.url())).await;
    bar(&first, CUSTOMER).await;
    bar(&first, OTHER).await;
    let path = here.path().join("salted.xlsx");
    let exported = hand_out(&first, &path, SheetFormat::Xlsx, ListedAs::Salted).await;
    assert_eq!(exported.key, None);

    let second = open_guard(around(there.path(), &platform.url())).await;
    assert_eq!(counts(&take(&second, &path, None).await), [2, 2, 0, 0]);
    // It stands there in digits as well by now, and is freed from both.
    bar(&second, CUSTOMER).await;
    second
        .lift_do_not_call(LiftDoNotCall {
            number: CUSTOMER.to_owned(),
            reason: "客户来电要求恢复联系".to_owned(),
        })
        .await
        .unwrap();
    assert!(!is_barred(&second, CUSTOMER).await);
    assert!(is_barred(&second, OTHER).await);
    assert_eq!(platform.rings(OWN, OTHER), 0);
}
