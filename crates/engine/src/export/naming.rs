//! Names that Windows, macOS and Linux all take, and that differ from each other on all three.

use super::Template;
use bohao_wire::{CallRow, Headings, NumbersShown};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The longest name of a file or folder, in bytes: Linux takes 255 of them and less where the disk
/// is encrypted, and Windows 260 for a whole path.
const MAX_BYTES: usize = 120;

/// How deep a template may lay folders.
const MAX_DEPTH: usize = 4;

/// Names recordings, and remembers which names are taken: eight bytes of each.
pub(crate) struct Naming {
    template: Template,
    numbers: NumbersShown,
    headings: Headings,
    /// How often a name was asked for, whatever its case.
    taken: HashMap<u64, u32>,
}

impl Naming {
    pub fn new(template: Template, numbers: NumbersShown, headings: Headings) -> Self {
        Naming {
            template,
            numbers,
            headings,
            taken: HashMap::new(),
        }
    }

    /// The name of a call's recording, with its folders, as no other call's.
    pub fn name(&mut self, row: &CallRow, ending: &str) -> String {
        let filled = self.template.fill(row, self.numbers, self.headings);
        let ending: String = ending
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(5)
            .collect();
        let mut parts: Vec<&str> = filled
            .split('/')
            .filter(|part| !part.trim().is_empty())
            .collect();
        let stem = parts.pop().unwrap_or_default();
        let folders: Vec<String> = parts
            .into_iter()
            .take(MAX_DEPTH)
            .map(|part| safe(part, MAX_BYTES))
            .collect();
        let folder = folders
            .iter()
            .fold(String::new(), |path, part| path + part + "/");
        self.alone(&folder, stem, &ending)
    }

    fn alone(&mut self, folder: &str, stem: &str, ending: &str) -> String {
        let mut number = 1;
        loop {
            let tail = match number {
                1 => format!(".{ending}"),
                _ => format!(" ({number}).{ending}"),
            };
            let name = format!("{folder}{}{tail}", safe(stem, MAX_BYTES - tail.len()));
            let asked = self.taken.entry(key(&name)).or_insert(0);
            *asked += 1;
            if *asked == 1 {
                return name;
            }
            // The first one knows how far its followers have counted.
            let first = format!(
                "{folder}{}.{ending}",
                safe(stem, MAX_BYTES - 1 - ending.len())
            );
            let asked = self.taken.entry(key(&first)).or_insert(1);
            number = (*asked).max(number + 1);
            *asked = number;
        }
    }
}

/// Windows and macOS know no difference of case.
fn key(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.to_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// A part of a path that every system takes, in so many bytes at most. It is never empty.
fn safe(part: &str, bytes: usize) -> String {
    let plain: String = part
        .chars()
        .filter(|letter| !is_unseen(*letter))
        .map(|letter| match letter {
            '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*' => '_',
            letter if letter.is_whitespace() => ' ',
            letter => letter,
        })
        .collect();
    // A name that begins with a dot is hidden, and with a dash looks like an option.
    let plain = plain.trim_start_matches([' ', '.', '-', '~']);
    let mut end = plain.len().min(bytes.saturating_sub(1));
    while !plain.is_char_boundary(end) {
        end -= 1;
    }
    // Windows takes neither a dot nor a blank at the end.
    let plain = plain[..end].trim_end_matches([' ', '.']);
    match plain {
        "" => "_".to_owned(),
        plain if is_reserved(plain) => format!("_{plain}"),
        plain => plain.to_owned(),
    }
}

/// What is not seen, or turns what is seen around, or is put together differently elsewhere.
fn is_unseen(letter: char) -> bool {
    let marks = matches!(letter,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}'
        | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3099}' | '\u{309a}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}');
    letter.is_control() || marks || is_no_letter(letter)
}

