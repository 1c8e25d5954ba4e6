//! Fetching a call's recording, as a stream that proves itself audio before its first byte is given.

use std::fmt;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, DATE, ETAG,
    HeaderMap, HeaderName, HeaderValue, IF_RANGE, LAST_MODIFIED, RANGE, RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode};
use tokio::time::Instant;
use url::Url;

use crate::answer::Answer;
use crate::audio::{Found, is_known_audio, not_audio};
use crate::clock::{Clock, instant_ms};
use crate::code::{ACCEPTED, CLOCK, Class, Refusal, class_of};
use crate::credentials::{Credentials, scrub};
use crate::endpoint::beneath;
use crate::exchange::{BodyFault, next_chunk, send, whole_body};
use crate::platform::Platform;
use crate::redirect::Trail;
use crate::sign::sign;

mod error;

pub use error::RecordingError;

/// Where to go on with a recording that was fetched in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeFrom {
    /// How many bytes are there already.
    pub offset: u64,
    /// What [`Recording::validator`] said of the file that they are from.
    pub validator: String,
    /// The size of that file in bytes, if its server told: the rest has to be of the same.
    pub total: Option<u64>,
}

impl RangeFrom {
    /// A weak validator does not promise the same bytes, so there is nothing to go on with.
    pub(crate) fn is_usable(&self) -> bool {
        self.offset > 0 && is_strong(&self.validator)
    }
}

/// A recording that is being fetched. It is audio as far as its first bytes can tell.
pub struct Recording {
    /// What the server calls it, unproven.
    pub content_type: Option<String>,
    /// The size of the whole file in bytes, if the server told.
    pub length: Option<u64>,
    /// The file's `ETag`.
    pub etag: Option<String>,
    /// The file's `Last-Modified`, as it came.
    pub last_modified: Option<String>,
    /// Whether the answer is so much younger than `last_modified` that the file can't have changed
    /// twice at that very time.
    settled: bool,
    /// Where in the file the stream begins: 0, unless the server agreed to go on (HTTP 206) and
    /// proved that it is the same file.
    pub offset: u64,
    response: Response,
    begun: Option<Bytes>,
    position: u64,
    limit: u64,
    idle: Duration,
    /// How long its bytes were waited for, all in all.
    waited: Duration,
    /// How many came.
    received: u64,
}

/// A body may take the time of one silence, and a second more for so many bytes of it: slower than
/// any line on which people speak, and yet no trickle holds its place for ever.
const LEAST_BYTES_A_SECOND: u64 = 1_000;

/// What the first bytes have to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// That they are no text. The platform's own answer may be of a format that nobody knows.
    NoText,
    /// That they are of a format that such platforms are known to keep.
    KnownFormat,
}

impl Platform {
    /// Asks for a call's recording, from the start or from where an earlier attempt broke off.
    ///
    /// Answers once the first bytes are there and look like audio. Like a dial, it is signed anew
    /// and repeated once if the platform refused its timestamp and its `Date` told another time.
    /// Redirects are followed by hand, five at most, over https, to public addresses, and without
    /// the credentials, which only ever go to the configured host.
    ///
    /// # Errors
    /// [`RecordingError`]; [`RecordingError::is_temporary`] tells whether a later attempt may help.
    pub async fn recording(
        &self,
        credentials: &Credentials,
        subid: &str,
        clock: Clock<'_>,
        range: Option<RangeFrom>,
    ) -> Result<Recording, RecordingError> {
        if !is_path_segment(subid) {
            return Err(RecordingError::InvalidSubid);
        }
        let range = range.filter(RangeFrom::is_usable);

        let offset = self.clock_offset_ms();
        let fetched = self
            .fetch(credentials, subid, clock, offset, range.as_ref())
            .await;
        let corrected = self.clock_offset_ms();
        let clock_refused =
            matches!(&fetched, Err(RecordingError::Refused(no)) if no.code == CLOCK);
        if !clock_refused || corrected == offset {
            return fetched;
        }
        tracing::info!(
            offset_ms = corrected,
            "a recording was refused for its clock, signing anew"
        );
        self.fetch(credentials, subid, clock, corrected, range.as_ref())
            .await
    }

