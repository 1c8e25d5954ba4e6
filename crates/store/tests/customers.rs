//! Customers as their users meet them: found by number, united, split, searched, forgotten.

use bohao_store::{CustomerChange, NewAttempt, Store, Tx};
use bohao_wire::{
    CallId, CallsQuery, Consent, Customer, CustomerField, CustomerId, CustomersQuery,
};
use rstest::rstest;

const NOW: i64 = 1_764_000_000_000;
const CHEN: &str = "13922104471";
const DESK: &str = "02155553300";

fn open() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let opened = Store::open(folder.path().join("bohao.db"), NOW).expect("a new database");
    (folder, opened.store)
}

fn field(name: &str, text: &str) -> CustomerField {
    CustomerField {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

fn dial(tx: &Tx<'_>, call: &str, number: &str, at: i64) {
    let attempt = NewAttempt {
        call: CallId(call.to_owned()),
        tel_a: "13800006620".to_owned(),
        tel_b: number.to_owned(),
        at,
        ticket: None,
    };
    assert!(tx.calls().insert_attempt(&attempt).expect("written"));
}

fn person(tx: &Tx<'_>, name: &str, company: &str, number: &str) -> CustomerId {
    let met = tx.customers().meet(number, name, company, &[], NOW);
    met.expect("written").expect("somebody").customer
}

fn changed(tx: &Tx<'_>, id: CustomerId, change: CustomerChange) {
    assert!(tx.customers().change(id, &change, NOW).expect("written"));
}

fn get(tx: &Tx<'_>, id: CustomerId) -> Customer {
    tx.customers().get(id).expect("read").expect("there")
}

fn called(store: &Store, search: &str) -> Vec<String> {
    let query = CallsQuery {
        search: search.to_owned(),
        ..CallsQuery::default()
    };
    let page = store.read_blocking(|db| db.calls().page(&query));
    let rows = page.expect("read").rows;
    rows.into_iter().map(|row| row.call.0).collect()
}

fn listed(store: &Store, search: &str) -> Vec<String> {
    let query = CustomersQuery {
        search: search.to_owned(),
        ..CustomersQuery::default()
    };
    let page = store.read_blocking(|db| db.customers().page(&query));
    let rows = page.expect("read").rows;
    rows.into_iter().map(|row| row.name).collect()
}

#[test]
fn a_number_is_known_by_its_customer_and_no_call_needs_one() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            dial(tx, "c1", CHEN, NOW);
            dial(tx, "c2", "13700000000", NOW + 1);
            let id = person(tx, "陈立", "远航物流", CHEN);
            assert_eq!(tx.customers().of_number(CHEN)?, Some(id));
            Ok(())
        })
        .expect("written");
    let page = store.read_blocking(|db| db.calls().page(&CallsQuery::default()));
    let names: Vec<Option<String>> = page
        .expect("read")
        .rows
        .into_iter()
        .map(|row| {
            row.customer
                .map(|one| format!("{} · {}", one.name, one.company))
        })
        .collect();
    assert_eq!(names, [None, Some("陈立 · 远航物流".to_owned())]);
}

#[test]
fn what_a_sheet_says_fills_in_and_never_overwrites_what_the_user_wrote() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let customers = tx.customers();
            let told = [field("城市", "上海"), field("", "x"), field("空", " ")];
            let met = customers
                .meet(CHEN, "陈立", "", &told, NOW)?
                .expect("somebody");
            assert!(met.new);
            assert_eq!(get(tx, met.customer).fields, [field("城市", "上海")]);

            // The same sheet again, and one that knows more and otherwise.
            let again = customers
                .meet(CHEN, "陈立", "", &told, NOW)?
                .expect("known");
            assert!(!again.new && !again.learnt);
            let more = [field("城市", "杭州"), field("车型", "冷链")];
            let met = customers.meet(CHEN, "陈经理", "远航物流", &more, NOW)?;
            assert!(met.expect("known").learnt);
            let row = get(tx, again.customer);
            assert_eq!(
                (row.name.as_str(), row.company.as_str()),
                ("陈立", "远航物流")
            );
            assert_eq!(row.fields, [field("城市", "上海"), field("车型", "冷链")]);

            // What the user emptied by hand stays empty.
            let change = CustomerChange {
                company: Some(String::new()),
                fields: Some(Vec::new()),
                ..CustomerChange::default()
            };
            changed(tx, again.customer, change);
            let met = customers.meet(CHEN, "陈立", "远航物流", &more, NOW)?;
            assert!(!met.expect("known").learnt);
            let row = get(tx, again.customer);
            assert_eq!((row.company.as_str(), row.fields.len()), ("", 0));

            assert_eq!(customers.meet(DESK, " ", "", &[], NOW)?, None);
            assert_eq!(customers.of_number(DESK)?, None);
            Ok(())
        })
        .expect("written");
}

