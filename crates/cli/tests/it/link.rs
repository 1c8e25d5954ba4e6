//! `link`: what a link would do, told without any data and without doing it.

use crate::stand::{bare, said};
use rstest::rstest;
use serde_json::json;

#[test]
fn a_link_is_told_in_full_and_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("desk");
    let link =
        "bohao://dial?number=+86-21-5555-3300;ext=802&name=%E9%99%88%E7%AB%8B&note=%E7%BB%AD";
    let said = said(
        bare()
            .args(["link", link, "--json", "--data-dir"])
            .arg(&place),
    );
    assert_eq!(said.exit, 0);
    assert_eq!(
        said.json(),
        json!({"asks": "dial", "number": "02155553300", "flaw": null, "name": "陈立", "note": "续",
            "extension": "802"})
    );
    assert!(!place.exists());
}

#[rstest]
#[case("tel:*%2306%23", "special")]
#[case("tel:13922104471,13800006620", "several")]
#[case("bohao://erase", "unknown")]
#[case("https://example.com", "foreign")]
fn a_link_that_is_refused_is_bad_input_in_both_languages(#[case] link: &str, #[case] code: &str) {
    let messages = ["zh", "en"].map(|language| {
        let said = said(bare().args(["--json", "--lang", language, "link", link]));
        assert_eq!(said.exit, 2);
        assert_eq!(said.json()["code"], code);
        said.json()["message"].as_str().unwrap().to_owned()
    });
    assert_ne!(messages[0], messages[1]);
    assert!(messages.iter().all(|it| !it.is_empty()));
}

#[test]
fn a_person_is_told_what_would_be_filled_in() {
    let said = said(bare().args(["--lang", "en", "link", "tel:5555-3300"]));
    assert_eq!(said.exit, 0);
    assert!(said.stdout.contains("5555-3300"), "{}", said.stdout);
    assert!(said.stdout.contains("area code"), "{}", said.stdout);
}
