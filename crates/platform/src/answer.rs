//! The platform's JSON answer, in any of its spellings.

use crate::fields::Fields;

/// `{"code":…,"msg":…,"data":…}`.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i64,
    pub(crate) message: String,
    pub(crate) subid: Option<String>,
    pub(crate) tel_x: Option<String>,
}

impl Answer {
    /// Nothing, if it is no JSON object with a code.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(body).ok()?;
        let fields = Fields::from_json(text.trim_start_matches('\u{feff}'))?;
        let data = fields.object("data").unwrap_or_default();
        // The document's table can also be read as if these stood beside `code`.
        let either = |name| data.text(name).or_else(|| fields.text(name));
        Some(Self {
            code: fields.integer("code")?,
            message: fields
                .text("msg")
                .or_else(|| fields.text("message"))
                .unwrap_or_default(),
            subid: either("subid"),
            tel_x: either("telx"),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::object(r#"{"code":200,"msg":"请求成功","data":{"subid":"042","telX":"13500000000"}}"#)]
    #[case::code_as_text(
        r#"{"code":"200","msg":"请求成功","data":{"subid":"042","telX":"13500000000"}}"#
    )]
    #[case::json_in_a_string(
        r#"{"code":200,"msg":"请求成功","data":"{\"subid\":\"042\",\"telX\":\"13500000000\"}"}"#
    )]
    #[case::flat(r#"{"code":200,"msg":"请求成功","subid":"042","telX":"13500000000","data":null}"#)]
    #[case::byte_order_mark(
        "\u{feff}{\"code\":200,\"msg\":\"请求成功\",\"data\":{\"subid\":\"042\",\"telX\":13500000000}}"
    )]
    fn an_acceptance_is_read_in_all_its_spellings(#[case] body: &str) {
        let answer = Answer::read(body.as_bytes()).expect("an answer");

        assert_eq!((answer.code, answer.message.as_str()), (200, "请求成功"));
        assert_eq!(answer.subid.as_deref(), Some("042"));
        assert_eq!(answer.tel_x.as_deref(), Some("13500000000"));
    }

    #[rstest]
    #[case::null(r#"{"code":7001,"msg":"正在呼叫中","data":null}"#)]
    #[case::absent(r#"{"code":7001,"msg":"正在呼叫中"}"#)]
    #[case::text(r#"{"code":7001,"msg":"正在呼叫中","data":"none"}"#)]
    #[case::empty(r#"{"code":7001,"msg":"正在呼叫中","data":""}"#)]
    #[case::list(r#"{"code":"7001","msg":"正在呼叫中","data":[]}"#)]
    #[case::nested_text(r#"{"code":7001,"msg":"正在呼叫中","data":"{\"subid\":null}"}"#)]
    fn a_refusal_may_have_any_data(#[case] body: &str) {
        let answer = Answer::read(body.as_bytes()).expect("an answer");

        assert_eq!((answer.code, answer.message.as_str()), (7001, "正在呼叫中"));
        assert_eq!((answer.subid, answer.tel_x), (None, None));
    }

    #[rstest]
    #[case("")]
    #[case("<html>502 Bad Gateway</html>")]
    #[case(r#"{"code":200,"msg":"#)]
    #[case(r#"{"msg":"no code"}"#)]
    #[case(r#"{"code":null}"#)]
    #[case(r#"{"code":"ok"}"#)]
    #[case("[200]")]
    #[case("200")]
    #[case(r#"{"code":200} trailing"#)]
    fn anything_else_is_no_answer(#[case] body: &str) {
        assert!(Answer::read(body.as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Answer::read(&body);
        }
    }
}
