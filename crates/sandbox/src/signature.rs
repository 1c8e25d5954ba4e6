//! The platform's digest, written here from its interface document and on purpose not shared with the client: a
//! mistake in one of the two shows as a refused signature.

use md5::{Digest, Md5};

use crate::dialect::{Dialect, DigestCase, Lowered};

/// The digest that `sign` must equal. Without `sign` itself and without empty values.
pub(crate) fn expected(parameters: &[(String, String)], dialect: Dialect) -> String {
    let mut signed: Vec<(String, String)> = parameters
        .iter()
        .filter(|(key, value)| key != "sign" && !value.is_empty())
        .map(|(key, value)| {
            let value = match dialect.lowered {
                Lowered::Keys => value.clone(),
                Lowered::KeysAndValues => value.to_lowercase(),
            };
            (key.to_lowercase(), value)
        })
        .collect();
    signed.sort();

    let joined: Vec<String> = signed
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let digest = Md5::digest(joined.join("&").as_bytes());
    match dialect.digest {
        DigestCase::Lower => hex::encode(digest),
        DigestCase::Upper => hex::encode_upper(digest),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        &[("d", "5"), ("b", "2"), ("A", "1"), ("c", "3"), ("sign", "x"), ("e", "")],
        "140c29b367617eb76735bc25b21bc8f3",
        "140c29b367617eb76735bc25b21bc8f3"
    )]
    #[case(
        &[("appKey", "AK123"), ("appSecret", "SeCrEt"), ("telA", "13800006620"), ("telB", "13922104471"),
          ("timestamp", "1764000000"), ("return_url", "https://relay.example.com/p/T0ken")],
        "038e267a93bb36c817ff915ff0abb596",
        "46574ed16eedf3cc939dcecb351392e9"
    )]
    #[case(
        &[("appKey", "AK123"), ("appSecret", "SeCrEt"), ("telA", "13800006620"), ("telB", "13922104471"),
          ("timestamp", "1764000000"), ("return_url", "")],
        "a1e6f7140586d41da6f01895c4948964",
        "7d02415f6e9e6a732091f91419bca388"
    )]
    #[case(
        &[("appKey", "AK123"), ("appSecret", "SeCrEt"), ("timestamp", "1764000000"),
          ("subid", "04202107251831296890045359")],
        "ebbcc395c9186a272adeaa9393513fa1",
        "dacf079cd88a95e2805558bf204dbd26"
    )]
    #[case(
        &[("appKey", "键"), ("appSecret", "a&b=c d"), ("telA", "1"), ("telB", "2"), ("timestamp", "1764000000000")],
        "d1c0e16f32870fdddcb5019d8ec2d905",
        "d1c0e16f32870fdddcb5019d8ec2d905"
    )]
    fn the_documents_vectors(
        #[case] parameters: &[(&str, &str)],
        #[case] keys: &str,
        #[case] values: &str,
    ) {
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let with = |lowered, digest| {
            let dialect = Dialect {
                lowered,
                digest,
                ..Dialect::default()
            };
            expected(&parameters, dialect)
        };
        assert_eq!(with(Lowered::Keys, DigestCase::Lower), keys);
        assert_eq!(with(Lowered::KeysAndValues, DigestCase::Lower), values);
        assert_eq!(with(Lowered::Keys, DigestCase::Upper), keys.to_uppercase());
    }
}
