//! `link LINK`: what a link would do in the window. Nothing is done, and no data are needed.

use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::words::{self, Language};
use bohao_engine::links;
use bohao_wire::{Fault, FaultCode, Link, LinkFlaw, NumberFlaw};

/// Tells it.
///
/// # Errors
/// Why nothing would be done with the link.
pub fn run(output: Output, text: &str) -> Result<Exit, Failure> {
    let link = links::read(text);
    if let Link::Refused { flaw } = link {
        return Err(refused(flaw));
    }
    output.answer(&link, |language| said(language, &link))?;
    Ok(Exit::Done)
}

fn said(language: Language, link: &Link) -> String {
    match link {
        Link::Dial {
            number,
            flaw,
            name,
            note,
            extension,
        } => {
            let fill = language.pick("填入号码，不会自动拨出：", "fills in, and dials nothing: ");
            let flaw = flaw.map(|flaw| flawed(language, flaw));
            let first = format!("{fill}{number}");
            let rest = [name, note, extension].map(|part| part.clone());
            let lines = [Some(first), flaw].into_iter().chain(rest);
            lines.flatten().collect::<Vec<_>>().join("\n")
        }
        Link::Pairing => language
            .pick(
                "先问一句，同意后与中继配对",
                "asks, and pairs with the relay if the answer is yes",
            )
            .to_owned(),
        Link::Call { call } => {
            let show = language.pick("显示这通电话：", "shows the call ");
            format!("{show}{}", call.0)
        }
        // No link asks for it: the window alone reads what was copied.
        Link::Copied { numbers } => {
            let numbers = numbers.iter().map(|number| number.grouped.as_str());
            numbers.collect::<Vec<_>>().join("\n")
        }
        Link::Refused { flaw } => refused(*flaw).words(language),
    }
}

fn flawed(language: Language, flaw: NumberFlaw) -> String {
    let flaw = serde_json::to_value(flaw).unwrap_or_default();
    let fault = Fault::new(FaultCode::BadNumber, "").with("flaw", flaw);
    words::fault(language, &fault)
}

fn refused(flaw: LinkFlaw) -> Failure {
    let (code, chinese, english) = match flaw {
        LinkFlaw::TooLong => (
            "too_long",
            "链接太长，不会打开",
            "The link is too long to be opened",
        ),
        LinkFlaw::Malformed => (
            "malformed",
            "链接里有不该出现的字符，不会打开",
            "The link holds characters that have no place in it, and is not opened",
        ),
        LinkFlaw::NoNumber => (
            "no_number",
            "链接里没有可以拨打的号码",
            "The link holds no number that can be dialled",
        ),
        LinkFlaw::Several => (
            "several",
            "链接里不止一个号码，不会打开",
            "The link holds more than one number, and is not opened",
        ),
        LinkFlaw::Special => (
            "special",
            "链接里是紧急号码、短号码或话机的功能代码，不能经平台拨打",
            "The link holds an emergency number, a short number or a code of a telephone; the platform dials none",
        ),
        LinkFlaw::Unknown => (
            "unknown",
            "不认识这个链接要做的事",
            "What the link asks for is not known here",
        ),
        LinkFlaw::Foreign => (
            "foreign",
            "这不是 tel:、callto: 或 bohao: 链接",
            "This is no tel:, callto: or bohao: link",
        ),
    };
    Failure::Input {
        code,
        chinese: chinese.to_owned(),
        english: english.to_owned(),
    }
}