/// Places of Unicode that stand for no letter, and those that each font fills as it likes.
fn is_no_letter(letter: char) -> bool {
    let code = u32::from(letter);
    matches!(letter, '\u{fdd0}'..='\u{fdef}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
        || code & 0xfffe == 0xfffe
}

/// `NUL`, `com1.wav` and their like are devices on Windows, whatever follows the first dot.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.to_uppercase();
    let device = |name: &str| {
        stem.strip_prefix(name).is_some_and(|port| {
            let mut letters = port.chars();
            let one = letters.next().is_some_and(|c| "0123456789¹²³".contains(c));
            one && letters.next().is_none()
        })
    };
    matches!(
        stem.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) || device("COM")
        || device("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bohao_wire::CallId;
    use proptest::prelude::*;
    use rstest::rstest;
    use std::collections::HashSet;

    fn call(note: &str) -> CallRow {
        CallRow {
            call: CallId("0193".into()),
            note: note.into(),
            ..super::super::made_up()
        }
    }

    fn naming(template: &str, numbers: NumbersShown) -> Naming {
        let template = Template::read(template).expect("a template");
        Naming::new(template, numbers, Headings::Zh)
    }

    #[rstest]
    #[case("{date}_{customer}_{number}", "2026-11-23_13900001234.mp3")]
    #[case("{date}_{time} {number}", "2026-11-23_140700 13900001234.mp3")]
    #[case("{日期}/{号码}_{状态}", "2026-11-23/13900001234_已接通.mp3")]
    #[case("{own}-{length}-{subid}", "13800000000-3m12s-04202611231407000001.mp3")]
    #[case("{ NUMBER }", "13900001234.mp3")]
    #[case("../../{call}", "_/_/0193.mp3")]
    #[case("/etc/{call}", "etc/0193.mp3")]
    #[case("C:\\{call}", "C__0193.mp3")]
    #[case("{note}", "_.mp3")]
    #[case("", "_.mp3")]
    fn a_template_names_a_recording(#[case] template: &str, #[case] name: &str) {
        assert_eq!(
            naming(template, NumbersShown::Whole).name(&call(""), "mp3"),
            name
        );
    }

    #[rstest]
    #[case("{nummer}", Some("nummer"))]
    #[case("{date}_{}", Some(""))]
    #[case("{date", None)]
    fn a_template_that_asks_in_vain_is_said_so(#[case] text: &str, #[case] field: Option<&str>) {
        let flaw = Template::read(text).expect_err("a flaw");
        assert_eq!(flaw.field.as_deref(), field);
    }

    #[rstest]
    #[case("NUL", "_NUL")]
    #[case("con.tar", "_con.tar")]
    #[case("COM¹", "_COM¹")]
    #[case("lpt9 ", "_lpt9")]
    #[case("COMPANY", "COMPANY")]
    #[case("name...", "name")]
    #[case(" .hidden", "hidden")]
    #[case("-rf", "rf")]
    #[case("a<b>:\"|?*c", "a_b______c")]
    #[case("gpj\u{202e}exe.wav", "gpjexe.wav")]
    #[case("a\u{0}\r\n\u{7f}b", "ab")]
    #[case("e\u{301}", "e")]
    fn promise_13_a_name_is_safe_on_all_three_systems(#[case] part: &str, #[case] name: &str) {
        assert_eq!(safe(part, MAX_BYTES), name);
    }

    #[test]
    fn promise_9_a_masked_name_holds_no_number() {
        let mut naming = naming("{number} {own} {note}", NumbersShown::Masked);
        let name = naming.name(&call("打 13922104471"), "wav");
        assert_eq!(name, "139xxxx1234 138xxxx0000 打 139xxxx4471.wav");
    }

    #[test]
    fn names_that_are_alike_are_counted_and_none_is_given_twice() {
        let mut naming = naming("{note}", NumbersShown::Whole);
        let names: Vec<String> = ["Li", "li", "LI (2)", "Li", "Li (2)", "li"]
            .iter()
            .map(|note| naming.name(&call(note), "wav"))
            .collect();
        let folded: HashSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        assert_eq!(folded.len(), names.len(), "{names:?}");
        assert_eq!(names[..2], ["Li.wav", "li (2).wav"]);
    }

    #[test]
    fn ten_thousand_of_one_name_are_named_at_once() {
        let mut naming = naming("{customer}", NumbersShown::Whole);
        let names: HashSet<String> = (0..10_000).map(|_| naming.name(&call(""), "wav")).collect();
        assert_eq!(names.len(), 10_000);
        assert!(names.contains("_ (10000).wav"));
    }

    proptest! {
        #[test]
        fn promise_13_no_name_leaves_its_folder_or_grows_too_long(
            template in "[^{}]{0,200}",
            notes in prop::collection::vec(any::<String>(), 1..4),
        ) {
            let mut naming = naming(&format!("{template}{{note}}/{{note}}"), NumbersShown::Whole);
            let mut seen = HashSet::new();
            for note in &notes {
                let name = naming.name(&call(note), "wav");
                prop_assert!(seen.insert(name.to_lowercase()), "{name} twice");
                for part in name.split('/') {
                    prop_assert!(!part.is_empty() && part.len() <= MAX_BYTES, "{part:?}");
                    prop_assert!(!part.starts_with('.') && !part.ends_with([' ', '.']), "{part:?}");
                    prop_assert!(!is_reserved(part), "{part:?}");
                    prop_assert!(!part.contains(['<', '>', ':', '"', '\\', '|', '?', '*']));
                    prop_assert!(!part.chars().any(is_unseen), "{part:?}");
                }
            }
        }
    }
}
