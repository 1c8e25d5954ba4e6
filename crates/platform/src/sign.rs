//! The signature, as a pure function of the parameters.

use md5::{Digest, Md5};
use zeroize::Zeroizing;

use crate::dialect::{Dialect, DigestCase, LowerCase};

/// Signs a request: the MD5 of [`signing_string`] in hexadecimal, 32 characters.
///
/// Pass every parameter that takes part, `appSecret` and a recording's `subid` included. A parameter
/// named `sign`, in any case of letters, is left out, and so are those with an empty value.
///
/// ```
/// use bohao_platform::{Dialect, sign};
///
/// let params = [("d", "5"), ("B", "2"), ("a", "1"), ("c", "3"), ("return_url", "")];
/// assert_eq!(sign(&params, &Dialect::default()), "140c29b367617eb76735bc25b21bc8f3");
/// ```
#[must_use]
pub fn sign(params: &[(&str, &str)], dialect: &Dialect) -> String {
    let signed = Zeroizing::new(signing_string(params, dialect));
    let digest = Md5::digest(signed.as_bytes());
    match dialect.digest {
        DigestCase::Lower => hex::encode(digest),
        DigestCase::Upper => hex::encode_upper(digest),
    }
}

/// The string whose digest is the signature: `key1=value1&key2=value2…`, keys lower-cased and in
/// ascending order, values raw.
///
/// It holds `appSecret` whenever the parameters do: it is for tests and for comparing by hand with
/// another implementation, never for a log.
#[must_use]
pub fn signing_string(params: &[(&str, &str)], dialect: &Dialect) -> String {
    let mut pairs: Vec<(String, Zeroizing<String>)> = params
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| {
            (
                key.to_lowercase(),
                Zeroizing::new(signed_value(value, dialect)),
            )
        })
        .filter(|(key, _)| key != "sign")
        .collect();
    // The value breaks ties, so that even parameters of the same name sign alike in any order.
    pairs.sort_unstable_by(|a, b| (&a.0, a.1.as_str()).cmp(&(&b.0, b.1.as_str())));

    let length = pairs
        .iter()
        .map(|(key, value)| key.len() + value.len() + 2)
        .sum();
    let mut string = String::with_capacity(length);
    for (key, value) in &pairs {
        if !string.is_empty() {
            string.push('&');
        }
        string.push_str(key);
        string.push('=');
        string.push_str(value);
    }
    string
}