    async fn fetch(
        &self,
        credentials: &Credentials,
        subid: &str,
        clock: Clock<'_>,
        offset: i64,
        range: Option<&RangeFrom>,
    ) -> Result<Recording, RecordingError> {
        let sent = clock();
        let url = self.recording_url(credentials, subid, sent.saturating_add(offset));
        let mut response = self.get(&self.recordings, &url, range).await?;
        self.offset.learn(response.headers(), sent, clock());

        let mut trail = Trail::new(&self.config.recording_url, credentials, url);
        response = self.follow(&mut trail, response, range).await?;
        let hidden = [credentials.key(), credentials.secret()];
        self.open(response, range, &hidden, Proof::NoText).await
    }

    /// Follows redirects until something else is answered. Whoever is not at home is asked by a
    /// client that goes to public addresses alone.
    pub(crate) async fn follow(
        &self,
        trail: &mut Trail<'_>,
        mut response: Response,
        range: Option<&RangeFrom>,
    ) -> Result<Response, RecordingError> {
        while is_redirect(response.status()) {
            let target = trail.follow(response.headers())?;
            response = self
                .get(self.client_for(trail, &target), &target, range)
                .await?;
        }
        Ok(response)
    }

    pub(crate) fn client_for(&self, trail: &Trail<'_>, target: &Url) -> &Client {
        match trail.is_trusted(target) {
            true => &self.recordings,
            false => &self.strangers,
        }
    }

    fn recording_url(&self, credentials: &Credentials, subid: &str, now: i64) -> Url {
        let dialect = &self.config.dialect;
        let timestamp = dialect.timestamp.write(now);
        let query = [
            ("appKey", credentials.key()),
            ("appSecret", credentials.secret()),
            ("timestamp", &timestamp),
        ];
        let [key, secret, time] = query;
        let signature = sign(&[key, secret, time, ("subid", subid)], dialect);

        let base = &self.config.recording_url;
        let mut url = beneath(base, &["call", "companyRecordDownlaod", subid]);
        url.query_pairs_mut()
            .extend_pairs(query)
            .append_pair("sign", &signature);
        url
    }

    pub(crate) async fn get(
        &self,
        client: &Client,
        url: &Url,
        range: Option<&RangeFrom>,
    ) -> Result<Response, RecordingError> {
        let mut request = client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
        if let Some(from) = range {
            request = request
                .header(RANGE, format!("bytes={}-", from.offset))
                .header(
                    IF_RANGE,
                    HeaderValue::from_str(&from.validator)
                        .map_err(|_| RecordingError::NotResumable)?,
                );
        }
        Ok(send(request, &self.config.timeouts).await?)
    }

    pub(crate) async fn open(
        &self,
        mut response: Response,
        range: Option<&RangeFrom>,
        hidden: &[&str],
        proof: Proof,
    ) -> Result<Recording, RecordingError> {
        let idle = self.config.timeouts.idle;
        let limit = self.config.recording_limit;
        let status = response.status();
        if status == StatusCode::RANGE_NOT_SATISFIABLE {
            return Err(RecordingError::NotResumable);
        }
        if matches!(status.as_u16(), 429 | 503) {
            return Err(RecordingError::Busy {
                status: status.as_u16(),
                retry_after: retry_after(response.headers()),
            });
        }
        if status != StatusCode::OK && status != StatusCode::PARTIAL_CONTENT {
            let body = whole_body(&mut response, &[], idle)
                .await
                .unwrap_or_default();
            return Err(verdict(status, &body, hidden));
        }
        let headers = response.headers();
        if text(headers, &CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
            return Err(RecordingError::NotAudio(Found::Compressed));
        }
        let mut recording = Recording {
            content_type: text(headers, &CONTENT_TYPE),
            length: text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok()),
            etag: text(headers, &ETAG),
            last_modified: text(headers, &LAST_MODIFIED),
            settled: is_settled(headers),
            offset: 0,
            position: 0,
            begun: None,
            limit,
            idle,
            waited: Duration::ZERO,
            received: 0,
            response,
        };
        if status == StatusCode::PARTIAL_CONTENT {
            recording.resume(range)?;
        }
        if recording.length.is_some_and(|length| length > limit) {
            return Err(RecordingError::TooLarge { limit });
        }
        recording.prove_audio(hidden, proof).await?;
        Ok(recording)
    }
}

