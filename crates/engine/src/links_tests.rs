use super::*;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use rstest::rstest;

const MOBILE: &str = "13922104471";
const LANDLINE: &str = "02155553300";

fn number(digits: &str) -> Link {
    with_extension(digits, None)
}

fn with_extension(digits: &str, extension: Option<&str>) -> Link {
    Link::Dial {
        number: digits.to_owned(),
        flaw: None,
        name: None,
        note: None,
        extension: extension.map(str::to_owned),
    }
}

#[rstest]
#[case("tel:13922104471", MOBILE)]
#[case("TEL:139-2210-4471", MOBILE)]
#[case("  tel:13922104471\n", MOBILE)]
#[case("tel:+86-139-2210-4471", MOBILE)]
#[case("tel:+8613922104471;isub=1411", MOBILE)]
#[case("tel:13922104471;phone-context=+86", MOBILE)]
#[case("tel:13922104471;phone-context=crm.example", MOBILE)]
#[case::area_code_in_the_context("tel:55553300;phone-context=+86-21", LANDLINE)]
#[case("tel:+862155553300;phone-context=+1", LANDLINE)]
#[case("tel:%2B86%20139%202210%204471", MOBILE)]
#[case::full_width("tel:１３９２２１０４４７１", MOBILE)]
#[case::full_width_and_escaped("tel:%EF%BC%91%EF%BC%93922104471", MOBILE)]
#[case::marks_of_direction("tel:%E2%80%AD13922104471%E2%80%AC", MOBILE)]
#[case("tel://139-2210-4471/", MOBILE)]
#[case("tel:13922104471?call", MOBILE)]
#[case("callto:13922104471", MOBILE)]
#[case("callto://+8613922104471", MOBILE)]
#[case("CallTo:0086 139 2210 4471", MOBILE)]
#[case("bohao://dial?number=13922104471", MOBILE)]
#[case("bohao:dial?number=13922104471", MOBILE)]
#[case("BOHAO://Dial/?number=+86%20139%202210%204471&later=1", MOBILE)]
#[case("bohao://dial?number=(021)%205555%203300#top", LANDLINE)]
fn a_link_fills_its_number_in(#[case] link: &str, #[case] digits: &str) {
    assert!(is_link(link));
    assert_eq!(read(link), number(digits));
}

#[rstest]
#[case("tel:+86-21-5555-3300;ext=802", "802")]
#[case("tel:021-55553300;EXT=802;isub=1", "802")]
#[case("tel:021-55553300,802", "802")]
#[case("tel:021-55553300,,802#", "802")]
#[case("tel:021-55553300p802", "802")]
#[case("tel:02155553300;802", "802")]
#[case("bohao://dial?number=021-55553300;ext=802", "802")]
fn an_extension_is_told_and_not_dialled(#[case] link: &str, #[case] extension: &str) {
    assert_eq!(read(link), with_extension(LANDLINE, Some(extension)));
}

