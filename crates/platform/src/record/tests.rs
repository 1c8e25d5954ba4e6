use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn whole() -> Record {
    Record {
        subid: "04202107251831296890045359".into(),
        tel_a: Some("13800006620".into()),
        tel_x: Some("02155500000".into()),
        tel_b: Some("13922104471".into()),
        started_at: Some(1_764_000_000_000),
        ended_at: Some(1_764_000_065_000),
        duration: Some(65),
        status: Some(Status::Connected),
        reason: Some("无".into()),
        download_url: Some("https://files.example.com/7.wav?a=1&b=2".into()),
    }
}

const JSON: &str = r#"{"subid":"04202107251831296890045359","telA":"13800006620","telX":"02155500000",
    "telB":"13922104471","startTime":"1764000000","endTime":"2025-11-25 00:01:05","duration":65,"status":1,
    "unaswRsn":"无","downloadUrl":"https://files.example.com/7.wav?a=1&b=2","unknown":{"a":[1,2]}}"#;
const FORM: &str = "subid=04202107251831296890045359&telA=13800006620&telX=02155500000&telB=13922104471\
    &startTime=1764000000&endTime=2025-11-25+00%3A01%3A05&duration=65&status=1&unaswRsn=%E6%97%A0\
    &downloadUrl=https%3A%2F%2Ffiles.example.com%2F7.wav%3Fa%3D1%26b%3D2";
const OTHER_SPELLING: &str = r#"{"SUBID":" 04202107251831296890045359 ","tel_a":13800006620,"Tel_X":"02155500000",
    "TELB":13922104471,"start_time":1764000000000,"endtime":1764000065,"duration":"65","status":"1",
    "unasw_rsn":"无","download_url":"https://files.example.com/7.wav?a=1&b=2"}"#;

fn multipart() -> String {
    let mut body = String::new();
    for (name, value) in url::form_urlencoded::parse(FORM.as_bytes()) {
        body += "--abc\r\nContent-Disposition: form-data; name=\"";
        body += &name;
        body += "\"\r\n\r\n";
        body += &value;
        body += "\r\n";
    }
    body + "--abc--\r\n"
}

#[rstest]
#[case::json(Some("application/json"), JSON.to_owned())]
#[case::no_content_type(None, JSON.to_owned())]
#[case::a_lying_content_type(Some("application/x-www-form-urlencoded"), JSON.to_owned())]
#[case::byte_order_mark(Some("application/json"), format!("\u{feff}\n{JSON}"))]
#[case::other_spelling(Some("text/plain"), OTHER_SPELLING.to_owned())]
#[case::array(None, format!("[{JSON}]"))]
#[case::data(None, format!(r#"{{"code":200,"data":{JSON}}}"#))]
#[case::records(None, format!(r#"{{"Records":[{JSON}]}}"#))]
#[case::list_in_data(None, format!(r#"{{"data":{{"total":1,"list":[{JSON}]}}}}"#))]
#[case::json_in_a_string(None, serde_json::json!({ "data": JSON }).to_string())]
#[case::all_in_a_string(None, serde_json::json!(JSON).to_string())]
#[case::form(Some("application/x-www-form-urlencoded;charset=UTF-8"), FORM.to_owned())]
#[case::form_without_a_type(None, FORM.to_owned())]
#[case::form_called_json(Some("application/json"), FORM.to_owned())]
#[case::json_in_a_form_field(None, url::form_urlencoded::Serializer::new(String::new()).append_pair("data", JSON).finish())]
#[case::json_as_a_forms_name(None, url::form_urlencoded::Serializer::new(String::new()).append_pair(JSON, "").finish())]
#[case::multipart(Some("multipart/form-data; boundary=abc"), multipart())]
#[case::multipart_without_a_type(None, multipart())]
#[case::multipart_with_a_preamble(Some("multipart/form-data; boundary=\"abc\""), format!("hello\r\n{}", multipart()))]
#[case::multipart_with_bare_newlines(None, multipart().replace('\r', ""))]
fn a_record_is_the_same_however_it_comes(#[case] content_type: Option<&str>, #[case] body: String) {
    let parsed = parse_records(content_type, body.as_bytes()).expect("a readable record");

    assert!(parsed.records == [whole()], "read {:?}", parsed.records);
    assert_eq!(parsed.unreadable, []);
}

