/// A stranger's words as one line that shows what it holds: control characters become spaces, and
/// letters that show nothing and change how others are shown (direction marks, invisible ones) are
/// left out.
///
/// ```
/// # use bohao_platform::plain_words;
/// assert_eq!(plain_words("费用\u{202e}不足\nagain"), "费用不足 again");
/// ```
pub fn plain_words(text: &str) -> String {
    text.chars()
        .filter(|letter| !steers(*letter))
        .map(|letter| match letter {
            // A line ends in two more ways than by a control character.
            '\u{2028}' | '\u{2029}' => ' ',
            letter if letter.is_control() => ' ',
            letter => letter,
        })
        .collect()
}

fn steers(letter: char) -> bool {
    matches!(
        letter,
        '\u{00ad}'
            | '\u{061c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}
