//! Sheets of numbers that are not to be called: in plain digits, or as hashes.
//!
//! The header of a column of hashes tells how they were made: `hmac-sha256 salt=…` with the salt in
//! hex, or `hmac-sha256 key=…` with the key's own mark, which tells a right key from a wrong one and
//! nothing of the key.

use crate::cells::{content, instant, phone};
use crate::mapping::{Field, Mapping};
use crate::row::{Cell, SheetRow, rejected};
use crate::zone::Zone;
use bohao_wire::{DoNotCallField, RejectedRow, RowFlaw};

/// How every list of ours is hashed: HMAC-SHA-256 over the number's digits as they are dialled.
const SCHEME: &str = "hmac-sha256";

/// The longest reason that is taken from a sheet, in characters.
const MAX_REASON: usize = 500;

impl Field for DoNotCallField {
    const SPELLINGS: &'static [(Self, &'static [&'static str])] = &[
        (
            DoNotCallField::Number,
            &[
                "number",
                "phone",
                "phonenumber",
                "tel",
                "telb",
                "telephone",
                "mobile",
                "mobilephone",
                "customernumber",
                "blocked",
                "blockednumber",
                "号码",
                "电话",
                "电话号码",
                "手机",
                "手机号",
                "手机号码",
                "联系电话",
                "联系方式",
                "客户号码",
                "客户电话",
                "客户手机",
                "客户手机号",
                "被叫号码",
                "勿扰号码",
                "黑名单号码",
                "拒绝号码",
                "禁呼号码",
            ],
        ),
        (
            DoNotCallField::Hash,
            &["hash", "numberhash", "号码摘要", "摘要"],
        ),
        (
            DoNotCallField::Reason,
            &[
                "reason",
                "why",
                "note",
                "remark",
                "comment",
                "原因",
                "理由",
                "备注",
                "说明",
                "勿扰原因",
            ],
        ),
        (
            DoNotCallField::Since,
            &[
                "since",
                "date",
                "time",
                "added",
                "addedat",
                "createdat",
                "from",
                "日期",
                "时间",
                "添加时间",
                "加入时间",
                "登记时间",
                "登记日期",
                "起始日期",
            ],
        ),
    ];
}

/// How the hashes of a column were made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HashScheme {
    /// By a salt, which is this.
    Salt(Vec<u8>),
    /// By a key, whose mark is this.
    Key([u8; 8]),
}

impl HashScheme {
    /// What a header tells, if it tells of hashes.
    pub fn named(header: &str) -> Option<Self> {
        let told = header.trim().to_ascii_lowercase();
        let told = told.strip_prefix(SCHEME)?.trim_start();
        if let Some(salt) = told.strip_prefix("salt=") {
            let salt = unhexed(salt)?;
            return (8..=64)
                .contains(&salt.len())
                .then_some(HashScheme::Salt(salt));
        }
        let mark = unhexed(told.strip_prefix("key=")?)?;
        Some(HashScheme::Key(mark.try_into().ok()?))
    }

    /// The header that tells it.
    pub fn header(&self) -> String {
        match self {
            HashScheme::Salt(salt) => format!("{SCHEME} salt={}", hexed(salt)),
            HashScheme::Key(mark) => format!("{SCHEME} key={}", hexed(mark)),
        }
    }
}

/// What a row tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedNumber {
    /// The number's digits as the sheet has them, or its hash.
    pub what: Listed,
    /// Since when, if the sheet tells.
    pub since: Option<i64>,
    /// Why, if the sheet tells; at most 500 characters.
    pub reason: Option<String>,
}

/// A number, or what stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// Digits.
    Number(String),
    /// A hash.
    Hash([u8; 32]),
}

/// What the columns of such a sheet say by themselves.
pub fn guessed_do_not_call(headers: &[String]) -> Mapping<DoNotCallField> {
    let field = |header: &String| match HashScheme::named(header) {
        Some(_) => Some(DoNotCallField::Hash),
        None => DoNotCallField::named(header),
    };
    Mapping::chosen(headers.iter().map(field).collect(), headers.len())
}

/// Whether a header names anything of such a sheet.
pub fn names_do_not_call(header: &str) -> bool {
    HashScheme::named(header).is_some() || DoNotCallField::named(header).is_some()
}