#[rstest]
#[case::nothing("tel:", LinkFlaw::NoNumber)]
#[case("tel://", LinkFlaw::NoNumber)]
#[case::a_skype_name("callto:zhang.san", LinkFlaw::NoNumber)]
#[case::words_between_digits("tel:139a2210b447c1", LinkFlaw::NoNumber)]
#[case("bohao://dial", LinkFlaw::NoNumber)]
#[case("bohao://dial?number=", LinkFlaw::NoNumber)]
#[case::the_serial_number("tel:*#06#", LinkFlaw::Special)]
#[case("tel:*%2306%23", LinkFlaw::Special)]
#[case::forwarding("tel:*21*13922104471#", LinkFlaw::Special)]
#[case("tel:%2A%2A21%2A13922104471%23", LinkFlaw::Special)]
#[case::full_width("tel:＊２１＊13922104471＃", LinkFlaw::Special)]
#[case("bohao://dial?number=*21*13922104471%23", LinkFlaw::Special)]
#[case("tel:110", LinkFlaw::Special)]
#[case("tel:10086", LinkFlaw::Special)]
#[case("tel:13922104471,13800006620", LinkFlaw::Several)]
#[case("tel:13922104471;13800006620", LinkFlaw::Several)]
#[case("tel:13922104471%0013800006620", LinkFlaw::Malformed)]
#[case(
    "bohao://dial?number=13922104471&number=13922104471",
    LinkFlaw::Several
)]
#[case("bohao://dial?number=13922104471%20/%2013800006620", LinkFlaw::Several)]
#[case::a_line_break("tel:139%0D%0A22104471", LinkFlaw::Malformed)]
#[case("tel:139\u{7}22104471", LinkFlaw::Malformed)]
#[case::escaped_twice("tel:%2513922104471", LinkFlaw::Malformed)]
#[case::half_an_escape("tel:13922104471%2", LinkFlaw::Malformed)]
#[case::no_utf8("tel:%FF13922104471", LinkFlaw::Malformed)]
#[case("bohao://call/..%2F..", LinkFlaw::Malformed)]
#[case::no_host("bohao://", LinkFlaw::Unknown)]
#[case("bohao:", LinkFlaw::Unknown)]
#[case("bohao://call", LinkFlaw::Unknown)]
#[case("bohao://call/a/b", LinkFlaw::Unknown)]
#[case("bohao://erase?number=13922104471", LinkFlaw::Unknown)]
#[case("bohao://dial.example/?number=13922104471", LinkFlaw::Unknown)]
#[case::dialling_at_once("bohao://dial/now?number=13922104471", LinkFlaw::Unknown)]
#[case("https://example.com/tel:13922104471", LinkFlaw::Foreign)]
#[case("13922104471", LinkFlaw::Foreign)]
#[case("", LinkFlaw::Foreign)]
fn what_is_not_surely_meant_is_refused(#[case] link: &str, #[case] flaw: LinkFlaw) {
    assert_eq!(read(link), Link::Refused { flaw });
}

#[rstest]
#[case(format!("tel:{}", "1".repeat(1 << 20)))]
#[case(format!("bohao://dial?number=13922104471&note={}", "x".repeat(1 << 20)))]
#[case(format!("tel:{}", "1".repeat(65)))]
#[case(format!("bohao://pair?relay={}", "x".repeat(1 << 20)))]
fn a_link_that_is_too_long_is_refused_at_once(#[case] link: String) {
    let flaw = LinkFlaw::TooLong;
    assert_eq!(read(&link), Link::Refused { flaw });
}

#[rstest]
#[case("tel:5555-3300", "5555-3300", NumberFlaw::NoAreaCode)]
#[case("tel:1392210447", "1392210447", NumberFlaw::TooShort)]
#[case("tel:139221044711", "139221044711", NumberFlaw::TooLong)]
#[case("tel:+1-415-555-2671", "+14155552671", NumberFlaw::Foreign)]
#[case("tel:+1 13922104471", "+113922104471", NumberFlaw::Foreign)]
#[case::a_number_of_another_country(
    "tel:13922104471;phone-context=+1",
    "+113922104471",
    NumberFlaw::Foreign
)]
fn what_the_user_can_mend_is_filled_in_with_its_flaw(
    #[case] link: &str,
    #[case] text: &str,
    #[case] expected: NumberFlaw,
) {
    let Link::Dial { number, flaw, .. } = read(link) else {
        panic!("{link} is refused");
    };
    assert_eq!((number.as_str(), flaw), (text, Some(expected)));
}

#[test]
fn name_and_note_come_along_as_one_line_each() {
    let link = "bohao://dial?number=13922104471&name=%E9%99%88+%E7%AB%8B%00%E2%80%AE\
                &note=%E7%BB%AD%E7%BA%A6%0A%20%20%E4%B8%8B%E5%8D%88&name=other&note=";
    let Link::Dial { name, note, .. } = read(link) else {
        panic!("it is refused");
    };
    assert_eq!(name.as_deref(), Some("陈+立"));
    assert_eq!(note.as_deref(), Some("续约 下午"));
    // GBK, as an old customer system writes it, is no text here; the number still is one.
    let other = read("bohao://dial?number=13922104471&name=%B3%C2%C1%A2");
    assert_eq!(other, number(MOBILE));
}

