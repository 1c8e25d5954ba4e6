//! What a cell means, whichever form of file it comes from.

use crate::mapping::Mapping;
use crate::row::{Cell, SheetRow, rejected};
use crate::times;
use crate::zone::Zone;
use bohao_platform::{Record, Status};
use bohao_wire::{RecordField, RejectedRow, RowFlaw};

/// Reads a row of a sheet of calls. A sheet without a column of ids tells of a call by the
/// customer's number and its beginning; the record's `subid` is empty then.
///
/// # Errors
/// Why the row can't be taken, with the header at fault.
pub fn read_record(
    headers: &[String],
    mapping: &Mapping<RecordField>,
    row: &SheetRow<'_>,
    zone: &Zone,
) -> Result<Record, RejectedRow> {
    let header = |column: usize| headers.get(column).map(String::as_str);
    if let Some((flaw, column)) = row.flaw {
        return Err(rejected(row.number, column.and_then(header), flaw));
    }
    let mut record = Record::default();
    for (column, field) in mapping.columns() {
        let Some(cell) = row.cells.get(column) else {
            continue;
        };
        put(&mut record, field, cell, zone)
            .map_err(|flaw| rejected(row.number, header(column), flaw))?;
    }
    let of = |field| {
        let column = mapping.columns().find(|(_, named)| *named == field);
        column.and_then(|(column, _)| header(column))
    };
    if mapping.has(RecordField::Subid) {
        if record.subid.is_empty() {
            return Err(rejected(
                row.number,
                of(RecordField::Subid),
                RowFlaw::NoSubid,
            ));
        }
        return Ok(record);
    }
    for (field, told) in [
        (RecordField::TelB, record.tel_b.is_some()),
        (RecordField::StartedAt, record.started_at.is_some()),
    ] {
        if !told {
            return Err(rejected(row.number, of(field), RowFlaw::Nameless));
        }
    }
    Ok(record)
}

/// Who the customer is, as far as a row of a sheet of calls tells.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Who {
    /// The name; empty if it is not told.
    pub name: String,
    /// The company; empty if it is not told.
    pub company: String,
}

/// Reads who the customer of a row is. The first cell that says something holds; what is too long for
/// a name is cut.
pub fn read_who(mapping: &Mapping<RecordField>, row: &SheetRow<'_>) -> Who {
    let mut who = Who::default();
    for (column, field) in mapping.columns() {
        let known = match field {
            RecordField::CustomerName => &mut who.name,
            RecordField::Company => &mut who.company,
            _ => continue,
        };
        if known.is_empty()
            && let Some(cell) = row.cells.get(column)
            && let Some(text) = content(&cell.text())
        {
            *known = one_line(text);
        }
    }
    who
}

fn one_line(text: &str) -> String {
    const LONGEST: usize = 100;
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST).collect()
}

/// Whether columns that tell this name each call.
pub fn names_calls(mapping: &Mapping<RecordField>) -> bool {
    mapping.has(RecordField::Subid)
        || (mapping.has(RecordField::TelB) && mapping.has(RecordField::StartedAt))
}

/// Puts one cell into a record. The first cell that says something of a field holds; an empty one
/// says nothing.
fn put(
    record: &mut Record,
    field: RecordField,
    cell: &Cell<'_>,
    zone: &Zone,
) -> Result<(), RowFlaw> {
    let spelled = cell.text();
    let Some(text) = content(&spelled) else {
        return Ok(());
    };
    match field {
        RecordField::Subid if record.subid.is_empty() => record.subid = subid(text)?,
        RecordField::TelA => first(&mut record.tel_a, phone(text)?),
        RecordField::TelX => first(&mut record.tel_x, phone(text)?),
        RecordField::TelB => first(&mut record.tel_b, phone(text)?),
        RecordField::StartedAt => first(&mut record.started_at, Some(instant(cell, text, zone)?)),
        RecordField::EndedAt => first(&mut record.ended_at, Some(instant(cell, text, zone)?)),
        RecordField::Duration => first(&mut record.duration, Some(span(cell, text)?)),
        RecordField::Status => first(&mut record.status, Some(status(text)?)),
        RecordField::Reason => first(&mut record.reason, Some(text.to_owned())),
        RecordField::DownloadUrl => first(&mut record.download_url, Some(text.to_owned())),
        // Who the customer is is no part of a record.
        RecordField::Subid | RecordField::CustomerName | RecordField::Company => {}
    }
    Ok(())
}

