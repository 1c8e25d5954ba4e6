//! `mimeapps.list`, in which a Linux desktop keeps what its user chose.

use bohao_engine::links::SCHEMES;

const SECTION: &str = "[Default Applications]";

/// How the list names links of a scheme.
pub fn kind(scheme: &str) -> String {
    format!("x-scheme-handler/{scheme}")
}

/// The list with `entry` before all others. Those stay behind it, so that they have their turn again
/// once it is gone.
pub fn with(list: &str, entry: &str) -> String {
    let mut lines: Vec<String> = without(list, entry).lines().map(str::to_owned).collect();
    let begin = match lines.iter().position(|line| line.trim() == SECTION) {
        Some(section) => section + 1,
        None => {
            lines.push(SECTION.to_owned());
            lines.len()
        }
    };
    for scheme in SCHEMES {
        let key = format!("{}=", kind(scheme));
        let mut own = lines[begin..]
            .iter()
            .take_while(|line| !line.starts_with('['));
        match own.position(|line| line.starts_with(&key)) {
            Some(place) => lines[begin + place].insert_str(key.len(), &format!("{entry};")),
            None => lines.insert(begin, format!("{key}{entry};")),
        }
    }
    lines.join("\n") + "\n"
}

/// The list without `entry`; all else stays as it is.
pub fn without(list: &str, entry: &str) -> String {
    let mut kept = String::with_capacity(list.len());
    let mut section = "";
    for line in list.lines() {
        if line.starts_with('[') {
            section = line.trim();
        }
        match line.split_once('=') {
            Some((key, value)) if section == SECTION && names(value, entry) => {
                let others: Vec<&str> = value.split(';').filter(|it| other(it, entry)).collect();
                if !others.is_empty() {
                    kept.push_str(&format!("{key}={}\n", others.join(";")));
                }
            }
            _ => {
                kept.push_str(line);
                kept.push('\n');
            }
        }
    }
    kept
}

fn names(value: &str, entry: &str) -> bool {
    value.split(';').any(|it| it.trim() == entry)
}

fn other(it: &str, entry: &str) -> bool {
    !it.trim().is_empty() && it.trim() != entry
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "bohao-links.desktop";
    const BEFORE: &str = "\
[Added Associations]
x-scheme-handler/tel=other.desktop;

[Default Applications]
text/html=firefox.desktop
x-scheme-handler/tel=other.desktop
x-scheme-handler/callto=

[Something Else]
x-scheme-handler/tel=untouched.desktop
";

    #[test]
    fn bohao_comes_first_and_the_others_stay_behind_it() {
        let list = with(BEFORE, ENTRY);
        let lines: Vec<&str> = list.lines().collect();
        for line in [
            "x-scheme-handler/tel=bohao-links.desktop;other.desktop",
            "x-scheme-handler/callto=bohao-links.desktop;",
            "x-scheme-handler/bohao=bohao-links.desktop;",
            "x-scheme-handler/tel=other.desktop;",
            "x-scheme-handler/tel=untouched.desktop",
            "text/html=firefox.desktop",
        ] {
            assert!(lines.contains(&line), "{line} is not in\n{list}");
        }
        let sorted = |list: &str| {
            let mut lines: Vec<String> = list.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let twice = with(&list, ENTRY);
        assert_eq!(sorted(&twice), sorted(&list), "twice is as once");
    }

    #[test]
    fn taken_back_the_list_says_what_it_said() {
        let back = without(&with(BEFORE, ENTRY), ENTRY);
        let said = |list: &str| {
            let lines = list.lines().map(|line| line.trim_end_matches([';', '=']));
            let lines = lines.filter(|line| *line != "x-scheme-handler/callto");
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(said(&back), said(BEFORE));
        assert_eq!(
            without(BEFORE, ENTRY),
            BEFORE,
            "who is not there is not missed"
        );
    }

    #[test]
    fn a_list_is_begun_where_there_is_none() {
        let list = with("", ENTRY);
        assert!(list.starts_with("[Default Applications]\n"));
        assert_eq!(list.lines().count(), 4);
        assert_eq!(without(&list, ENTRY), "[Default Applications]\n");
    }
}