#[test]
fn a_long_note_is_cut_between_characters() {
    let note = utf8_percent_encode(&"约".repeat(800), NON_ALPHANUMERIC).to_string();
    let link = format!("bohao://dial?number={MOBILE}&note={note}");
    let Link::Dial {
        note: Some(note), ..
    } = read(&link)
    else {
        panic!("it is refused");
    };
    assert_eq!(note.chars().count(), MAX_NOTE);
}

#[test]
fn calls_and_pairings_are_told_apart() {
    let call = CallId("0198f0aa-1c00".to_owned());
    assert_eq!(read("bohao://call/0198f0aa-1c00"), Link::Call { call });
    assert_eq!(read("bohao://pair?relay=x&push=y&read=z"), Link::Pairing);
    assert_eq!(read("bohao://pair/"), Link::Pairing);
}

#[rstest]
#[case("--practice")]
#[case("/home/li/tel:13922104471")]
#[case("C:\\tel")]
#[case("tel")]
#[case("")]
fn other_words_of_a_command_line_are_no_links(#[case] word: &str) {
    assert!(!is_link(word));
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,120}", tail in "[ -~]{0,120}") {
        let _ = read(&text);
        for start in ["tel:", "callto:", "bohao://", "bohao://dial?", "bohao://dial?number=", "bohao://call/"] {
            let _ = read(&format!("{start}{tail}"));
            let _ = read(&format!("{start}{text}"));
        }
    }

    /// Nothing is guessed: what is filled in as a number is one, and what is filled in with a flaw is none.
    #[test]
    fn what_is_filled_in_reads_as_the_link_says(tail in "[0-9+*#;,=()%a-z. -]{0,40}") {
        for link in [format!("tel:{tail}"), format!("bohao://dial?number={tail}")] {
            if let Link::Dial { number, flaw, .. } = read(&link) {
                match flaw {
                    None => prop_assert_eq!(numbers::read(&number).map(|it| it.digits), Ok(number)),
                    Some(flaw) => prop_assert_eq!(numbers::read(&number), Err(flaw)),
                }
            }
        }
    }

    #[test]
    fn escapes_change_nothing(digits in "1[3-9][0-9]{9}", plain in 0usize..11) {
        let (before, after) = digits.split_at(plain);
        let escaped: String = after.bytes().map(|byte| format!("%{byte:02X}")).collect();
        prop_assert_eq!(read(&format!("tel:{before}{escaped}")), number(&digits));
        prop_assert_eq!(read(&format!("bohao://dial?number={before}{escaped}")), number(&digits));
    }

    #[test]
    fn what_is_shown_is_one_line_of_seen_characters(name in ".{0,200}") {
        let escaped = utf8_percent_encode(&name, NON_ALPHANUMERIC);
        let link = format!("bohao://dial?number={MOBILE}&name={escaped}");
        if let Link::Dial { name: Some(name), .. } = read(&link) {
            prop_assert!(name.chars().count() <= MAX_NAME);
            prop_assert!(!name.contains(|c: char| c.is_control() || numbers::is_unseen(c)));
        }
    }
}

#[rstest]
#[case::one(&["请联系 139-2210-4471 张先生"], &[MOBILE])]
#[case::several(&["13922104471；021-5555 3300"], &[MOBILE, LANDLINE])]
#[case::the_same_twice(&["139 2210 4471", "联系电话：13922104471"], &[MOBILE])]
#[case::marked_first(&["02155553300", "13922104471"], &[LANDLINE, MOBILE])]
#[case::nothing(&["", "三月报价"], &[])]
#[case::a_code(&["*21*13922104471#"], &[])]
#[case::none(&[], &[])]
fn copied_texts_offer_their_numbers(#[case] texts: &[&str], #[case] offered: &[&str]) {
    let Link::Copied { numbers } = in_copied(texts.iter().copied()) else {
        panic!("copied texts ask for nothing else")
    };
    let digits: Vec<_> = numbers.iter().map(|number| &number.digits).collect();
    assert_eq!(digits, offered);
}

#[test]
fn a_whole_sheet_offers_as_many_as_there_are_keys() {
    let sheet: String = (0..500).map(|row| format!("139221{row:05}\n")).collect();
    let Link::Copied { numbers } = in_copied([sheet.as_str()]) else {
        panic!("copied texts ask for nothing else")
    };
    assert_eq!(numbers.len(), MAX_CHOICES);
}
