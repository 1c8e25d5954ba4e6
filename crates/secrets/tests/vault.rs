//! What a vault promises whoever keeps the secrets.

use bohao_secrets::{Custody, Origin, Slot, Stored, Vault, VaultError};
use rstest::rstest;
use secrecy::{ExposeSecret, SecretString};

fn value(vault: &Vault, slot: Slot) -> Option<String> {
    let secret = vault.get(slot).expect("memory reads");
    secret.map(|secret| secret.expose_secret().to_owned())
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[test]
fn clones_share_what_is_set_and_forgotten() {
    let vault = Vault::in_memory();
    let other = vault.clone();
    assert_eq!(vault.custody(), Custody::Memory);

    vault.set(Slot::AppKey, secret("AK123")).expect("is stored");
    assert_eq!(value(&other, Slot::AppKey).as_deref(), Some("AK123"));
    assert_eq!(value(&other, Slot::AppSecret), None);
    assert_eq!(other.origin(Slot::AppKey).expect("reads"), Origin::Session);

    other.forget(Slot::AppKey).expect("is forgotten");
    other
        .forget(Slot::AppKey)
        .expect("forgetting twice is fine");
    assert_eq!(value(&vault, Slot::AppKey), None);
    assert_eq!(vault.origin(Slot::AppKey).expect("reads"), Origin::Unset);
}

#[rstest]
#[case(Slot::AppKey, "BOHAO_APP_KEY")]
#[case(Slot::AppSecret, "BOHAO_APP_SECRET")]
#[case(Slot::PushUrl, "BOHAO_PUSH_URL")]
#[case(Slot::RelayToken, "BOHAO_RELAY_TOKEN")]
fn the_environment_stands_over_what_is_stored(#[case] slot: Slot, #[case] variable: &str) {
    let bare = Vault::in_memory();
    let vault = bare
        .clone()
        .with_overrides(|name| (name == variable).then(|| "from-outside".to_owned()));

    let stored = vault.set(slot, secret("kept")).expect("is stored");
    assert_eq!(stored.shadowed, [slot]);
    assert_eq!(value(&vault, slot).as_deref(), Some("from-outside"));
    assert_eq!(vault.origin(slot).expect("reads"), Origin::Environment);
    assert_eq!(value(&bare, slot).as_deref(), Some("kept"));

    for other in Slot::ALL.into_iter().filter(|other| *other != slot) {
        let stored = vault.set(other, secret("mine")).expect("is stored");
        assert_eq!(stored, Stored::default());
        assert_eq!(vault.origin(other).expect("reads"), Origin::Session);
    }
}

#[test]
fn an_empty_variable_hides_nothing() {
    let vault = Vault::in_memory().with_overrides(|_| Some(String::new()));
    assert_eq!(vault.origin(Slot::AppKey).expect("reads"), Origin::Unset);
}

#[test]
fn a_secret_too_long_for_windows_is_refused_everywhere_and_stores_nothing() {
    let vault = Vault::in_memory();
    let fits = secret(&"k".repeat(2560));
    // 854 characters, but 2,562 bytes.
    let too_long = secret(&"键".repeat(854));

    let outcome = vault.set_all(&[(Slot::PushUrl, fits.clone()), (Slot::RelayToken, too_long)]);
    assert!(matches!(
        outcome,
        Err(VaultError::TooLong {
            slot: Slot::RelayToken,
            bytes: 2562,
            limit: 2560
        })
    ));
    assert_eq!(value(&vault, Slot::PushUrl), None);

    vault.set(Slot::PushUrl, fits).expect("the longest fits");
}

#[test]
fn no_value_shows_in_debug_output() {
    let vault = Vault::in_memory().with_overrides(|_| Some("canary-override".to_owned()));
    vault
        .set(Slot::AppSecret, secret("canary-stored"))
        .expect("is stored");
    let too_long = vault
        .set(Slot::AppSecret, secret(&"canary-long".repeat(300)))
        .expect_err("is too long");
    assert!(!format!("{vault:?} {too_long:?} {too_long}").contains("canary"));
}