impl Recording {
    /// The next piece of the file; nothing once it is whole.
    ///
    /// # Errors
    /// [`RecordingError::TimedOut`], [`RecordingError::Broken`] or [`RecordingError::TooLarge`]. A
    /// file of known length that ends early or late is an error, never an end.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, RecordingError> {
        let chunk = match self.begun.take() {
            Some(begun) => Some(begun),
            None => self.next().await?,
        };
        let Some(chunk) = chunk else {
            let whole = self.length.is_none_or(|length| length == self.position);
            return if whole {
                Ok(None)
            } else {
                Err(RecordingError::Broken)
            };
        };
        self.position = self.position.saturating_add(chunk.len() as u64);
        if self.position > self.limit {
            return Err(RecordingError::TooLarge { limit: self.limit });
        }
        if self.length.is_some_and(|length| self.position > length) {
            return Err(RecordingError::Broken);
        }
        Ok(Some(chunk))
    }

    /// What proves, on a later attempt, that the file is still the same: its strong `ETag`, or else
    /// its `Last-Modified`, if the file had rested for a minute by then: HTTP's times have whole
    /// seconds, and a file can change twice in one. Without either, a fetch that broke off has to
    /// begin anew.
    #[must_use]
    pub fn validator(&self) -> Option<&str> {
        let etag = self.etag.as_deref().filter(|etag| is_strong(etag));
        let last_modified = self.last_modified.as_deref().filter(|_| self.settled);
        etag.or(last_modified)
    }

    /// Accepts an answer that claims to go on where an earlier attempt broke off, if it proves it.
    fn resume(&mut self, range: Option<&RangeFrom>) -> Result<(), RecordingError> {
        let from = range.ok_or(RecordingError::Broken)?;
        let validators = [&self.etag, &self.last_modified];
        let same_file = validators
            .into_iter()
            .flatten()
            .any(|known| *known == from.validator);
        let span = text(self.response.headers(), &CONTENT_RANGE);
        let span = span
            .as_deref()
            .and_then(content_range)
            .ok_or(RecordingError::NotResumable)?;
        let rest = self
            .length
            .is_none_or(|rest| rest == span.total - span.start);
        let same_size = from.total.is_none_or(|total| total == span.total);
        if !same_file || !same_size || !rest || span.start != from.offset {
            return Err(RecordingError::NotResumable);
        }
        self.offset = span.start;
        self.position = span.start;
        self.length = Some(span.total);
        Ok(())
    }

    /// The next piece of the body. Only the time in which it was waited for counts: whoever takes it
    /// in may be slower.
    async fn next(&mut self) -> Result<Option<Bytes>, BodyFault> {
        let earned =
            Duration::from_millis(self.received.saturating_mul(1_000) / LEAST_BYTES_A_SECOND);
        let left = self.idle.saturating_add(earned).saturating_sub(self.waited);
        let begun = Instant::now();
        let chunk = next_chunk(&mut self.response, left.min(self.idle)).await?;
        self.waited = self.waited.saturating_add(begun.elapsed());
        if let Some(chunk) = &chunk {
            self.received = self.received.saturating_add(chunk.len() as u64);
        }
        Ok(chunk)
    }

    /// Reads enough of the body to tell audio from an error that is dressed as an answer.
    async fn prove_audio(&mut self, hidden: &[&str], proof: Proof) -> Result<(), RecordingError> {
        const TELLING: usize = 16;
        let mut begun = BytesMut::new();
        while begun.trim_ascii_start().len() < TELLING && begun.len() < 64 * TELLING {
            let Some(chunk) = self.next().await? else {
                break;
            };
            begun.extend_from_slice(&chunk);
        }
        if begun.is_empty() && self.offset == 0 {
            return Err(match self.length {
                None | Some(0) => RecordingError::NotReady { code: None },
                Some(_) => RecordingError::Broken,
            });
        }
        // Bytes from the middle of a file may look like anything; the server proved what they are.
        let begins_here = self.offset == 0;
        if begins_here && let Some(found) = not_audio(self.content_type.as_deref(), &begun) {
            if found != Found::Json {
                return Err(RecordingError::NotAudio(found));
            }
            let body = whole_body(&mut self.response, &begun, self.idle).await?;
            return Err(verdict(StatusCode::OK, &body, hidden));
        }
        if begins_here && proof == Proof::KnownFormat && !is_known_audio(&begun) {
            return Err(RecordingError::NotAudio(Found::Unknown));
        }
        self.begun = (!begun.is_empty()).then(|| begun.freeze());
        Ok(())
    }
}

