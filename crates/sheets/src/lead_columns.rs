//! Which header names which field of a lead, and what a row of a sheet of leads tells.

use crate::cells::{content, is_rounded};
use crate::mapping::{Field, Mapping};
use crate::row::{SheetRow, rejected};
use bohao_wire::{CustomerField, LeadField, RejectedRow, RowFlaw};

/// The spellings of sheets that people of this trade send around. A field of one's own bears
/// whatever name it has.
impl Field for LeadField {
    const SPELLINGS: &'static [(Self, &'static [&'static str])] = &[
        (
            LeadField::Number,
            &[
                "number",
                "phone",
                "phonenumber",
                "tel",
                "telephone",
                "mobile",
                "mobilephone",
                "cell",
                "cellphone",
                "telb",
                "contactnumber",
                "customernumber",
                "customerphone",
                "号码",
                "电话",
                "电话号码",
                "手机",
                "手机号",
                "手机号码",
                "联系电话",
                "联系方式",
                "联系手机",
                "客户号码",
                "客户电话",
                "客户手机",
                "客户手机号",
                "被叫",
                "被叫号码",
                "移动电话",
                "座机",
                "固定电话",
                "法人电话",
            ],
        ),
        (
            LeadField::Name,
            &[
                "name",
                "fullname",
                "contact",
                "contactname",
                "contactperson",
                "customer",
                "customername",
                "person",
                "姓名",
                "名字",
                "联系人",
                "联系人姓名",
                "客户",
                "客户姓名",
                "客户名称",
                "称呼",
                "法人",
                "法定代表人",
                "负责人",
            ],
        ),
        (
            LeadField::Company,
            &[
                "company",
                "companyname",
                "organisation",
                "organization",
                "employer",
                "firm",
                "公司",
                "公司名",
                "公司名称",
                "单位",
                "单位名称",
                "企业",
                "企业名称",
                "所属公司",
                "客户公司",
                "门店",
                "店名",
            ],
        ),
        (
            LeadField::Note,
            &[
                "note",
                "notes",
                "remark",
                "remarks",
                "comment",
                "comments",
                "memo",
                "备注",
                "说明",
                "备注说明",
                "跟进记录",
                "沟通记录",
            ],
        ),
    ];
}

/// What a row of a sheet of leads tells.
#[derive(Clone, PartialEq, Eq)]
pub struct SheetLead {
    /// The digits of its number.
    pub number: String,
    /// The person's name; empty when the row does not tell.
    pub name: String,
    /// The company's; empty when the row does not tell.
    pub company: String,
    /// What to know before the call; empty when the row does not tell.
    pub note: String,
    /// The other columns that say anything, in their order.
    pub fields: Vec<CustomerField>,
}

/// What the headers of a sheet of leads say by themselves. Columns that nobody knows are fields of
/// the user's own.
pub fn guessed_leads(headers: &[String]) -> Mapping<LeadField> {
    let guessed = Mapping::<LeadField>::guessed(headers);
    let mut seen = Vec::new();
    let fields = guessed.fields().iter().map(|field| match field {
        // A second column of telephones is worth keeping, and is not the one that is dialled.
        Some(field) if !seen.contains(field) => {
            seen.push(*field);
            Some(*field)
        }
        _ => Some(LeadField::Field),
    });
    Mapping::chosen(fields.collect(), headers.len())
}

