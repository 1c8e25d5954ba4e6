//! What a link asks for that another program opens Bohao with.
//!
//! Whoever can make a person click can write one, so none is believed: it fills in and never dials, and
//! what is not surely one number, one call or one pairing is refused with a reason. `tel:` is read as
//! RFC 3966 has it and as pages write it, `callto:` alike, and `bohao:` asks for
//! `dial?number=…&name=…&note=…`, `call/{id}` or `pair?…`. Values are percent-encoded, and a plus sign
//! stands for itself.

use crate::numbers;
use bohao_wire::{CallId, DialableNumber, Link, LinkFlaw, NumberFlaw};
use percent_encoding::percent_decode_str;

/// Whose links are Bohao's, as the system knows them.
pub const SCHEMES: [&str; 3] = ["tel", "callto", "bohao"];

/// Bytes. Longer than any link that was meant, a pairing link included.
const MAX_LINK: usize = 8 * 1024;

/// Characters, as all that follow.
const MAX_NUMBER: usize = 64;
const MAX_NAME: usize = 60;
const MAX_NOTE: usize = 500;
const MAX_CALL: usize = 64;

/// Each has a key of its own; who has copied a whole sheet wants a list.
const MAX_CHOICES: usize = 9;

/// More digits behind a number are a number of their own.
const MAX_EXTENSION: usize = 6;

/// Whether a word of a command line is a link of Bohao's, whatever it asks for.
pub fn is_link(word: &str) -> bool {
    parted(word).is_some()
}

/// What a link asks for. `Link::Pairing` is only recognised: its own parser knows more of it.
pub fn read(link: &str) -> Link {
    let asked = if link.len() > MAX_LINK {
        Err(LinkFlaw::TooLong)
    } else {
        match parted(link) {
            Some(("bohao", rest)) => own(rest),
            Some((_, rest)) => of_number(rest),
            None => Err(LinkFlaw::Foreign),
        }
    };
    asked.unwrap_or_else(|flaw| Link::Refused { flaw })
}

/// What copied texts ask for: one of the numbers in them. A text that holds a code of a telephone holds no number.
pub fn in_copied<'a>(texts: impl IntoIterator<Item = &'a str>) -> Link {
    let mut numbers: Vec<DialableNumber> = Vec::new();
    for number in texts
        .into_iter()
        .flat_map(|text| numbers::all(text).unwrap_or_default())
    {
        if !numbers.contains(&number) && numbers.len() < MAX_CHOICES {
            numbers.push(number);
        }
    }
    Link::Copied { numbers }
}

/// The scheme, and what follows its colon.
fn parted(link: &str) -> Option<(&'static str, &str)> {
    let (scheme, rest) = link.trim().split_once(':')?;
    let known = SCHEMES
        .into_iter()
        .find(|it| it.eq_ignore_ascii_case(scheme))?;
    Some((known, rest))
}

/// `tel:` and `callto:`. Many pages write slashes, as if a number were a place.
fn of_number(rest: &str) -> Result<Link, LinkFlaw> {
    let number = rest.split('?').next().unwrap_or_default();
    let number = exactly(number.trim_matches('/'))?;
    filled_in(&number, None, None)
}

/// `bohao:`, with or without slashes.
fn own(rest: &str) -> Result<Link, LinkFlaw> {
    // A mail program or a browser may add a fragment; an encoded value holds none.
    let rest = rest.split('#').next().unwrap_or_default();
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut steps = path.split('/').filter(|step| !step.is_empty());
    let action = steps.next().unwrap_or_default().to_ascii_lowercase();
    match (action.as_str(), steps.next(), steps.next()) {
        ("dial", None, None) => dial(query),
        ("pair", None, None) => Ok(Link::Pairing),
        ("call", Some(call), None) => one_call(call),
        _ => Err(LinkFlaw::Unknown),
    }
}

/// Keys that are not known are passed over, so that a later version may have more.
fn dial(query: &str) -> Result<Link, LinkFlaw> {
    let (mut number, mut name, mut note) = (None, None, None);
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        match key {
            "number" if number.is_some() => return Err(LinkFlaw::Several),
            "number" => number = Some(exactly(value)?),
            "name" => name = name.or_else(|| in_words(value, MAX_NAME)),
            "note" => note = note.or_else(|| in_words(value, MAX_NOTE)),
            _ => {}
        }
    }
    filled_in(&number.ok_or(LinkFlaw::NoNumber)?, name, note)
}

fn one_call(call: &str) -> Result<Link, LinkFlaw> {
    let call = exactly(call)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if call.len() > MAX_CALL || !call.chars().all(plain) {
        return Err(LinkFlaw::Malformed);
    }
    Ok(Link::Call { call: CallId(call) })
}

