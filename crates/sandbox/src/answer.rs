use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::io;
use std::time::Duration;

/// A code of the platform, with its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is described by the platform's own words in `words`"
)]
pub enum Code {
    Accepted = 200,
    WrongMethod = 1002,
    BadParameter = 1003,
    BadSignature = 1004,
    BadCredentials = 1005,
    BadTime = 1006,
    Busy = 2000,
    Unknown = 2001,
    NoMoreData = 2002,
    NoData = 2003,
    ServerFault = 3001,
    CallUnderWay = 7001,
    BindingExists = 7002,
    OutOfCredit = 9001,
}

impl Code {
    /// Every code that refuses.
    pub const REFUSALS: [Code; 13] = [
        Code::WrongMethod,
        Code::BadParameter,
        Code::BadSignature,
        Code::BadCredentials,
        Code::BadTime,
        Code::Busy,
        Code::Unknown,
        Code::NoMoreData,
        Code::NoData,
        Code::ServerFault,
        Code::CallUnderWay,
        Code::BindingExists,
        Code::OutOfCredit,
    ];

    /// The number on the wire.
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The platform's words.
    pub const fn words(self) -> &'static str {
        match self {
            Code::Accepted => "请求成功",
            Code::WrongMethod => "非法请求",
            Code::BadParameter => "参数错误",
            Code::BadSignature => "签名无效",
            Code::BadCredentials => "认证错误",
            Code::BadTime => "请求无效",
            Code::Busy => "服务器繁忙",
            Code::Unknown => "未知错误",
            Code::NoMoreData => "没有更多数据了",
            Code::NoData => "暂无数据",
            Code::ServerFault => "服务器处理异常",
            Code::CallUnderWay => "正在呼叫中",
            Code::BindingExists => "绑定关系已存在",
            Code::OutOfCredit => "费用不足，请联系平台充值！",
        }
    }
}

/// Why a request is refused: the code, and for a bad parameter which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) parameter: Option<&'static str>,
}

impl Refusal {
    pub(crate) const fn parameter(name: &'static str) -> Self {
        Self {
            code: Code::BadParameter,
            parameter: Some(name),
        }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self {
            code,
            parameter: None,
        }
    }
}

impl IntoResponse for Refusal {
    /// The platform answers everything with HTTP 200.
    fn into_response(self) -> Response {
        let words = self.code.words();
        let msg = match self.parameter {
            Some(name) => format!("{words}：{name}"),
            None => words.to_owned(),
        };
        Json(json!({ "code": self.code.number(), "msg": msg, "data": null })).into_response()
    }
}

/// Marks a response in whose place the connection is closed.
#[derive(Clone, Copy)]
pub(crate) struct CutOff;

pub(crate) fn cut_off() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(CutOff);
    response
}

/// The answer to a dial that was taken. `tel_x` is there for direct lines only.
pub(crate) fn accepted(subid: &str, tel_x: Option<&str>) -> Value {
    let mut data = json!({ "subid": subid });
    if let Some(tel_x) = tel_x {
        data["telX"] = tel_x.into();
    }
    json!({ "code": Code::Accepted.number(), "msg": Code::Accepted.words(), "data": data })
}

/// The same answer as the document's table has it rather than its example: `data` a string; the code one, too.
pub(crate) fn as_text(answer: &Value) -> Value {
    json!({
        "code": answer["code"].to_string(),
        "msg": answer["msg"],
        "data": answer["data"].to_string(),
    })
}

/// What a gateway shows when the platform behind it is away.
pub(crate) fn gateway_page(status: StatusCode) -> Response {
    let page = "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>\
                <body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>";
    (status, Html(page)).into_response()
}

/// Announces the whole of `bytes` and closes the connection after the first `sent` of them.
pub(crate) fn broken_off(content_type: &'static str, bytes: Bytes, sent: usize) -> Response {
    let length = bytes.len();
    let first = bytes.slice(..sent.min(length));
    let parts = stream::unfold(Some(first), |part| async move {
        match part {
            Some(first) => Some((Ok(first), None)),
            None => {
                // What was handed over leaves the machine only while the body has nothing more to give.
                tokio::time::sleep(Duration::from_millis(50)).await;
                Some((Err(io::Error::other("cut off on demand")), None))
            }
        }
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    response
}

/// More than anybody would take for an answer.
pub(crate) const TEN_GIBIBYTES: u64 = 10 << 30;

/// One byte for ever, or as often as announced; the client has to give up.
pub(crate) fn flood(content_type: &'static str, byte: u8, length: Option<u64>) -> Response {
    let part = Bytes::from(vec![byte; 64 * 1024]);
    let left = length.unwrap_or(u64::MAX);
    let parts = stream::unfold((part, left), |(part, left)| async move {
        if left == 0 {
            return None;
        }
        // Lets the other connections have their turn, however fast the client reads.
        tokio::task::yield_now().await;
        let count = left.min(part.len() as u64);
        let sent = part.slice(..count as usize);
        Some((Ok::<_, Infallible>(sent), (part, left - count)))
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(length) = length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}

pub(crate) fn redirect(status: StatusCode, to: &str) -> Response {
    let mut response = status.into_response();
    insert(response.headers_mut(), LOCATION, to);
    response
}

/// What no header can hold is left out.
pub(crate) fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