#[test]
fn a_subid_that_is_a_long_number_keeps_its_digits() {
    let parsed = parse_records(None, br#"{"subid":42020210725183129689004535}"#).expect("a record");

    assert_eq!(parsed.records[0].subid, "42020210725183129689004535");
}

#[test]
fn chinese_in_gbk_is_read() {
    let (body, ..) = encoding_rs::GBK.encode(r#"{"subid":"7","unaswRsn":"用户正忙"}"#);

    let parsed = parse_records(None, &body).expect("a record");

    assert_eq!(parsed.records[0].reason.as_deref(), Some("用户正忙"));
}

#[rstest]
#[case::no_fields(r#"{"subid":"7"}"#)]
#[case::nulls(r#"{"subid":"7","telA":null,"startTime":null,"status":null,"duration":null}"#)]
#[case::nonsense(
    r#"{"subid":"7","startTime":"soon","status":9,"duration":-1,"telB":{"a":1},"endTime":0}"#
)]
fn fields_that_make_no_sense_are_left_empty(#[case] body: &str) {
    let parsed = parse_records(None, body.as_bytes()).expect("a record");

    assert!(
        parsed.records
            == [Record {
                subid: "7".into(),
                ..Record::default()
            }]
    );
}

#[test]
fn a_readable_record_survives_an_unreadable_neighbour() {
    let body = br#"[{"subid":"1"},{"telA":"13800006620"},7,{"subid":2}]"#;

    let parsed = parse_records(Some("application/json"), body).expect("two records");

    let subids: Vec<_> = parsed
        .records
        .iter()
        .map(|record| record.subid.as_str())
        .collect();
    assert_eq!(subids, ["1", "2"]);
    assert_eq!(
        parsed.unreadable,
        [Unreadable::NoSubid, Unreadable::NotUnderstood]
    );
}

#[rstest]
#[case("", Unreadable::Empty)]
#[case(" \r\n\0", Unreadable::Empty)]
#[case("[]", Unreadable::Empty)]
#[case("hello", Unreadable::NotUnderstood)]
#[case("<xml><subid>7</subid></xml>", Unreadable::NotUnderstood)]
#[case(r#"{"subid":"7""#, Unreadable::NotUnderstood)]
#[case(r#"{"telA":"13800006620"}"#, Unreadable::NoSubid)]
#[case(r#"{"subid":""}"#, Unreadable::NoSubid)]
#[case("telA=13800006620", Unreadable::NoSubid)]
#[case("--abc\r\nnothing", Unreadable::NoSubid)]
fn a_body_without_a_record_says_why(#[case] body: &str, #[case] reason: Unreadable) {
    assert_eq!(parse_records(None, body.as_bytes()), Err(reason));
}

#[test]
fn endless_nesting_is_refused() {
    let body = "[".repeat(100_000);
    assert_eq!(
        parse_records(None, body.as_bytes()),
        Err(Unreadable::NotUnderstood)
    );

    let wrapped = (0..40).fold(r#"{"subid":"7"}"#.to_owned(), |inner, _| {
        format!("[{inner}]")
    });
    assert_eq!(
        parse_records(None, wrapped.as_bytes()),
        Err(Unreadable::NotUnderstood)
    );
}

#[test]
fn a_record_does_not_print_numbers_or_links() {
    let printed = format!("{:?}", whole());

    assert!(
        !printed.contains("1380000") && !printed.contains("1392210") && !printed.contains("https")
    );
}

fn optional(pattern: &'static str) -> impl Strategy<Value = Option<String>> {
    prop::option::of(pattern)
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        content_type in optional("\\PC{0,30}"),
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = parse_records(content_type.as_deref(), &body);
    }

    #[test]
    fn near_misses_never_panic(body in "[\\[{\"}\\],:=&%\\-\r\n a-d0-9]{0,80}") {
        let _ = parse_records(Some("multipart/form-data; boundary=a"), body.as_bytes());
    }

    #[test]
    fn json_and_form_tell_the_same(
        subid in "[0-9]{1,30}",
        tel_b in optional("1[3-9][0-9]{9}"),
        reason in optional("[^\\s\\p{C}\"]{1,12}").prop_filter("a word for nothing", |it| it.as_deref() != Some("null")),
        duration in prop::option::of(0..100_000_i64),
    ) {
        let duration_text = duration.map(|seconds| seconds.to_string());
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("subid", &subid);
        for (name, value) in [("telB", &tel_b), ("unaswRsn", &reason), ("duration", &duration_text)] {
            if let Some(value) = value {
                form.append_pair(name, value);
            }
        }
        let json = serde_json::json!({
            "subid": subid, "telB": tel_b, "unaswRsn": reason, "duration": duration,
        });

        let from_form = parse_records(None, form.finish().as_bytes()).expect("a record");
        let from_json = parse_records(None, json.to_string().as_bytes()).expect("a record");

        prop_assert_eq!(&from_form.records[0].reason, &reason);
        prop_assert_eq!(from_form, from_json);
    }
}
