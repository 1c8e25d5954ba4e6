//! Which column tells which field, for any kind of row.

/// What a column can tell, in one kind of sheet: of calls, of customers, of numbers not to dial.
pub trait Field: Copy + Eq + 'static {
    /// Each field with the headers that name it, [folded](fold).
    const SPELLINGS: &'static [(Self, &'static [&'static str])];

    /// The field that a header names. Case, blanks, underscores, dashes and a unit in brackets
    /// don't matter.
    fn named(header: &str) -> Option<Self> {
        let folded = fold(header);
        Self::SPELLINGS
            .iter()
            .find(|(_, spellings)| spellings.contains(&folded.as_str()))
            .map(|(field, _)| *field)
    }
}

/// What each column of a sheet tells, in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping<F>(Vec<Option<F>>);

impl<F: Field> Mapping<F> {
    /// What the headers say by themselves. Two columns may name one field: the first that says
    /// something holds.
    pub fn guessed(headers: &[String]) -> Self {
        Mapping(headers.iter().map(|header| F::named(header)).collect())
    }

    /// What somebody decided, for so many columns: the rest is passed over.
    pub fn chosen(mut fields: Vec<Option<F>>, columns: usize) -> Self {
        fields.resize(columns, None);
        Mapping(fields)
    }

    /// What each column tells.
    pub fn fields(&self) -> &[Option<F>] {
        &self.0
    }

    /// Whether a column tells this.
    pub fn has(&self, field: F) -> bool {
        self.0.contains(&Some(field))
    }

    /// The columns that tell something.
    pub fn columns(&self) -> impl Iterator<Item = (usize, F)> {
        let columns = self.0.iter().enumerate();
        columns.filter_map(|(column, field)| Some((column, (*field)?)))
    }
}

/// The one text of a sheet's headers, by which a sheet of the same kind is known again.
pub fn headers_key(headers: &[String]) -> String {
    let folded: Vec<String> = headers.iter().map(|header| fold(header)).collect();
    folded.join("\u{1f}")
}

/// `Start_Time ` and `开始时间（北京）` lose everything that people vary.
pub fn fold(header: &str) -> String {
    /// No header is longer, and none is worth more of an effort.
    const LONGEST: usize = 256;
    let bare = header
        .trim_start_matches(['\'', '"', '\u{feff}', ' '])
        .split(['(', '（', '[', '【'])
        .next()
        .unwrap_or_default();
    bare.chars()
        .take(LONGEST)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .map(halved)
        .collect()
}

/// Full-width letters, as Chinese input methods write them, are letters too.
fn halved(c: char) -> char {
    match c {
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９' => {
            let half = char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c);
            half.to_ascii_lowercase()
        }
        _ => c,
    }
}
