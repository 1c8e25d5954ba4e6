//! Calls in words.

use super::Language;
use crate::beijing;
use bohao_wire::{
    Block, CallRow, CallState, CallStatus, GuardRule, NotSentWhy, Placed, RecordingState,
    RefusalClass,
};

/// Where a call stands.
pub fn state(language: Language, state: CallState) -> &'static str {
    let (chinese, english) = match state {
        CallState::Planned => ("未发出", "planned"),
        CallState::Sending => ("正在提交", "sending"),
        CallState::Accepted => ("已受理", "accepted"),
        CallState::Refused => ("被拒绝", "refused"),
        CallState::NotSent => ("未发出", "not sent"),
        CallState::Unknown => ("结果未知", "unknown"),
        CallState::Recorded => ("有通话记录", "recorded"),
    };
    language.pick(chinese, english)
}

/// Why a call came to nothing. The platform's own words are shown as they are; what this computer
/// alone knows is said in the user's language.
pub fn why(language: Language, row: &CallRow) -> Option<String> {
    match (language, row.state) {
        (Language::Zh, CallState::NotSent) => Some(NOT_SENT.to_owned()),
        (Language::Zh, CallState::Unknown) => Some(NO_ANSWER.to_owned()),
        _ => row.reason.clone(),
    }
}

/// What the platform said to a dial, or what came instead of it.
pub fn answer(language: Language, placed: &Placed) -> String {
    match (placed, language) {
        (Placed::Accepted { .. }, _) => taken(language).to_owned(),
        (Placed::NotSent { why, .. }, Language::Zh) => not_sent(*why).to_owned(),
        (Placed::Unknown { .. }, Language::Zh) => NO_ANSWER.to_owned(),
        (Placed::Blocked { block, .. }, _) => blocked(language, block),
        (
            Placed::Refused { message, .. }
            | Placed::NotSent { message, .. }
            | Placed::Unknown { message, .. },
            _,
        ) => message.clone(),
    }
}

fn not_sent(why: Option<NotSentWhy>) -> &'static str {
    match why {
        None => NOT_SENT,
        Some(NotSentWhy::Malformed) => "请求没能拼成，没有拨出；请检查拨号地址",
        Some(NotSentWhy::NameNotFound) => "找不到平台的地址，没有拨出；请检查网络和拨号地址",
        Some(NotSentWhy::ConnectTimeout) => "连接平台超时，没有拨出；请检查网络",
        Some(NotSentWhy::Tls) => "没能和平台建立可信的连接，没有拨出；请检查拨号地址和系统时间",
        Some(NotSentWhy::Refused) => "平台的地址拒绝了连接，没有拨出；请检查拨号地址，或稍后再试",
        Some(NotSentWhy::Unreachable) => "到不了平台的地址，没有拨出；请检查网络和拨号地址",
    }
}

const NOT_SENT: &str = "没能连上平台，没有拨出";
const NO_ANSWER: &str = "没有得到平台的有效回答，可能已经拨出";

/// What a record says.
pub fn status(language: Language, status: CallStatus) -> &'static str {
    let (chinese, english) = match status {
        CallStatus::Dialled => ("已拨打", "dialled"),
        CallStatus::Failed => ("失败", "failed"),
        CallStatus::NotConnected => ("未接通", "not connected"),
        CallStatus::Connected => ("接通", "connected"),
    };
    language.pick(chinese, english)
}

/// Where a recording is.
pub fn recording(language: Language, recording: RecordingState) -> &'static str {
    let (chinese, english) = match recording {
        RecordingState::None => ("–", "–"),
        RecordingState::Waiting => ("等待", "waiting"),
        RecordingState::Saved => ("已保存", "saved"),
        RecordingState::Gone => ("平台已删除", "gone"),
        RecordingState::Failed => ("获取失败", "failed"),
        RecordingState::Dropped => ("按规则清理", "dropped"),
    };
    language.pick(chinese, english)
}

/// `3:12`, or `1:03:12` from an hour on.
pub fn duration(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{rest:02}"),
        _ => format!("{hours}:{minutes:02}:{rest:02}"),
    }
}

/// What became of a dial, as a headline.
pub fn dial_state(language: Language, placed: &Placed) -> &'static str {
    let (chinese, english) = match placed {
        Placed::Accepted { .. } => return taken(language),
        Placed::Refused { .. } => (
            "平台拒绝了，没有拨出",
            "The platform refused it; nothing was dialled",
        ),
        Placed::NotSent { .. } => (
            "请求没有发出，没有拨出",
            "It never left; nothing was dialled",
        ),
        Placed::Unknown { .. } => (
            "结果未知：可能已经拨出，不会自动重拨，以通话记录为准",
            "The outcome is unknown: it may have been dialled. It is not repeated; its record will tell",
        ),
        Placed::Blocked { .. } => (
            "拨打规则拦下了，没有拨出",
            "The guard stopped it; nothing was dialled",
        ),
    };
    language.pick(chinese, english)
}

/// A dial that was ended by a signal before its answer was here.
pub fn interrupted(language: Language) -> &'static str {
    language.pick(
        "已中断：可能已经拨出，不会自动重拨，以通话记录为准",
        "Interrupted: it may have been dialled. It is not repeated; its record will tell",
    )
}

/// The headline of an accepted dial.
pub fn taken(language: Language) -> &'static str {
    language.pick(
        "平台已受理，您的电话即将响铃",
        "The platform took it; your phone will ring",
    )
}

