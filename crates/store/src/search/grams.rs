//! The short pieces by which the index knows a row, and those that a search asks it for.
//!
//! A row that fits a question has at least the pieces that the question asks for; where it may
//! have them without fitting, the question is said not to be [exact](Asked::exact).
//!
//! | piece | of | for |
//! |---|---|---|
//! | one letter | each letter and digit, each other sign | a search of one |
//! | two | signs side by side, unless both are ASCII letters or digits | Chinese |
//! | three | ASCII letters and digits side by side; two at their end | numbers |
//! | `S` one or two syllables | Chinese characters side by side | pinyin in full |
//! | `I` one to three initials | Chinese characters side by side | pinyin's initials |

use super::pinyin::{is_pinyin, is_syllable, readings, syllables};
use super::question::{Question, Searched, Word};
use std::collections::BTreeSet;

/// To be raised whenever other pieces are made: an index of older ones is built anew.
pub(crate) const GRAMS_VERSION: i64 = 1;

/// Marks of pieces of sound. Letters of texts that look like them are taken for [`STRANGE`].
const SYLLABLE: char = '\u{e001}';
const INITIAL: char = '\u{e002}';
const STRANGE: char = '\u{fffd}';
/// Where signs of ASCII stand, which the tokenizer would drop.
const SIGNS: u32 = 0xe100;

/// Pieces that are asked for of one word; the row answers for the rest of a long one.
const MOST_PIECES: usize = 12;
/// Words that are asked for.
const MOST_WORDS: usize = 8;
/// Syllables of a word by which it is looked up.
const MOST_SYLLABLES: usize = 4;

/// A question to the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// In the words of FTS5.
    pub(crate) expression: String,
    /// Whether every row that it names fits.
    pub(crate) exact: bool,
}

/// The pieces of a row, in one text.
pub(crate) fn of_row(row: &Searched<'_>) -> String {
    let mut pieces = BTreeSet::new();
    for text in [&row.number, &row.subid, &row.reason] {
        pieces_of_text(text, Whole::Yes, &mut pieces);
    }
    for text in &row.told {
        pieces_of_text(text, Whole::Yes, &mut pieces);
        pieces_of_sound(text, &mut pieces);
    }
    pieces.into_iter().collect::<Vec<_>>().join(" ")
}

/// What the index is asked for a search; `None` if it knows nothing by which to narrow it.
pub(crate) fn of_question(question: &Question) -> Option<Asked> {
    let words: Option<Vec<Asked>> = question
        .words
        .iter()
        .take(MOST_WORDS)
        .map(of_word)
        .collect();
    let mut words = all(words?)?;
    words.exact &= question.words.len() <= MOST_WORDS;
    if let Some(digits) = &question.number {
        words = any(vec![words, of_text(digits)?])?;
        // A long number with gaps may stand in a note, where its digits are no match.
        words.exact = false;
    }
    Some(words)
}

fn of_word(word: &Word) -> Option<Asked> {
    let mut ways = vec![of_text(&word.text)?];
    if let Some(digits) = &word.digits {
        let mut number = of_text(digits)?;
        number.exact = false;
        ways.push(number);
    }
    if is_pinyin(&word.text) {
        ways.extend(of_initials(&word.text));
        ways.extend(of_syllables(&word.text));
    }
    any(ways)
}

/// Rows that may hold this text.
fn of_text(text: &str) -> Option<Asked> {
    let mut pieces = BTreeSet::new();
    pieces_of_text(text, Whole::No, &mut pieces);
    let letters = text.chars().count();
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let strange = text
        .chars()
        .any(|letter| piece_letter(letter).is_none_or(|to| to == STRANGE));
    if plain && letters == 2 {
        // Two letters are the beginning of three, or the end of a run.
        let more = ('0'..='9')
            .chain('a'..='z')
            .map(|next| format!("{text}{next}"));
        let either = std::iter::once(text.to_owned())
            .chain(more)
            .collect::<Vec<_>>();
        return any(either.into_iter().map(Asked::for_piece).collect());
    }
    let whole = match plain {
        true => letters == 1 || letters == 3,
        false => letters <= 2,
    };
    let mut pieces: Vec<String> = pieces.into_iter().collect();
    // Three letters say more than one of them.
    if pieces.iter().any(|piece| piece.chars().count() > 1) {
        pieces.retain(|piece| piece.chars().count() > 1);
    }
    let some = pieces
        .into_iter()
        .take(MOST_PIECES)
        .map(Asked::for_piece)
        .collect();
    let mut asked = all(some)?;
    asked.exact &= whole && !strange;
    Some(asked)
}

/// Rows where characters may begin with these letters.
fn of_initials(word: &str) -> Option<Asked> {
    let wide = word.len().min(3);
    let pieces: BTreeSet<&str> = (0..=word.len() - wide)
        .map(|at| &word[at..at + wide])
        .collect();
    let pieces = pieces.into_iter().take(MOST_PIECES);
    let asked = pieces.map(|piece| Asked::for_piece(format!("{INITIAL}{piece}")));
    let mut asked = all(asked.collect())?;
    asked.exact &= word.len() <= 3;
    Some(asked)
}

/// Rows where characters may sound like this.
fn of_syllables(word: &str) -> Option<Asked> {
    let mut ways = Vec::new();
    cut_up(word, &mut Vec::new(), &mut ways);
    any(ways.iter().filter_map(|way| of_way(way)).collect())
}

