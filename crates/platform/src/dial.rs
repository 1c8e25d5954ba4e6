//! Asking the platform to ring the salesperson and then the customer.

use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{RequestBuilder, Response};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use crate::answer::Answer;
use crate::clock::Clock;
use crate::code::{ACCEPTED, CLOCK, Class, Refusal, class_of};
use crate::credentials::{Credentials, scrub};
use crate::dialect::BodyStyle;
use crate::endpoint::beneath;
use crate::exchange::{BodyFault, NotSentReason, SendFault, send, whole_body};
use crate::platform::Platform;
use crate::sign::sign;

/// Who is rung.
#[derive(Clone)]
pub struct DialRequest {
    /// The salesperson's own number, rung first.
    pub tel_a: String,
    /// The customer's number, rung once the salesperson has picked up.
    pub tel_b: String,
    /// Where the platform is to post the call's record. It holds a token, so it is a secret.
    pub return_url: Option<SecretString>,
}

/// What became of a dial. All four are expected outcomes, so none is an error.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum DialOutcome {
    /// The platform took the call and will ring; nobody is connected yet.
    Accepted {
        /// The platform's id of the call, never empty.
        subid: String,
        /// The middle number, on direct lines only.
        tel_x: Option<String>,
    },
    /// The platform said no. Nothing was dialled.
    Refused(Refusal),
    /// The request surely never left this machine. Nothing was dialled.
    NotSent {
        /// Why.
        reason: NotSentReason,
    },
    /// The request may have left, and phones may be ringing. It must not be repeated by a program.
    Unknown {
        /// Why nobody knows.
        reason: UnknownReason,
    },
}

/// Why a dial's outcome is not known.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// The connection stood, and no answer came in time.
    FirstByteTimeout,
    /// The answer stopped half-way and nothing more came in time.
    IdleTimeout,
    /// The connection was cut, before the answer or within it.
    Cut,
    /// The answer was longer than any honest one.
    TooLarge,
    /// The answer was a redirect. A dial is never sent to another address.
    Redirect {
        /// The HTTP status.
        status: u16,
    },
    /// The answer was a web page: most likely somebody else than the platform spoke.
    Html {
        /// The HTTP status.
        status: u16,
    },
    /// The answer was no JSON object with a code.
    NotAnAnswer {
        /// The HTTP status.
        status: u16,
    },
    /// The answer was code 200 without the id that the document promises.
    NoSubid,
    /// The code is none of the document's, and yet the answer names a call: a call may be ringing.
    NamedCall {
        /// The code.
        code: i64,
        /// The `msg` beside it, cleaned like a [`Refusal`]'s.
        message: String,
    },
    /// The code was 500–599. That is no code of the platform but its frame's word for a crash,
    /// which may well have come after the call was placed.
    ServerFault {
        /// The code.
        code: i64,
        /// The `msg` beside it, cleaned like a [`Refusal`]'s.
        message: String,
    },
}

impl Platform {
    /// Dials once.
    ///
    /// The request is sent a second time in one case only: the platform refused it for its
    /// timestamp (code 1006, so nothing was dialled) and the `Date` of that answer told a time other
    /// than the one that was signed with. It is then signed anew, once. Without that news a repeat
    /// would meet the same refusal, so none is made.
    ///
    /// Dropping the future leaves the outcome unknown.
    pub async fn dial(
        &self,
        credentials: &Credentials,
        request: &DialRequest,
        clock: Clock<'_>,
    ) -> DialOutcome {
        let at_any_hour = |_| true;
        self.dial_if(credentials, request, clock, &at_any_hour)
            .await
    }

    /// As [`Platform::dial`], but asks before it repeats: `may_repeat` is given the true time in Unix
    /// milliseconds, by which a call that a wrong clock let through may be out of its hours. Without
    /// its leave the refusal stands, and nothing was dialled.
    pub async fn dial_if(
        &self,
        credentials: &Credentials,
        request: &DialRequest,
        clock: Clock<'_>,
        may_repeat: &(dyn Fn(i64) -> bool + Send + Sync),
    ) -> DialOutcome {
        let offset = self.clock_offset_ms();
        let outcome = self.dial_once(credentials, request, clock, offset).await;
        let corrected = self.clock_offset_ms();
        let clock_refused = matches!(&outcome, DialOutcome::Refused(no) if no.code == CLOCK);
        if !clock_refused || corrected == offset || !may_repeat(clock().saturating_add(corrected)) {
            return outcome;
        }
        tracing::info!(
            offset_ms = corrected,
            "a dial was refused for its clock, signing it anew"
        );
        self.dial_once(credentials, request, clock, corrected).await
    }

    async fn dial_once(
        &self,
        credentials: &Credentials,
        request: &DialRequest,
        clock: Clock<'_>,
        offset: i64,
    ) -> DialOutcome {
        let timeouts = &self.config.timeouts;
        let sent = clock();
        let post = self.post(credentials, request, sent.saturating_add(offset));
        let mut response = match send(post, timeouts).await {
            Ok(response) => response,
            Err(fault) => return fault.into(),
        };
        self.offset.learn(response.headers(), sent, clock());

        if response.status().is_redirection() {
            return unknown(UnknownReason::Redirect {
                status: response.status().as_u16(),
            });
        }
        match whole_body(&mut response, &[], timeouts.idle).await {
            Ok(body) => outcome(&response, &body, &request.hidden(credentials)),
            Err(fault) => fault.into(),
        }
    }