#[test]
fn two_that_are_one_are_united_and_split_again_as_they_were() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let customers = tx.customers();
            dial(tx, "c1", CHEN, NOW);
            dial(tx, "c2", DESK, NOW + 1);
            let one = person(tx, "陈经理", "", DESK);
            let other = person(tx, "陈立", "", CHEN);
            let consent = Consent {
                source: "展会".to_owned(),
                at: Some(NOW),
            };
            changed(
                tx,
                one,
                CustomerChange {
                    company: Some("远航物流".to_owned()),
                    tags: Some(vec!["冷链".to_owned(), "老客户".to_owned()]),
                    note: Some("前台转".to_owned()),
                    consent: Some(Some(consent.clone())),
                    fields: Some(vec![field("城市", "上海")]),
                    ..CustomerChange::default()
                },
            );
            changed(
                tx,
                other,
                CustomerChange {
                    tags: Some(vec!["老客户".to_owned()]),
                    note: Some("周四回电".to_owned()),
                    fields: Some(vec![field("城市", "杭州")]),
                    ..CustomerChange::default()
                },
            );
            let (one_before, other_before) = (get(tx, one), get(tx, other));

            assert!(customers.merge(one, other, NOW + 5)?);
            let both = get(tx, other);
            assert_eq!(
                (both.name.as_str(), both.company.as_str()),
                ("陈立", "远航物流")
            );
            assert_eq!(both.tags, ["老客户", "冷链"]);
            assert_eq!(both.note, "周四回电\n前台转");
            assert_eq!(both.consent, Some(consent));
            assert_eq!(both.fields, [field("城市", "杭州"), field("城市", "上海")]);
            assert_eq!(both.numbers.len(), 2);
            assert_eq!(both.merged[0].numbers, [DESK]);
            // Whoever asks for the one finds the other, and its history is that of both numbers.
            assert_eq!(get(tx, one).customer, other);
            let history = CallsQuery {
                customer: Some(other),
                ..CallsQuery::default()
            };
            assert_eq!(tx.calls().total(&history)?, 2);
            assert!(
                !customers.merge(one, other, NOW)?,
                "it is none of its own any more"
            );
            assert!(!customers.merge(other, other, NOW)?);

            assert_eq!(customers.split(one, NOW + 9)?, Some(other));
            assert_eq!(get(tx, one), one_before);
            assert_eq!(get(tx, other), other_before);
            assert_eq!(customers.split(one, NOW)?, None);
            Ok(())
        })
        .expect("written");
}

#[test]
fn what_was_written_since_a_merge_outlives_the_split() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let one = person(tx, "陈经理", "远航物流", DESK);
            let other = person(tx, "陈立", "", CHEN);
            tx.customers().merge(one, other, NOW)?;
            let change = CustomerChange {
                company: Some("远航冷链".to_owned()),
                note: Some("合并之后写的".to_owned()),
                tags: Some(vec!["新".to_owned()]),
                ..CustomerChange::default()
            };
            changed(tx, other, change);
            tx.customers().give_number(other, "13700000000", NOW + 1)?;
            tx.customers().split(one, NOW)?;
            let row = get(tx, other);
            assert_eq!(
                (row.company.as_str(), row.note.as_str()),
                ("远航冷链", "合并之后写的")
            );
            assert_eq!(row.tags, ["新"]);
            assert_eq!(row.numbers, [CHEN, "13700000000"]);
            assert_eq!(get(tx, one).company, "远航物流");
            Ok(())
        })
        .expect("written");
}

#[test]
fn of_three_that_were_one_each_goes_its_own_way_again() {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let customers = tx.customers();
            let [a, b, c] = [("甲", CHEN), ("乙", DESK), ("丙", "13700000000")]
                .map(|(name, number)| person(tx, name, "", number));
            let before = [a, b, c].map(|id| get(tx, id));
            customers.merge(a, b, NOW)?;
            customers.merge(b, c, NOW)?;
            assert_eq!(get(tx, a).customer, c);
            assert_eq!(get(tx, c).numbers.len(), 3);
            assert_eq!(
                customers.split(a, NOW)?,
                None,
                "it is part of one that is part of another"
            );
            assert_eq!(customers.split(b, NOW)?, Some(c));
            assert_eq!(customers.split(a, NOW)?, Some(b));
            assert_eq!([a, b, c].map(|id| get(tx, id)), before);
            Ok(())
        })
        .expect("written");
}