/// A value of which each character counts. What is escaped twice is no value any more.
fn exactly(value: &str) -> Result<String, LinkFlaw> {
    let decoded = percent_decode_str(value).decode_utf8();
    let decoded = decoded.map_err(|_| LinkFlaw::Malformed)?;
    if decoded.contains(|c: char| c.is_control() || c == '%') {
        return Err(LinkFlaw::Malformed);
    }
    Ok(decoded.into_owned())
}

/// A value that is shown: one line, without marks that make it look other than it is. One that is no
/// text at all is left out.
fn in_words(value: &str, longest: usize) -> Option<String> {
    let decoded = percent_decode_str(value).decode_utf8().ok()?;
    let seen = decoded.chars().filter(|c| !numbers::is_unseen(*c));
    let seen: String = seen.map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().take(longest).collect();
    (!line.is_empty()).then_some(line)
}

/// The number with what a telephone's own syntax hangs on it.
fn filled_in(text: &str, name: Option<String>, note: Option<String>) -> Result<Link, LinkFlaw> {
    if text.chars().count() > MAX_NUMBER {
        return Err(LinkFlaw::TooLong);
    }
    let text = numbers::plain(text);
    let mut parts = text.split(';');
    let (number, mut extension) = paused(parts.next().unwrap_or_default().trim());
    let mut context = None;
    for part in parts {
        match part.split_once('=') {
            Some((key, value)) if key.trim().eq_ignore_ascii_case("ext") => {
                extension = extension_of(value).or(extension);
            }
            Some((key, value)) if key.trim().eq_ignore_ascii_case("phone-context") => {
                context = Some(value.trim());
            }
            Some(_) => {}
            None if digits(part).len() > MAX_EXTENSION => return Err(LinkFlaw::Several),
            None => extension = extension.or_else(|| extension_of(part)),
        }
    }
    let (number, flaw) = dialled(number, context)?;
    Ok(Link::Dial {
        number,
        flaw,
        name,
        note,
        extension,
    })
}

/// The digits to dial, or what the user has to mend before there are any, and why.
fn dialled(number: &str, context: Option<&str>) -> Result<(String, Option<NumberFlaw>), LinkFlaw> {
    // A global number needs no context, and a domain is the name of somebody's own switchboard.
    let context = context.filter(|it| it.starts_with('+') && !number.starts_with('+'));
    let abroad = |it: &str| it.starts_with('+') && !digits(it).starts_with("86");
    // Another country's digits stand together: a part of them must not pass for a number of this one.
    let number = match context {
        Some(context) if abroad(context) => format!("+{}{}", digits(context), digits(number)),
        _ if abroad(number) => format!("+{}", digits(number)),
        _ => number.to_owned(),
    };
    let flaw = match (numbers::read(&number), context) {
        (Ok(read), _) => return Ok((read.digits, None)),
        (Err(flaw), None) => flaw,
        // The context may be the area code that a local number lacks.
        (Err(flaw), Some(context)) => match numbers::read(&format!("{context} {number}")) {
            Ok(read) => return Ok((read.digits, None)),
            Err(_) => flaw,
        },
    };
    let plain = |c: char| c.is_ascii_digit() || " +-.()".contains(c);
    match flaw {
        NumberFlaw::Several => Err(LinkFlaw::Several),
        NumberFlaw::Special => Err(LinkFlaw::Special),
        NumberFlaw::Empty | NumberFlaw::NoDigits => Err(LinkFlaw::NoNumber),
        // Words between digits would have to be guessed away.
        _ if !number.chars().all(plain) => Err(LinkFlaw::NoNumber),
        flaw => Ok((number, Some(flaw))),
    }
}

/// A number, and the digits that are dialled a moment after it: `021-55553300,802`.
fn paused(number: &str) -> (&str, Option<String>) {
    let pause = |c: char| matches!(c, ',' | '，' | 'p' | 'P' | 'w' | 'W' | 'x' | 'X');
    let Some((before, after)) = number.split_once(pause) else {
        return (number, None);
    };
    let extension = extension_of(after.trim_start_matches(pause));
    match extension {
        Some(_) if before.ends_with(|c: char| c.is_ascii_digit()) => (before, extension),
        _ => (number, None),
    }
}

fn extension_of(text: &str) -> Option<String> {
    let digits = text.trim().trim_end_matches('#');
    let fits = (1..=MAX_EXTENSION).contains(&digits.len());
    (fits && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.to_owned())
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
#[path = "links_tests.rs"]
mod tests;