    fn post(&self, credentials: &Credentials, request: &DialRequest, now: i64) -> RequestBuilder {
        let dialect = &self.config.dialect;
        let timestamp = dialect.timestamp.write(now);
        let mut params = vec![
            ("appKey", credentials.key()),
            ("appSecret", credentials.secret()),
            ("telA", &request.tel_a),
            ("telB", &request.tel_b),
            ("timestamp", &timestamp),
        ];
        if let Some(return_url) = request.push_address() {
            params.push(("return_url", return_url));
        }
        let signature = sign(&params, dialect);
        params.push(("sign", &signature));

        let (content_type, body) = match dialect.body {
            BodyStyle::Form => (
                "application/x-www-form-urlencoded",
                form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(&params)
                    .finish(),
            ),
            BodyStyle::Json => ("application/json", json(&params)),
        };
        self.calls
            .post(beneath(
                &self.config.call_url,
                &["axb", "call", "callByTelA"],
            ))
            .header(CONTENT_TYPE, HeaderValue::from_static(content_type))
            .body(body)
    }
}

impl DialRequest {
    fn push_address(&self) -> Option<&str> {
        self.return_url
            .as_ref()
            .map(ExposeSecret::expose_secret)
            .filter(|url| !url.is_empty())
    }

    fn hidden<'a>(&'a self, credentials: &'a Credentials) -> [&'a str; 5] {
        [
            credentials.key(),
            credentials.secret(),
            self.push_address().unwrap_or_default(),
            &self.tel_a,
            &self.tel_b,
        ]
    }
}

/// A body that holds a platform's code counts whatever the HTTP status says: a gateway that adds a
/// status of its own to the platform's answer does not make it another answer.
fn outcome(response: &Response, body: &[u8], hidden: &[&str]) -> DialOutcome {
    let status = response.status().as_u16();
    let Some(answer) = Answer::read(body) else {
        return unknown(if is_html(body) {
            UnknownReason::Html { status }
        } else {
            UnknownReason::NotAnAnswer { status }
        });
    };
    let code = answer.code;
    if code == ACCEPTED {
        return match answer.subid {
            Some(subid) => DialOutcome::Accepted {
                subid,
                tel_x: answer.tel_x,
            },
            None => unknown(UnknownReason::NoSubid),
        };
    }
    let message = scrub(&answer.message, hidden);
    if (500..600).contains(&code) {
        return unknown(UnknownReason::ServerFault { code, message });
    }
    let class = class_of(code);
    if class == Class::Other && answer.subid.is_some() {
        return unknown(UnknownReason::NamedCall { code, message });
    }
    DialOutcome::Refused(Refusal {
        code,
        message,
        class,
    })
}

fn unknown(reason: UnknownReason) -> DialOutcome {
    DialOutcome::Unknown { reason }
}

fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

fn json(params: &[(&str, &str)]) -> String {
    let object: serde_json::Map<String, serde_json::Value> = params
        .iter()
        .map(|&(key, value)| (key.to_owned(), value.into()))
        .collect();
    serde_json::Value::Object(object).to_string()
}

impl From<SendFault> for DialOutcome {
    fn from(fault: SendFault) -> Self {
        match fault {
            SendFault::NotSent(reason) => Self::NotSent { reason },
            SendFault::PrivateAddress => Self::NotSent {
                reason: NotSentReason::Unreachable,
            },
            SendFault::FirstByteTimeout => unknown(UnknownReason::FirstByteTimeout),
            SendFault::Cut => unknown(UnknownReason::Cut),
        }
    }
}

impl From<BodyFault> for DialOutcome {
    fn from(fault: BodyFault) -> Self {
        unknown(match fault {
            BodyFault::Idle => UnknownReason::IdleTimeout,
            BodyFault::Cut => UnknownReason::Cut,
            BodyFault::TooLarge => UnknownReason::TooLarge,
        })
    }
}

impl fmt::Debug for DialRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DialRequest")
            .field("return_url", &self.return_url.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for DialOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { subid, .. } => f
                .debug_struct("Accepted")
                .field("subid", subid)
                .finish_non_exhaustive(),
            Self::Refused(refusal) => f.debug_tuple("Refused").field(refusal).finish(),
            Self::NotSent { reason } => f.debug_struct("NotSent").field("reason", reason).finish(),
            Self::Unknown { reason } => f.debug_struct("Unknown").field("reason", reason).finish(),
        }
    }
}

impl fmt::Debug for UnknownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What it displays has no stranger's words in it.
        write!(f, "{self}")
    }
}

impl fmt::Display for UnknownReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstByteTimeout => f.write_str("no answer came in time"),
            Self::IdleTimeout => f.write_str("the answer stopped half-way"),
            Self::Cut => f.write_str("the connection was cut"),
            Self::TooLarge => f.write_str("the answer was too long"),
            Self::Redirect { status } => write!(f, "the answer was a redirect (HTTP {status})"),
            Self::Html { status } => write!(f, "the answer was a web page (HTTP {status})"),
            Self::NotAnAnswer { status } => {
                write!(f, "the answer could not be understood (HTTP {status})")
            }
            Self::NoSubid => f.write_str("the answer was accepted without naming the call"),
            Self::NamedCall { code, .. } => {
                write!(f, "the answer named a call under an unknown code ({code})")
            }
            Self::ServerFault { code, .. } => write!(f, "the platform crashed (code {code})"),
        }
    }
}