fn first<T>(known: &mut Option<T>, told: Option<T>) {
    if known.is_none() {
        *known = told;
    }
}

/// A cell without what spreadsheets put around it: blanks, the apostrophe that marks text, and
/// `="…"`, by which exports keep long numbers from being rounded. A dash or "null" is nothing.
pub fn content(cell: &str) -> Option<&str> {
    let bare = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
    let formula = bare
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'));
    let bare = formula
        .or_else(|| bare.strip_prefix('\''))
        .unwrap_or(bare)
        .trim();
    let nothing = [
        "", "-", "--", "/", "\\N", "无", "null", "NULL", "None", "N/A", "n/a",
    ];
    (!nothing.contains(&bare)).then_some(bare)
}

fn subid(text: &str) -> Result<String, RowFlaw> {
    const LONGEST: usize = 128;
    if is_rounded(text) || has_lost_digits(text) {
        return Err(RowFlaw::Rounded);
    }
    let plain = |c: char| !c.is_control() && !c.is_whitespace();
    if text.len() > LONGEST || !text.chars().all(plain) {
        return Err(RowFlaw::BadSubid);
    }
    Ok(text.to_owned())
}

/// `1.38E+10`: the digits behind it are gone.
pub(crate) fn is_rounded(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Without a point or a sign it may as well be an id in hexadecimal.
    let telling = mantissa.contains('.') || exponent.starts_with('+');
    telling && digits(&mantissa.replacen('.', "", 1)) && digits(exponent.trim_start_matches('+'))
}

/// A spreadsheet keeps fifteen digits of a number and fills up with zeros.
fn has_lost_digits(text: &str) -> bool {
    let digits = text.len() >= 18 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits && text.bytes().skip(15).all(|byte| byte == b'0')
}

/// A number's digits, without China's country code before a mobile number. A number that was
/// masked before it was exported says nothing.
///
/// # Errors
/// [`RowFlaw::Rounded`] if a spreadsheet has rounded it, [`RowFlaw::BadNumber`] if it is none.
pub fn phone(text: &str) -> Result<Option<String>, RowFlaw> {
    if is_rounded(text) {
        return Err(RowFlaw::Rounded);
    }
    let text = text.strip_suffix(".0").unwrap_or(text);
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !"-－–()（）.".contains(*c))
        .map(half_width)
        .collect();
    let digits = bare.strip_prefix('+').unwrap_or(&bare);
    if digits.contains("**")
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'*')
    {
        return Ok(None);
    }
    // The shortest that is no part of another one: 110 and its like, then 10086.
    let plausible = (5..=20).contains(&digits.len()) || is_emergency(digits);
    if !plausible || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RowFlaw::BadNumber);
    }
    let national = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86"))
        .filter(|rest| rest.len() == 11 && rest.starts_with('1'));
    Ok(Some(national.map_or(bare.clone(), str::to_owned)))
}