#[rstest]
#[case::company("远航", &["c1"])]
#[case::part_of_the_company("航物", &["c1"])]
#[case::initials("yhwl", &["c1"])]
#[case::pinyin("yuanhang", &["c1"])]
#[case::name_by_pinyin("chenli", &["c1"])]
#[case::name_and_number("陈立 4471", &["c1"])]
#[case::not_across_name_and_company("liyuanhang", &[])]
#[case::somebody_else("陈力", &[])]
fn calls_are_found_by_the_names_of_their_customer(#[case] search: &str, #[case] found: &[&str]) {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            dial(tx, "c1", CHEN, NOW);
            dial(tx, "c2", DESK, NOW + 1);
            person(tx, "陈立", "远航物流", CHEN);
            Ok(())
        })
        .expect("written");
    assert_eq!(called(&store, search), found);
}

#[test]
fn a_new_name_finds_the_calls_and_the_old_one_no_longer_does() {
    let (_folder, store) = open();
    let id = store.write_blocking(|tx| {
        dial(tx, "c1", CHEN, NOW);
        Ok(person(tx, "陈立", "远航物流", CHEN))
    });
    let id = id.expect("written");
    let rename = |company: &str| {
        let change = CustomerChange {
            company: Some(company.to_owned()),
            ..CustomerChange::default()
        };
        store
            .write_blocking(|tx| tx.customers().change(id, &change, NOW))
            .expect("written");
    };
    rename("顺达贸易");
    assert_eq!(called(&store, "sdmy"), ["c1"]);
    assert!(called(&store, "yhwl").is_empty());
    rename("远航物流");
    assert_eq!(called(&store, "yhwl"), ["c1"]);
    store
        .write_blocking(|tx| tx.customers().forget(id))
        .expect("written");
    assert!(called(&store, "yhwl").is_empty());
}

#[test]
fn a_name_of_many_calls_is_taken_in_bit_by_bit_and_found_meanwhile() {
    let (_folder, store) = open();
    let many = 1_200;
    store
        .write_blocking(|tx| {
            for number in 0..many {
                dial(tx, &format!("c{number}"), CHEN, NOW + number);
            }
            Ok(())
        })
        .expect("written");
    store
        .write_blocking(|tx| {
            person(tx, "陈立", "", CHEN);
            Ok(())
        })
        .expect("written");
    let total = || {
        let query = CallsQuery {
            search: "陈立".to_owned(),
            limit: 1000,
            ..CallsQuery::default()
        };
        let page = store
            .read_blocking(|db| db.calls().page(&query))
            .expect("read");
        (page.total, page.more)
    };
    let renaming = || {
        store
            .read_blocking(|db| db.search().is_renaming())
            .expect("read")
    };
    assert!(renaming(), "one transaction does not take them all");
    assert_eq!(total(), (1_000, true));
    let mut rounds = 0;
    while renaming() {
        store.write_blocking(|_| Ok(())).expect("written");
        rounds += 1;
    }
    assert_eq!(rounds, 2);
    assert_eq!(total(), (1_200, false));
}

#[rstest]
#[case::all("", &["万家便利", "陈立"])]
#[case::name("陈立", &["陈立"])]
#[case::company_by_initials("yhwl", &["陈立"])]
#[case::part_of_a_number("2104", &["陈立"])]
#[case::tag("冷链", &["陈立"])]
#[case::tag_by_pinyin("lenglian", &["陈立"])]
#[case::both("冷链 4471", &["陈立"])]
#[case::nothing("李静", &[])]
fn customers_are_found_by_all_that_is_known_of_them(#[case] search: &str, #[case] found: &[&str]) {
    let (_folder, store) = open();
    store
        .write_blocking(|tx| {
            let chen = person(tx, "陈立", "远航物流", CHEN);
            let change = CustomerChange {
                tags: Some(vec!["冷链".to_owned()]),
                ..CustomerChange::default()
            };
            changed(tx, chen, change);
            person(tx, "万家便利", "", DESK);
            Ok(())
        })
        .expect("written");
    assert_eq!(listed(&store, search), found);
}

#[test]
fn an_erased_number_leaves_nothing_of_whoever_had_no_other() {
    let (folder, store) = open();
    store
        .write_blocking(|tx| {
            let one = person(tx, "陈经理", "远航物流", DESK);
            let other = person(tx, "陈立", "", CHEN);
            tx.customers().merge(one, other, NOW)?;
            assert!(tx.customers().forget_number(DESK)?);
            assert_eq!(get(tx, other).numbers, [CHEN]);
            assert!(
                get(tx, other).merged[0].numbers.is_empty(),
                "no split brings it back"
            );
            assert!(tx.customers().forget_number(CHEN)?);
            assert_eq!(tx.customers().get(other)?, None);
            assert_eq!(tx.customers().get(one)?, None);
            assert!(!tx.customers().forget_number(CHEN)?);
            Ok(())
        })
        .expect("written");
    let database = rusqlite::Connection::open(folder.path().join("bohao.db")).expect("opens");
    for table in [
        "customers",
        "customer_numbers",
        "customer_tags",
        "customer_search_docsize",
    ] {
        let count: i64 = database
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .expect("counted");
        assert_eq!(count, 0, "{table}");
    }
}