/// What an answer without audio says.
fn verdict(status: StatusCode, body: &[u8], hidden: &[&str]) -> RecordingError {
    let not_there = matches!(status.as_u16(), 202 | 204 | 404 | 425);
    let Some(Answer { code, message, .. }) = Answer::read(body) else {
        return match status {
            _ if not_there => RecordingError::NotReady { code: None },
            StatusCode::OK => RecordingError::NotAudio(Found::Json),
            _ => RecordingError::Http {
                status: status.as_u16(),
            },
        };
    };
    match class_of(code) {
        Class::NothingThere => RecordingError::NotReady { code: Some(code) },
        _ if code == 404 => RecordingError::NotReady { code: Some(code) },
        _ if code == ACCEPTED => RecordingError::NotAudio(Found::Json),
        class => RecordingError::Refused(Refusal {
            code,
            message: scrub(&message, hidden),
            class,
        }),
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// An id becomes one segment of a path: nothing in it may end the segment or climb out of it.
fn is_path_segment(subid: &str) -> bool {
    const LENGTH: usize = 128;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~:@+=,".contains(&byte);
    !subid.is_empty()
        && subid.len() <= LENGTH
        && subid.bytes().all(plain)
        && subid.bytes().any(|byte| byte != b'.')
}

fn is_strong(validator: &str) -> bool {
    !validator.is_empty() && !validator.starts_with("W/")
}

/// The last part of a file.
#[derive(Debug, PartialEq, Eq)]
struct Span {
    start: u64,
    total: u64,
}

/// `bytes 100-199/200`, if it goes to the file's end and tells the file's size.
fn content_range(value: &str) -> Option<Span> {
    let (span, total) = value
        .trim()
        .strip_prefix("bytes")?
        .trim_start()
        .split_once('/')?;
    let (start, last) = span.split_once('-')?;
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let (start, last, total) = (number(start)?, number(last)?, number(total)?);
    (start <= last && last.checked_add(1) == Some(total)).then_some(Span { start, total })
}

/// How long a server asks to be left alone, in seconds or until an instant by its own clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let told = text(headers, &RETRY_AFTER)?;
    if let Ok(seconds) = told.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let (until, now) = (instant_ms(&told)?, instant_ms(&text(headers, &DATE)?)?);
    Some(Duration::from_millis(
        u64::try_from(until - now).unwrap_or(0),
    ))
}

fn is_settled(headers: &HeaderMap) -> bool {
    const REST_MS: i64 = 60_000;
    let instant = |name| instant_ms(&text(headers, name)?);
    let (Some(modified), Some(now)) = (instant(&LAST_MODIFIED), instant(&DATE)) else {
        return false;
    };
    now.saturating_sub(modified) >= REST_MS
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The response is left out: it knows the address, and so the credentials.
        f.debug_struct("Recording")
            .field("content_type", &self.content_type)
            .field("length", &self.length)
            .field("offset", &self.offset)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
