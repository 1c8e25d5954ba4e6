//! Figures that are kept in docs/benchmarks, one file a name.

use crate::workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

/// Writes a file anew, with its head; a section that another chore wrote into it stays.
pub fn write(name: &str, head: &str, tables: &str, foreign: &[&str]) -> Result<PathBuf> {
    let path = path(name)?;
    let before = fs::read_to_string(&path).unwrap_or_default();
    let mut text = format!("# Benchmark: {name}\n\n{head}\n\n{}\n", tables.trim_end());
    for heading in foreign {
        if let Some(section) = section(&before, heading) {
            text += &format!("\n{}\n", section.trim_end());
        }
    }
    save(path, &text)
}

/// Puts one section into a file, in the place of the one with the same heading if there is one.
pub fn put_section(name: &str, heading: &str, text: &str) -> Result<PathBuf> {
    let path = path(name)?;
    let before = fs::read_to_string(&path).unwrap_or_else(|_| format!("# Benchmark: {name}\n"));
    save(path, &with_section(&before, heading, text))
}

fn with_section(before: &str, heading: &str, text: &str) -> String {
    let rest = match section(before, heading) {
        Some(old) => before.replace(old, ""),
        None => before.to_owned(),
    };
    format!("{}\n\n{heading}\n\n{}\n", rest.trim_end(), text.trim_end())
}

/// From a heading up to the next one of its rank.
fn section<'a>(text: &'a str, heading: &str) -> Option<&'a str> {
    let start = text.find(&format!("{heading}\n"))?;
    let rest = &text[start..];
    let end = rest[2..].find("\n## ").map_or(rest.len(), |at| at + 3);
    Some(&rest[..end])
}

fn path(name: &str) -> Result<PathBuf> {
    let folder = workspace::root().join("docs/benchmarks");
    fs::create_dir_all(&folder)?;
    Ok(folder.join(format!("{name}.md")))
}

fn save(path: PathBuf, text: &str) -> Result<PathBuf> {
    fs::write(&path, text).with_context(|| format!("{} could not be written", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const TEXT: &str = "# Benchmark: x\n\n## A\n\n1\n\n## B\n\n2\n\n## C\n\n3\n";

    #[rstest]
    #[case("## A", Some("## A\n\n1\n\n"))]
    #[case("## C", Some("## C\n\n3\n"))]
    #[case("## D", None)]
    fn a_section_ends_where_the_next_begins(#[case] heading: &str, #[case] text: Option<&str>) {
        assert_eq!(section(TEXT, heading), text);
    }

    #[test]
    fn a_section_takes_its_own_place_only() {
        let once = with_section(TEXT, "## B", "new");
        assert_eq!(
            once,
            "# Benchmark: x\n\n## A\n\n1\n\n## C\n\n3\n\n## B\n\nnew\n"
        );
        assert_eq!(with_section(&once, "## B", "new"), once);
    }
}
