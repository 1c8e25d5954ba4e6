/// How requests are spelled and signed, where the interface document leaves it open. The default is the document's
/// most likely meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dialect {
    /// How a dial's parameters travel.
    pub body: BodyKind,
    /// The unit of `timestamp`.
    pub timestamp: TimestampUnit,
    /// What is lower-cased for the digest.
    pub lowered: Lowered,
    /// The case of the digest's hex digits.
    pub digest: DigestCase,
}

/// How a dial's parameters travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyKind {
    /// `application/x-www-form-urlencoded`
    #[default]
    Form,
    /// `application/json`
    Json,
}

/// The unit of `timestamp`, counted from 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimestampUnit {
    /// Ten digits.
    #[default]
    Seconds,
    /// Thirteen digits.
    Milliseconds,
}

/// What is lower-cased for the digest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lowered {
    /// The keys alone.
    #[default]
    Keys,
    /// The values too; what is sent stays as it is.
    KeysAndValues,
}

/// The case of the digest's hex digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DigestCase {
    /// `0a1b…`
    #[default]
    Lower,
    /// `0A1B…`
    Upper,
}

impl BodyKind {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] =
        &[("form", Self::Form), ("json", Self::Json)];
}

impl TimestampUnit {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] =
        &[("s", Self::Seconds), ("ms", Self::Milliseconds)];
}

impl Lowered {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] = &[
        ("keys", Self::Keys),
        ("keys-and-values", Self::KeysAndValues),
    ];
}

impl DigestCase {
    /// Names on the command line.
    pub const CHOICES: &'static [(&'static str, Self)] =
        &[("lower", Self::Lower), ("upper", Self::Upper)];
}