/// Reads a row of a sheet of leads. `digits` tells which number a text dials, if it dials one.
///
/// # Errors
/// Why the row can't be taken, with the header at fault.
pub fn read_lead(
    headers: &[String],
    mapping: &Mapping<LeadField>,
    row: &SheetRow<'_>,
    digits: &dyn Fn(&str) -> Option<String>,
) -> Result<SheetLead, RejectedRow> {
    let header = |column: usize| headers.get(column).map(String::as_str);
    if let Some((flaw, column)) = row.flaw {
        return Err(rejected(row.number, column.and_then(header), flaw));
    }
    let mut lead = SheetLead {
        number: String::new(),
        name: String::new(),
        company: String::new(),
        note: String::new(),
        fields: Vec::new(),
    };
    let mut number_column = None;
    for (column, field) in mapping.columns() {
        if field == LeadField::Number {
            number_column = number_column.or(Some(column));
        }
        let Some(cell) = row.cells.get(column) else {
            continue;
        };
        let spelled = cell.text();
        let Some(text) = content(&spelled) else {
            continue;
        };
        match field {
            LeadField::Number if lead.number.is_empty() => {
                let flawed = |flaw| rejected(row.number, header(column), flaw);
                if is_rounded(text) {
                    return Err(flawed(RowFlaw::Rounded));
                }
                lead.number = digits(text).ok_or_else(|| flawed(RowFlaw::BadNumber))?;
            }
            LeadField::Name if lead.name.is_empty() => text.clone_into(&mut lead.name),
            LeadField::Company if lead.company.is_empty() => text.clone_into(&mut lead.company),
            LeadField::Note if lead.note.is_empty() => text.clone_into(&mut lead.note),
            LeadField::Field => lead.fields.push(CustomerField {
                name: name_of(header(column).unwrap_or_default(), column),
                text: text.to_owned(),
            }),
            _ => {}
        }
    }
    match lead.number.is_empty() {
        true => Err(rejected(
            row.number,
            number_column.and_then(header),
            RowFlaw::NoNumber,
        )),
        false => Ok(lead),
    }
}

/// Why a row that tells of a lead is not taken all the same.
pub fn turned_away(row: u32, flaw: RowFlaw) -> RejectedRow {
    rejected(row, None, flaw)
}

/// What a field of the user's own is called: its header, or the column's letter where it has none.
fn name_of(header: &str, column: usize) -> String {
    /// As long as a customer's field may be named.
    const LONGEST: usize = 60;
    let header: String = header.trim().chars().take(LONGEST).collect();
    match header.is_empty() {
        true => letter(column),
        false => header,
    }
}

/// `A` to `Z`, then `AA`, as spreadsheets name columns.
fn letter(column: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let last = char::from(LETTERS[column % LETTERS.len()]);
    match column / LETTERS.len() {
        0 => last.to_string(),
        more => format!("{}{last}", letter(more - 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Cell;
    use rstest::rstest;

    fn headers(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    /// Eleven digits are a number here.
    fn digits(text: &str) -> Option<String> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        (digits.len() == 11).then_some(digits)
    }

    fn read(headers: &[String], cells: &[&'static str]) -> Result<SheetLead, RejectedRow> {
        let row = SheetRow {
            number: 2,
            cells: cells.iter().map(|&text| Cell::Text(text.into())).collect(),
            flaw: None,
            progress: 0,
        };
        read_lead(headers, &guessed_leads(headers), &row, &digits)
    }

    #[test]
    fn known_headers_are_found_and_all_others_are_fields_of_ones_own() {
        let headers = headers(&["联系人", "Phone (work)", "公司名称", "城市", "手机号", ""]);
        let cells = [
            "孙倩",
            "177-2210-6054",
            "鲜达生鲜",
            "杭州",
            "13922104471",
            "老客户",
        ];
        let lead = read(&headers, &cells).unwrap();
        assert_eq!(
            (&*lead.number, &*lead.name, &*lead.company),
            ("17722106054", "孙倩", "鲜达生鲜")
        );
        let fields: Vec<(&str, &str)> = lead
            .fields
            .iter()
            .map(|field| (&*field.name, &*field.text))
            .collect();
        assert_eq!(
            fields,
            [("城市", "杭州"), ("手机号", "13922104471"), ("F", "老客户")]
        );
    }

    #[rstest]
    #[case("", RowFlaw::NoNumber)]
    #[case("-", RowFlaw::NoNumber)]
    #[case("1.39E+10", RowFlaw::Rounded)]
    #[case("问前台", RowFlaw::BadNumber)]
    fn a_row_without_a_number_to_dial_says_why(#[case] cell: &'static str, #[case] flaw: RowFlaw) {
        let rejected = read(&headers(&["电话", "姓名"]), &[cell, "孙倩"])
            .err()
            .expect("none");
        assert_eq!(rejected.flaw, flaw);
        assert_eq!(rejected.column.as_deref(), Some("电话"));
    }

    #[rstest]
    #[case(0, "A")]
    #[case(25, "Z")]
    #[case(26, "AA")]
    #[case(511, "SR")]
    fn columns_have_their_letters(#[case] column: usize, #[case] name: &str) {
        assert_eq!(letter(column), name);
    }
}
