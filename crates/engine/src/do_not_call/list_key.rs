//! Keys of hashed lists, as people tell them to each other.

use bohao_store::keyed_hash;

/// Letters of a group.
const GROUP: usize = 4;
/// Bytes of a key.
const LENGTH: usize = 16;

/// A key as it is told: hex in groups of four.
pub fn told(key: &[u8]) -> String {
    let letters = hex::encode(key);
    let groups: Vec<&str> = (0..letters.len())
        .step_by(GROUP)
        .map(|at| &letters[at..(at + GROUP).min(letters.len())])
        .collect();
    groups.join("-")
}

/// A key as it was told, however it was typed; nothing if it is none.
pub fn read(text: &str) -> Option<[u8; LENGTH]> {
    let letters: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && !"-－–".contains(*letter))
        .collect();
    let mut key = [0; LENGTH];
    hex::decode_to_slice(letters, &mut key).ok()?;
    Some(key)
}

/// What a list says of its key: by it a right key is told from a wrong one, and nothing is learnt of
/// either.
pub fn mark(key: &[u8]) -> [u8; 8] {
    let whole = keyed_hash(key, "bohao do-not-call list");
    let mut mark = [0; 8];
    mark.copy_from_slice(&whole[..8]);
    mark
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_key_that_was_told_is_read_again(key in any::<[u8; 16]>()) {
            let told = told(&key);
            prop_assert_eq!(read(&told), Some(key));
            prop_assert_eq!(read(&format!(" {} ", told.to_uppercase().replace('-', " "))), Some(key));
            prop_assert!(!told.contains(&hex::encode(mark(&key))));
        }

        #[test]
        fn what_is_no_key_is_none(text in "[0-9a-f-]{0,31}|[g-z]{32}") {
            prop_assert_eq!(read(&text), None);
        }
    }
}