/// A refusal: its code, the platform's words where it has any, and what helps.
pub fn refusal(language: Language, code: i64, message: &str, class: RefusalClass) -> String {
    let mut text = code.to_string();
    if !message.is_empty() {
        text.push(' ');
        text.push_str(message);
    }
    if let Some(advice) = refusal_advice(language, class) {
        text.push_str(language.pick("；", "; "));
        text.push_str(advice);
    }
    text
}

/// What helps against a refusal.
fn refusal_advice(language: Language, class: RefusalClass) -> Option<&'static str> {
    let (chinese, english) = match class {
        RefusalClass::Ours => (
            "这是本程序的错误，请反馈",
            "this is a mistake of Bohao: please report it",
        ),
        RefusalClass::Input => ("请核对号码", "check the number"),
        RefusalClass::SetUp => (
            "请核对 appKey 和 appSecret，bohao-cli doctor 可以检查",
            "check appKey and appSecret; `bohao-cli doctor` helps",
        ),
        RefusalClass::Clock => ("请校准这台电脑的时间", "set this computer's clock"),
        RefusalClass::Platform => (
            "平台繁忙，请稍后再试",
            "the platform is busy: try again later",
        ),
        RefusalClass::NothingThere => ("平台没有相应的数据", "the platform has nothing for it"),
        RefusalClass::Line => (
            "上一通电话还没有结束，请稍后再拨",
            "the last call is not over yet: dial again later",
        ),
        RefusalClass::Account => ("请联系管理员充值", "the account needs credit"),
        RefusalClass::Other => return None,
    };
    Some(language.pick(chinese, english))
}

/// Which rule stopped a dial, and when it frees up.
pub fn blocked(language: Language, block: &Block) -> String {
    let Block { count, limit, .. } = block;
    let rule = match (language, block.rule) {
        (Language::Zh, GuardRule::Hours) => "现在不在允许拨打的时段内".to_owned(),
        (Language::En, GuardRule::Hours) => {
            "it is outside the hours in which calls may be placed".to_owned()
        }
        (Language::Zh, GuardRule::Gap) => "刚刚拨打过这个号码".to_owned(),
        (Language::En, GuardRule::Gap) => "this number was dialled just now".to_owned(),
        (Language::Zh, GuardRule::Per5min) => {
            format!("五分钟内已拨打这个号码 {count} 次，上限 {limit} 次")
        }
        (Language::En, GuardRule::Per5min) => {
            format!("{count} calls to this number in five minutes, and {limit} are allowed")
        }
        (Language::Zh, GuardRule::Per24h) => {
            format!("24 小时内已拨打这个号码 {count} 次，上限 {limit} 次")
        }
        (Language::En, GuardRule::Per24h) => {
            format!("{count} calls to this number in 24 hours, and {limit} are allowed")
        }
        (Language::Zh, GuardRule::PerDay) => format!("今天已拨打 {count} 次，上限 {limit} 次"),
        (Language::En, GuardRule::PerDay) => {
            format!("{count} calls today, and {limit} are allowed")
        }
        (Language::Zh, GuardRule::DoNotCall) => {
            "这个号码在勿扰名单里，写明理由解除之后才能拨打".to_owned()
        }
        (Language::En, GuardRule::DoNotCall) => {
            "the number is not to be called until that is lifted with a reason".to_owned()
        }
        (Language::Zh, GuardRule::Loss) => {
            "原来的数据库丢失，勿扰名单、规则和备注不在这里；恢复备份，或用 bohao-cli guard acknowledge-loss 确认后再拨".to_owned()
        }
        (Language::En, GuardRule::Loss) => {
            "the database was lost, and the do-not-call list, the rules and the notes with it; restore a backup, or acknowledge that with `bohao-cli guard acknowledge-loss`".to_owned()
        }
        (Language::Zh, GuardRule::Outcome) => {
            "上一通电话还没有选结果，先用 bohao-cli outcome 选一个".to_owned()
        }
        (Language::En, GuardRule::Outcome) => {
            "the last call has no outcome yet; choose one with `bohao-cli outcome`".to_owned()
        }
        (Language::Zh, GuardRule::UnderWay) => "这个主叫号码还有一通电话在进行".to_owned(),
        (Language::En, GuardRule::UnderWay) => "a call of this own number is under way".to_owned(),
        (Language::Zh, GuardRule::Lead) => "这位已经拨过、已经结束，或名单已暂停".to_owned(),
        (Language::En, GuardRule::Lead) => {
            "this lead was dialled already, is over, or its list rests".to_owned()
        }
        (Language::Zh, GuardRule::Pattern) => match &block.why {
            Some(why) => format!("这类号码不允许拨打：{why}"),
            None => "这类号码不允许拨打".to_owned(),
        },
        (Language::En, GuardRule::Pattern) => match &block.why {
            Some(why) => format!("numbers like this one are never dialled: {why}"),
            None => "numbers like this one are never dialled".to_owned(),
        },
    };
    match (block.frees_at.map(beijing::format), language) {
        (Some(at), Language::Zh) => format!("{rule}，{at} 之后可以拨打"),
        (Some(at), Language::En) => format!("{rule}; it frees up at {at} (Beijing)"),
        (None, _) => rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_without_words_has_no_stray_mark() {
        let told = |message| refusal(Language::Zh, 2000, message, RefusalClass::Platform);
        assert_eq!(told(""), "2000；平台繁忙，请稍后再试");
        assert_eq!(told("忙"), "2000 忙；平台繁忙，请稍后再试");
    }
}