/// Reads a row of such a sheet.
///
/// # Errors
/// Why it can't be taken, with the header at fault.
pub fn read_listed(
    headers: &[String],
    mapping: &Mapping<DoNotCallField>,
    row: &SheetRow<'_>,
) -> Result<ListedNumber, RejectedRow> {
    let header = |column: usize| headers.get(column).map(String::as_str);
    let refused = |column: Option<usize>, flaw| rejected(row.number, column.and_then(header), flaw);
    if let Some((flaw, column)) = row.flaw {
        return Err(refused(column, flaw));
    }
    let (mut what, mut since, mut reason) = (None, None, None);
    for (column, field) in mapping.columns() {
        let Some(cell) = row.cells.get(column) else {
            continue;
        };
        let spelled = cell.text();
        let Some(text) = content(&spelled) else {
            continue;
        };
        let flawed = |flaw| refused(Some(column), flaw);
        match field {
            DoNotCallField::Number if what.is_none() => {
                let digits = phone(text).map_err(flawed)?;
                let digits = digits.ok_or_else(|| flawed(RowFlaw::HiddenNumber))?;
                what = Some(Listed::Number(digits));
            }
            DoNotCallField::Hash if what.is_none() => {
                let hash = unhexed(text).and_then(|hash| hash.try_into().ok());
                what = Some(Listed::Hash(hash.ok_or_else(|| flawed(RowFlaw::BadHash))?));
            }
            DoNotCallField::Reason if reason.is_none() => {
                reason = Some(text.chars().take(MAX_REASON).collect());
            }
            // A day that is not understood is no ground to call somebody.
            DoNotCallField::Since if since.is_none() => {
                since = since_when(cell, text);
            }
            _ => {}
        }
    }
    let told = |field| {
        let column = mapping.columns().find(|(_, named)| *named == field);
        column.map(|(column, _)| column)
    };
    let missing = || {
        let column = told(DoNotCallField::Number).or_else(|| told(DoNotCallField::Hash));
        refused(column, RowFlaw::NoNumber)
    };
    Ok(ListedNumber {
        what: what.ok_or_else(missing)?,
        since,
        reason,
    })
}

/// A list often tells a day alone: it counts from its beginning.
fn since_when(cell: &Cell<'_>, text: &str) -> Option<i64> {
    let zone = Zone::beijing();
    let exact = instant(cell, text, &zone);
    let of_day = |_| instant(&Cell::Empty, &format!("{text} 00:00"), &zone);
    exact.or_else(of_day).ok()
}

fn hexed(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhexed(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let plain = digits.iter().all(u8::is_ascii_hexdigit);
    if !plain || digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::borrow::Cow;

    fn read(headers: &[&str], cells: &[&str]) -> Result<ListedNumber, RowFlaw> {
        let headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
        let row = SheetRow {
            number: 2,
            cells: cells
                .iter()
                .map(|&cell| Cell::Text(Cow::Borrowed(cell)))
                .collect(),
            flaw: None,
            progress: 0,
        };
        let mapping = guessed_do_not_call(&headers);
        read_listed(&headers, &mapping, &row).map_err(|rejected| rejected.flaw)
    }

    #[test]
    fn a_row_tells_a_number_why_and_since_when() {
        let listed = read(
            &["手机号码", "备注", "登记时间"],
            &["139-2210-4471", "来电要求", "2026-11-23"],
        );
        let expected = ListedNumber {
            what: Listed::Number("13922104471".to_owned()),
            since: Some(1_795_363_200_000),
            reason: Some("来电要求".to_owned()),
        };
        assert_eq!(listed, Ok(expected));
    }

    #[rstest]
    #[case("", RowFlaw::NoNumber)]
    #[case("138****6620", RowFlaw::HiddenNumber)]
    #[case("1.38E+10", RowFlaw::Rounded)]
    #[case("王经理", RowFlaw::BadNumber)]
    fn what_is_no_number_says_why(#[case] cell: &str, #[case] flaw: RowFlaw) {
        assert_eq!(read(&["号码"], &[cell]), Err(flaw));
    }

    #[test]
    fn hashes_are_known_by_their_header_and_nothing_else_is_one() {
        let schemes = [HashScheme::Salt(vec![7; 16]), HashScheme::Key([0xab; 8])];
        for scheme in schemes {
            assert_eq!(HashScheme::named(&scheme.header()), Some(scheme.clone()));
            let listed = read(&[&scheme.header()], &[&"0f".repeat(32)]);
            assert_eq!(listed.map(|listed| listed.what), Ok(Listed::Hash([15; 32])));
            assert_eq!(read(&[&scheme.header()], &["0f0f"]), Err(RowFlaw::BadHash));
        }
        for header in [
            "hmac-sha256",
            "hmac-sha256 salt=",
            "sha256 salt=0011",
            "hmac-sha256 key=00",
        ] {
            assert_eq!(HashScheme::named(header), None, "{header}");
        }
    }

    #[test]
    fn a_day_that_is_none_keeps_no_number_off_the_table() {
        let listed = read(&["号码", "日期"], &["13922104471", "上周"]);
        assert_eq!(listed.map(|listed| listed.since), Ok(None));
    }
}