/// One way to read a word: whole syllables, and what is left of it.
struct Way<'w> {
    whole: Vec<&'w str>,
    left: Left<'w>,
}

/// What follows the whole syllables.
enum Left<'w> {
    /// The beginning of one more.
    Begun(&'w str),
    /// More than is looked up.
    More,
}

fn cut_up<'w>(word: &'w str, before: &mut Vec<&'w str>, ways: &mut Vec<Way<'w>>) {
    let way = |left| Way {
        whole: before.clone(),
        left,
    };
    if before.len() == MOST_SYLLABLES {
        ways.push(way(Left::More));
        return;
    }
    if syllables(word).next().is_some() {
        ways.push(way(Left::Begun(word)));
    }
    for end in 1..word.len() {
        if is_syllable(&word[..end]) {
            before.push(&word[..end]);
            cut_up(&word[end..], before, ways);
            before.pop();
        }
    }
}

fn of_way(way: &Way<'_>) -> Option<Asked> {
    let pairs = way.whole.windows(2);
    let mut asked: Vec<Asked> = pairs
        .map(|pair| Asked::for_piece(format!("{SYLLABLE}{}0{}", pair[0], pair[1])))
        .collect();
    if let Left::Begun(beginning) = way.left {
        let ends = syllables(beginning).map(|end| match way.whole.last() {
            Some(before) => format!("{SYLLABLE}{before}0{end}"),
            None => format!("{SYLLABLE}{end}"),
        });
        asked.push(any(ends.map(Asked::for_piece).collect())?);
    }
    // Pieces that are asked for together may stand apart in a row, so only single ones are exact.
    let single = asked.len() <= 1;
    let mut asked = all(asked)?;
    asked.exact &= single && matches!(way.left, Left::Begun(_));
    Some(asked)
}

impl Asked {
    fn for_piece(piece: String) -> Self {
        Asked {
            expression: format!("\"{piece}\""),
            exact: true,
        }
    }
}

/// All of these.
fn all(asked: Vec<Asked>) -> Option<Asked> {
    let exact = asked.iter().all(|one| one.exact);
    Some(Asked {
        expression: joined(asked, " AND ")?,
        exact,
    })
}

fn any(asked: Vec<Asked>) -> Option<Asked> {
    let exact = asked.iter().all(|one| one.exact);
    Some(Asked {
        expression: joined(asked, " OR ")?,
        exact,
    })
}

fn joined(mut asked: Vec<Asked>, how: &str) -> Option<String> {
    match asked.len() {
        0 => None,
        1 => asked.pop().map(|one| one.expression),
        _ => {
            let parts: Vec<String> = asked.into_iter().map(|one| one.expression).collect();
            Some(format!("({})", parts.join(how)))
        }
    }
}

/// Whether a text ends where its letters end, or may go on in the row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    Yes,
    No,
}

fn pieces_of_text(text: &str, whole: Whole, pieces: &mut BTreeSet<String>) {
    // What is no letter of a piece parts those beside it, in row and question alike.
    for part in text.split(|letter| piece_letter(letter).is_none()) {
        let letters: Vec<char> = part.chars().filter_map(piece_letter).collect();
        for (at, letter) in letters.iter().enumerate() {
            pieces.insert(letter.to_string());
            let Some(next) = letters.get(at + 1) else {
                break;
            };
            if !(letter.is_ascii() && next.is_ascii()) {
                pieces.insert([*letter, *next].iter().collect());
                continue;
            }
            match letters.get(at + 2) {
                Some(third) if third.is_ascii() => {
                    pieces.insert([*letter, *next, *third].iter().collect());
                }
                // In a row a run of letters ends here; in a question it may go on.
                _ if whole == Whole::Yes => {
                    pieces.insert([*letter, *next].iter().collect());
                }
                _ => {}
            }
        }
    }
}

fn pieces_of_sound(text: &str, pieces: &mut BTreeSet<String>) {
    let mut before: [Vec<&str>; 2] = Default::default();
    for letter in text.chars() {
        let now = readings(letter);
        for reading in &now {
            let initial = &reading[..1];
            pieces.insert(format!("{SYLLABLE}{reading}"));
            pieces.insert(format!("{INITIAL}{initial}"));
            for last in &before[1] {
                pieces.insert(format!("{SYLLABLE}{last}0{reading}"));
                pieces.insert(format!("{INITIAL}{}{initial}", &last[..1]));
                for first in &before[0] {
                    pieces.insert(format!("{INITIAL}{}{}{initial}", &first[..1], &last[..1]));
                }
            }
        }
        let last = std::mem::replace(&mut before[1], now);
        // A sign that is not Chinese parts what stands before it from what follows.
        before[0] = match before[1].is_empty() {
            true => Vec::new(),
            false => last,
        };
    }
}

/// A letter as it stands in a piece; nothing for what no word of a search can hold.
fn piece_letter(letter: char) -> Option<char> {
    match letter {
        _ if letter.is_ascii_alphanumeric() => Some(letter),
        _ if letter.is_whitespace() || letter.is_control() => None,
        _ if letter.is_ascii() => char::from_u32(SIGNS + u32::from(letter)),
        '\u{e000}'..='\u{e1ff}' => Some(STRANGE),
        _ => Some(letter),
    }
}