fn signed_value(value: &str, dialect: &Dialect) -> String {
    match dialect.lower_case {
        LowerCase::Keys => value.to_owned(),
        LowerCase::KeysAndValues => value.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    const DIAL: &[(&str, &str)] = &[
        ("appKey", "AK123"),
        ("appSecret", "SeCrEt"),
        ("telA", "13800006620"),
        ("telB", "13922104471"),
        ("timestamp", "1764000000"),
        ("return_url", "https://relay.example.com/p/T0ken"),
    ];
    const DIAL_WITHOUT_PUSH: &[(&str, &str)] = &[
        ("appKey", "AK123"),
        ("appSecret", "SeCrEt"),
        ("telA", "13800006620"),
        ("telB", "13922104471"),
        ("timestamp", "1764000000"),
        ("return_url", ""),
    ];
    const RECORDING: &[(&str, &str)] = &[
        ("appKey", "AK123"),
        ("appSecret", "SeCrEt"),
        ("timestamp", "1764000000"),
        ("subid", "04202107251831296890045359"),
    ];
    const CHINESE: &[(&str, &str)] = &[
        ("appKey", "键"),
        ("appSecret", "a&b=c d"),
        ("telA", "1"),
        ("telB", "2"),
        ("timestamp", "1764000000000"),
    ];
    const LETTERS: &[(&str, &str)] = &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "5")];

    #[rstest]
    #[case(
        LETTERS,
        "a=1&b=2&c=3&d=5",
        "140c29b367617eb76735bc25b21bc8f3",
        "140c29b367617eb76735bc25b21bc8f3"
    )]
    #[case(
        DIAL,
        "appkey=AK123&appsecret=SeCrEt&return_url=https://relay.example.com/p/T0ken&tela=13800006620&telb=13922104471&timestamp=1764000000",
        "038e267a93bb36c817ff915ff0abb596",
        "46574ed16eedf3cc939dcecb351392e9"
    )]
    #[case(
        DIAL_WITHOUT_PUSH,
        "appkey=AK123&appsecret=SeCrEt&tela=13800006620&telb=13922104471&timestamp=1764000000",
        "a1e6f7140586d41da6f01895c4948964",
        "7d02415f6e9e6a732091f91419bca388"
    )]
    #[case(
        RECORDING,
        "appkey=AK123&appsecret=SeCrEt&subid=04202107251831296890045359&timestamp=1764000000",
        "ebbcc395c9186a272adeaa9393513fa1",
        "dacf079cd88a95e2805558bf204dbd26"
    )]
    #[case(
        CHINESE,
        "appkey=键&appsecret=a&b=c d&tela=1&telb=2&timestamp=1764000000000",
        "d1c0e16f32870fdddcb5019d8ec2d905",
        "d1c0e16f32870fdddcb5019d8ec2d905"
    )]
    fn the_known_vectors_hold(
        #[case] params: &[(&str, &str)],
        #[case] string: &str,
        #[case] keys: &str,
        #[case] keys_and_values: &str,
    ) {
        let plain = Dialect::default();
        let lowered = Dialect {
            lower_case: LowerCase::KeysAndValues,
            ..plain
        };
        let upper = Dialect {
            digest: DigestCase::Upper,
            ..plain
        };

        assert_eq!(signing_string(params, &plain), string);
        assert_eq!(sign(params, &plain), keys);
        assert_eq!(sign(params, &lowered), keys_and_values);
        assert_eq!(sign(params, &upper), keys.to_uppercase());
    }

    fn parameters() -> impl Strategy<Value = Vec<(String, String)>> {
        prop::collection::vec(("[a-zA-Z_]{1,6}", "\\PC{0,8}"), 0..8)
    }

    fn dialects() -> impl Strategy<Value = Dialect> {
        (any::<bool>(), any::<bool>()).prop_map(|(values, upper)| Dialect {
            lower_case: if values {
                LowerCase::KeysAndValues
            } else {
                LowerCase::Keys
            },
            digest: if upper {
                DigestCase::Upper
            } else {
                DigestCase::Lower
            },
            ..Dialect::default()
        })
    }

    fn borrowed(params: &[(String, String)]) -> Vec<(&str, &str)> {
        params
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect()
    }

    proptest! {
        #[test]
        fn the_order_of_parameters_never_matters(
            (params, shuffled) in parameters().prop_flat_map(|params| {
                (Just(params.clone()), Just(params).prop_shuffle())
            }),
            dialect in dialects(),
        ) {
            prop_assert_eq!(sign(&borrowed(&params), &dialect), sign(&borrowed(&shuffled), &dialect));
        }

        #[test]
        fn empty_parameters_never_take_part(
            params in parameters(),
            key in "[a-zA-Z]{1,6}",
            at in any::<prop::sample::Index>(),
            dialect in dialects(),
        ) {
            let mut with_an_empty_one = params.clone();
            with_an_empty_one.insert(at.index(params.len() + 1), (key, String::new()));

            prop_assert_eq!(
                sign(&borrowed(&with_an_empty_one), &dialect),
                sign(&borrowed(&params), &dialect)
            );
        }

        #[test]
        fn the_signature_never_signs_itself(
            params in parameters(),
            key in "[sS][iI][gG][nN]",
            value in "\\PC{1,8}",
            dialect in dialects(),
        ) {
            let mut signed = params.clone();
            signed.push((key, value));

            prop_assert_eq!(sign(&borrowed(&signed), &dialect), sign(&borrowed(&params), &dialect));
        }

        #[test]
        fn the_case_of_keys_never_matters(params in parameters(), dialect in dialects()) {
            let upper: Vec<_> =
                params.iter().map(|(key, value)| (key.to_uppercase(), value.clone())).collect();

            prop_assert_eq!(sign(&borrowed(&upper), &dialect), sign(&borrowed(&params), &dialect));
        }
    }
}