fn is_emergency(digits: &str) -> bool {
    digits.len() == 3 && (digits.starts_with("11") || digits.starts_with("12"))
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' | '＋' | '＊' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

pub(crate) fn instant(cell: &Cell<'_>, text: &str, zone: &Zone) -> Result<i64, RowFlaw> {
    let instant = match cell {
        Cell::Moment(moment) => zone.unix_ms(*moment),
        Cell::Number(number) => times::instant_of_number(*number, zone),
        _ if is_rounded(text) => return Err(RowFlaw::Rounded),
        _ => times::instant(text, zone),
    };
    instant.ok_or(RowFlaw::BadTime)
}

/// A spreadsheet's time of day is as well a span of time.
fn span(cell: &Cell<'_>, text: &str) -> Result<i64, RowFlaw> {
    match cell {
        Cell::Number(days) if (0.0..1.0).contains(days) && *days > 0.0 => {
            #[expect(clippy::cast_possible_truncation, reason = "it is a day at most")]
            let seconds = (days * 86_400.0).round() as i64;
            Ok(seconds)
        }
        _ => seconds(text),
    }
}

/// `192`, `192秒`, `3:12`, `00:03:12`, `3分12秒`.
fn seconds(text: &str) -> Result<i64, RowFlaw> {
    const YEAR: i64 = 366 * 24 * 3600;
    let spelled = text
        .trim_end_matches("秒")
        .trim_end_matches(['s', 'S'])
        .trim_end_matches("sec")
        .replace("小时", ":")
        .replace(['时', '分', '：'], ":");
    let spelled = spelled.replace("钟", "");
    // `3分` ends in a colon: no seconds.
    let spelled = if spelled.ends_with(':') {
        spelled + "0"
    } else {
        spelled
    };
    let parts: Vec<&str> = spelled.split(':').map(str::trim).collect();
    let whole = |part: &str| {
        let part = part
            .split_once('.')
            .filter(|(_, rest)| rest.bytes().all(|b| b == b'0'))
            .map_or(part, |(whole, _)| whole);
        let digits =
            !part.is_empty() && part.len() <= 9 && part.bytes().all(|b| b.is_ascii_digit());
        digits
            .then(|| part.parse::<i64>().ok())
            .flatten()
            .ok_or(RowFlaw::BadDuration)
    };
    let seconds = match parts[..] {
        [seconds] => whole(seconds)?,
        [minutes, seconds] => whole(minutes)? * 60 + whole(seconds)?,
        [hours, minutes, seconds] => whole(hours)? * 3600 + whole(minutes)? * 60 + whole(seconds)?,
        _ => return Err(RowFlaw::BadDuration),
    };
    if seconds > YEAR {
        return Err(RowFlaw::BadDuration);
    }
    Ok(seconds)
}

fn status(text: &str) -> Result<Status, RowFlaw> {
    let number = text.strip_suffix(".0").unwrap_or(text).parse().ok();
    if let Some(number) = number {
        return Status::from_number(number).ok_or(RowFlaw::BadStatus);
    }
    let folded: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    STATUSES
        .iter()
        .find(|(_, words)| words.contains(&folded.as_str()))
        .map(|(status, _)| *status)
        .ok_or(RowFlaw::BadStatus)
}

const STATUSES: &[(Status, &[&str])] = &[
    (
        Status::Connected,
        &[
            "connected",
            "answered",
            "success",
            "succeeded",
            "yes",
            "true",
            "已接通",
            "接通",
            "接通成功",
            "已接听",
            "接听",
            "已接",
            "通话成功",
            "成功",
            "是",
        ],
    ),
    (
        Status::NotConnected,
        &[
            "notconnected",
            "unconnected",
            "notanswered",
            "unanswered",
            "noanswer",
            "missed",
            "busy",
            "no",
            "false",
            "未接通",
            "未接听",
            "未接",
            "无人接听",
            "无应答",
            "占线",
            "忙线",
            "用户忙",
            "关机",
            "停机",
            "空号",
            "拒接",
            "否",
        ],
    ),
    (
        Status::Failed,
        &[
            "failed",
            "failure",
            "fail",
            "error",
            "失败",
            "呼叫失败",
            "拨打失败",
            "通话失败",
        ],
    ),
    (
        Status::Dialled,
        &[
            "dialled",
            "dialed",
            "calling",
            "已拨打",
            "拨打",
            "已呼叫",
            "已拨号",
            "呼叫中",
            "拨号",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Field;
    use jiff::civil::DateTime;
    use proptest::prelude::*;
    use rstest::rstest;
    use std::borrow::Cow;

    #[rstest]
    #[case("04202107251831296890045359", Ok("04202107251831296890045359"))]
    #[case("'04202107251831296890045359", Ok("04202107251831296890045359"))]
    #[case("=\"04202107251831296890045359\"", Ok("04202107251831296890045359"))]
    #[case("a3f0-77", Ok("a3f0-77"))]
    #[case("12e34", Ok("12e34"))]
    #[case("4.2021E+24", Err(RowFlaw::Rounded))]
    #[case("4E+24", Err(RowFlaw::Rounded))]
    #[case("42021072518312900000000000", Err(RowFlaw::Rounded))]
    #[case("two words", Err(RowFlaw::BadSubid))]
    fn ids_are_taken_whole_or_not_at_all(#[case] cell: &str, #[case] taken: Result<&str, RowFlaw>) {
        let mut record = Record::default();
        let cell = Cell::Text(Cow::Borrowed(cell));
        let put = put(&mut record, RecordField::Subid, &cell, &Zone::beijing())
            .map(|()| record.subid.as_str());
        assert_eq!(put, taken);
    }

    #[rstest]
    #[case("13800006620", Ok(Some("13800006620")))]
    #[case(" 138-0000 6620 ", Ok(Some("13800006620")))]
    #[case("１３８００００６６２０", Ok(Some("13800006620")))]
    #[case("13800006620.0", Ok(Some("13800006620")))]
    #[case("+86 138 0000 6620", Ok(Some("13800006620")))]
    #[case("008613800006620", Ok(Some("13800006620")))]
    #[case("+85212345678", Ok(Some("+85212345678")))]
    #[case("(021) 5550-1234", Ok(Some("02155501234")))]
    #[case("138****6620", Ok(None))]
    #[case("-", Ok(None))]
    #[case("1.38E+10", Err(RowFlaw::Rounded))]
    #[case("Mr. Wang", Err(RowFlaw::BadNumber))]
    #[case("12", Err(RowFlaw::BadNumber))]
    #[case("138", Err(RowFlaw::BadNumber))]
    #[case("1380", Err(RowFlaw::BadNumber))]
    #[case("110", Ok(Some("110")))]
    #[case("10086", Ok(Some("10086")))]
    fn numbers_lose_their_dress_and_no_digit(
        #[case] cell: &str,
        #[case] taken: Result<Option<&str>, RowFlaw>,
    ) {
        let mut record = Record::default();
        let cell = Cell::Text(Cow::Borrowed(cell));
        let put = put(&mut record, RecordField::TelB, &cell, &Zone::beijing())
            .map(|()| record.tel_b.as_deref());
        assert_eq!(put, taken);
    }

    #[rstest]
    #[case("192", 192)]
    #[case("192.0", 192)]
    #[case("3:12", 192)]
    #[case("00:03:12", 192)]
    #[case("3分12秒", 192)]
    #[case("192秒", 192)]
    #[case("192s", 192)]
    #[case("3分钟", 180)]
    #[case("1小时0分1秒", 3601)]
    fn durations_are_read_as_clocks_and_as_seconds(#[case] cell: &str, #[case] taken: i64) {
        assert_eq!(seconds(cell), Ok(taken));
    }

    #[rstest]
    #[case("-3")]
    #[case("3:-1")]
    #[case("1:2:3:4")]
    #[case("a while")]
    #[case("99999999999999999999")]
    #[case("1.5")]
    fn what_is_no_duration_is_refused(#[case] cell: &str) {
        assert_eq!(seconds(cell), Err(RowFlaw::BadDuration));
    }

    #[rstest]
    #[case("1", Status::Connected)]
    #[case("已接通", Status::Connected)]
    #[case("Not Connected", Status::NotConnected)]
    #[case("not_connected", Status::NotConnected)]
    #[case("未接通", Status::NotConnected)]
    #[case("3", Status::Failed)]
    #[case("已拨打", Status::Dialled)]
    fn statuses_are_read_as_numbers_and_words(#[case] cell: &str, #[case] taken: Status) {
        assert_eq!(status(cell), Ok(taken));
    }

    #[rstest]
    #[case("4")]
    #[case("maybe")]
    fn what_is_no_status_is_refused(#[case] cell: &str) {
        assert_eq!(status(cell), Err(RowFlaw::BadStatus));
    }

    #[rstest]
    #[case(Cell::Number(1_795_414_020.0), Ok(1_795_414_020_000))]
    #[case(Cell::Number(46_349.588_194_444_4), Ok(1_795_414_020_000))]
    #[case(
        Cell::Moment(DateTime::constant(2026, 11, 23, 14, 7, 0, 0)),
        Ok(1_795_414_020_000)
    )]
    #[case(Cell::Number(46_349.0), Err(RowFlaw::BadTime))]
    #[case(Cell::Text("1.79541402E+09".into()), Err(RowFlaw::Rounded))]
    #[case(Cell::Text("yesterday".into()), Err(RowFlaw::BadTime))]
    fn times_are_taken_as_the_cell_keeps_them(
        #[case] cell: Cell<'_>,
        #[case] taken: Result<i64, RowFlaw>,
    ) {
        assert_eq!(instant(&cell, &cell.text(), &Zone::beijing()), taken);
    }

    proptest! {
        #[test]
        fn promise_13_no_cell_ends_in_a_panic(cell in "\\PC{0,60}|[0-9:.eE+分秒时]{0,20}") {
            for (field, _) in RecordField::SPELLINGS {
                let cell = Cell::Text(Cow::Borrowed(&cell));
                let _ = put(&mut Record::default(), *field, &cell, &Zone::beijing());
            }
        }
    }
}
