//! Faults in words: what happened, whether anything was dialled or lost, what to do.

use super::Language;
use bohao_wire::{Fault, FaultCode, NumberFlaw};

/// The detail that says whether anything was dialled.
pub const DIALLED: &str = "dialled";

/// A fault in words, with the detail that helps.
pub fn fault(language: Language, fault: &Fault) -> String {
    let words = without_the_dial(language, fault);
    let nothing_dialled = fault
        .details
        .get(DIALLED)
        .is_some_and(|told| *told == false);
    let said = language.pick("没有拨出", "othing was dialled");
    match nothing_dialled && !words.contains(said) {
        true => words + language.pick("。没有拨出", ". Nothing was dialled"),
        false => words,
    }
}

fn without_the_dial(language: Language, fault: &Fault) -> String {
    let (chinese, english) = match fault.code {
        FaultCode::BadNumber => return bad_number(language, fault),
        FaultCode::BadLink => return bad_link(language, fault),
        FaultCode::NotSetUp => return not_set_up(language, fault),
        FaultCode::PlatformRefused => return platform_refused(language, fault),
        FaultCode::RecordingUnavailable => return no_recording(language, fault),
        FaultCode::UnreadableFile => return unreadable_file(language, fault),
        FaultCode::DiskFull if detail_of(fault, "left").is_some() => {
            return no_room_for_rows(language, fault);
        }
        FaultCode::DiskFull if fault.details.get("kept").is_some() => {
            return no_room_for_numbers(language, fault);
        }
        FaultCode::NotFound if fault.details.get("path").is_some() => {
            ("没有这个文件", "There is no such file")
        }
        FaultCode::NotFound if detail_of(fault, "what") == Some("list") => (
            "没有这个编号的名单；bohao-cli lists 列出全部名单",
            "There is no list with this id; `bohao-cli lists` shows those there are",
        ),
        FaultCode::NotWritable if detail_of(fault, "reason") == Some("own_file") => (
            "这是拨号自己的文件，没有覆盖；请换一个地方",
            "This is a file of Bohao's own and was left alone; choose another place",
        ),
        FaultCode::BadInput => (
            "输入有误，没有执行任何操作",
            "The input can't be taken; nothing was done",
        ),
        FaultCode::NotFound => (
            "没有找到；请核对编号或号码",
            "There is nothing of that kind; check the id or the number",
        ),
        FaultCode::FileExists => (
            "文件已存在，没有覆盖；加 --force 可以覆盖",
            "The file exists and was left alone; --force replaces it",
        ),
        FaultCode::NotWritable => (
            "文件或文件夹无法读写，请检查权限",
            "The file or folder can't be used; check its permissions",
        ),
        FaultCode::DiskFull => (
            "磁盘已满，没有留下写了一半的文件；请腾出空间后再试",
            "The disk is full; nothing half-written was left. Free some space and try again",
        ),
        FaultCode::KeyringFailed => (
            "系统密钥环不可用，没有保存任何密钥；可以改用 BOHAO_* 环境变量",
            "The system's keyring can't be used, and no secret was kept; BOHAO_* environment variables do without it",
        ),
        FaultCode::PlatformUnreachable => (
            "连不上平台，没有拨出；请检查网络",
            "The platform could not be reached. Nothing was dialled; check the network",
        ),
        FaultCode::RelayUnreachable => (
            "连不上中继，已有的记录不受影响；请检查网络后再试",
            "The relay could not be reached, and nothing is lost; check the network and try again",
        ),
        FaultCode::RelayRefused => (
            "中继不接受这台机器的令牌；请要一个新的配对链接",
            "The relay does not take this desk's token; ask for a new pairing link",
        ),
        FaultCode::RelayLying => (
            "这个地址的回答不是中继的回答，没有采用；请核对配对链接",
            "What answers at this address is no relay, and nothing was taken from it; check the pairing link",
        ),
        FaultCode::TaskRunning => (
            "正在对录音做另一件事，没有开始；等它结束后再试",
            "Something else is being done with the recordings; nothing was begun. Try again once it has ended",
        ),
        FaultCode::InUse => (
            "另一个拨号程序正在使用同一份数据；请先退出它",
            "Another Bohao works on the same data; quit it first",
        ),
        FaultCode::DatabaseNewer => (
            "这份数据由更新版本的拨号写入，没有改动它；请安装新版本",
            "This data was written by a newer Bohao and was left untouched; install the newer version",
        ),
        FaultCode::DatabaseDamaged => (
            "数据库已损坏，原文件已另存，没有删除",
            "The database is damaged; the file was set aside, not deleted",
        ),
        FaultCode::DatabaseForeign => (
            "数据库的位置上是别的程序的文件，没有改动它；请把它移走，或换一个数据文件夹",
            "What lies in the database's place is another program's file, and was left untouched; move it away, or choose another data folder",
        ),
        FaultCode::DatabaseReplaced => (
            "数据库文件在使用中被删除或替换了，没有拨出，也没有保存；请重新启动拨号",
            "The database's file was deleted or replaced while it was open; nothing was dialled and nothing kept. Start Bohao again",
        ),
        FaultCode::NotHere => ("这里做不到这件事", "This can't be done here"),
        FaultCode::Internal => ("出现了意外问题", "Something unexpected happened"),
    };
    let words = language.pick(chinese, english);
    match detail(language, fault) {
        Some(detail) => format!("{words}{}{detail}", language.pick("：", ": ")),
        None => words.to_owned(),
    }
}

/// The detail that names the thing at fault, where the code alone does not. Reasons are sentences of
/// the network's or the system's, in English alone.
fn detail(language: Language, fault: &Fault) -> Option<String> {
    let path = detail_of(fault, "path");
    let detail = match (fault.code, language) {
        (FaultCode::BadInput, Language::Zh) => Some(field(detail_of(fault, "field")?)),
        (FaultCode::BadInput, Language::En) | (FaultCode::Internal, _) => {
            Some(fault.message.as_str())
        }
        (_, Language::Zh) => path,
        (_, Language::En) => path.or(detail_of(fault, "reason")),
    };
    detail.map(str::to_owned)
}

fn detail_of<'a>(fault: &'a Fault, key: &str) -> Option<&'a str> {
    fault.details.get(key).and_then(|value| value.as_str())
}

/// A request's field, as Chinese names it.
fn field(name: &str) -> &str {
    match name {
        "note" => "备注最多 4000 字",
        "name" => "名称，1 到 60 个字",
        "why" => "事由最多 200 字",
        "number" => "号码",
        "at" => "时间，最多五年以后",
        "meant" => "时间",
        "follow_up_at" => "跟进时间要在将来",
        "started_at" => "开始时间不能在将来",
        "duration" => "时长最多一天",
        "tel_a" => "主叫号码",
        "outcome" => "通话结果",
        "blocked" => "禁拨号段：数字、? 和 *，最多 200 条，说明最多 200 字",
        "gap" => "间隔，0 到 86400 秒",
        "key" => "密钥：最多 64 份带密钥的名单",
        "format" => "文件格式",
        "job" => "任务",
        "own_number" => "主叫号码",
        "push_url" => "推送地址，需要 https",
        "call_url" => "拨号地址，需要 https",
        "recording_url" => "录音地址，需要 https",
        "relay_url" => "中继地址，需要 https",
        "relay_token" => "中继令牌",
        "app_key" => "appKey",
        "app_secret" => "appSecret",
        "hours" => "时段，例如 08:00-21:00",
        "reason" => "修改原因",
        "zone" => "时区，例如 +08:00",
        "delimiter" => "分隔符，只能是一个英文符号",
        "recordings_dir" => "录音文件夹",
        "recordings" => {
            "录音的命名，可用 date time customer number own status length subid call note"
        }
        "calls" => "一次最多指定 100000 通电话",
        "from" => "起始日期，例如 2026-11-01，最多 36600 天",
        "to" => "结束日期，不早于起始日期",
        other => other,
    }
}

/// An import that found no room for its rows.
fn no_room_for_rows(language: Language, fault: &Fault) -> String {
    let words = match detail_of(fault, "left") {
        Some("nothing") => language.pick(
            "磁盘空间不足，没有导入：已经写入的都撤回了，原有的数据没有变。请腾出空间后再导入一次",
            "There is too little room on the disk. Nothing was imported: what was written so far is taken back, and everything else is as it was. Free some space and import again",
        ),
        _ => language.pick(
            "磁盘空间不足，没有导入完：已经写入的部分暂时撤不回，腾出空间后会自动撤回。请腾出空间后再导入一次",
            "There is too little room on the disk. The import stopped; what it wrote is taken back by itself once there is room. Free some space and import again",
        ),
    };
    words.to_owned()
}

/// A do-not-call list that found no room for all of its numbers.
fn no_room_for_numbers(language: Language, fault: &Fault) -> String {
    let kept = &fault.details["kept"];
    match language {
        Language::Zh => format!(
            "磁盘空间不足：名单里有 {kept} 个号码已经加入勿扰，其余的没有。请腾出空间后再导入一次"
        ),
        Language::En => format!(
            "There is too little room on the disk: {kept} numbers of the list are barred now, the rest is not. Free some space and import again"
        ),
    }
}

fn unreadable_file(language: Language, fault: &Fault) -> String {
    if let Some(words) = no_backup(language, fault) {
        return words;
    }
    let (chinese, english) = match detail_of(fault, "reason") {
        Some("folder") => ("这是一个文件夹", "it is a folder"),
        Some("not_a_file") => (
            "这是设备或管道，不是普通文件",
            "it is a device or a pipe, and no regular file",
        ),
        Some("too_large") => (
            "文件太大：表格文本 1 GiB、JSON 64 MiB、旧版 xls 32 MiB 以内",
            "it is too large: a text may have 1 GiB, JSON 64 MiB, an old .xls 32 MiB",
        ),
        Some("empty") => (
            "没有可以导入的行；--dry-run 会说明每一行的原因",
            "there is no row in it that can be taken; --dry-run tells why",
        ),
        Some("broken_workbook") => (
            "工作簿已损坏；请用表格软件打开后重新保存",
            "the workbook is damaged; open it in a spreadsheet and save it anew",
        ),
        Some("locked") => (
            "工作簿有密码；请去掉密码后再导入",
            "the workbook has a password; save it without one",
        ),
        Some("bomb") => (
            "工作簿解压后大得不合常理，没有打开",
            "the workbook would unpack to an unreasonable size, and was not opened",
        ),
        Some("no_such_sheet") => ("没有这个名称的工作表", "it has no sheet of this name"),
        Some("disk") => ("文件读不出来", "it can't be read from the disk"),
        Some("web_page") => (
            "这是网页；请用表格软件打开，另存为 xlsx 后再导入",
            "it is a web page; open it in a spreadsheet, save it as .xlsx and import that",
        ),
        Some("not_text") => (
            "不是 UTF-8、UTF-16 或 GB18030 的文本",
            "it is no text in UTF-8, UTF-16 or GB18030",
        ),
        Some("no_header") => (
            "认不出表头：通话要有 subid，或客户号码和开始时间（可以用 --map 指定）；名单要有号码",
            "no header names what it takes: the id of a call (subid), or its number and beginning (--map tells); the numbers of a list",
        ),
        Some("too_many_columns") => ("列太多了", "it has too many columns"),
        Some("too_many_rows") => ("行太多了", "it has too many rows"),
        Some("broken_json") => return broken_json(language, fault),
        Some("no_records") => ("里面没有通话记录", "it holds no list of records"),
        _ => ("看不懂这个文件", "it is of no known form"),
    };
    let path = match detail_of(fault, "path") {
        Some(path) => format!("{}{path}", language.pick("：", ": ")),
        None => String::new(),
    };
    match language {
        Language::Zh => format!("没有导入任何内容，{chinese}{path}"),
        Language::En => format!("Nothing was imported: {english}{path}"),
    }
}

fn no_backup(language: Language, fault: &Fault) -> Option<String> {
    let (chinese, english) = match detail_of(fault, "reason")? {
        "not_a_backup" => ("这不是拨号的备份", "it is no backup of Bohao's"),
        "damaged_backup" => (
            "备份已损坏或被改动过",
            "the backup is damaged, or was changed",
        ),
        "newer_backup" => (
            "备份由更新版本的拨号写入；请安装新版本",
            "a newer Bohao made it; install the newer version",
        ),
        _ => return None,
    };
    let path = detail_of(fault, "path").unwrap_or_default();
    Some(match language {
        Language::Zh => format!("没有恢复任何内容，{chinese}：{path}"),
        Language::En => format!("Nothing was restored: {english}: {path}"),
    })
}

fn broken_json(language: Language, fault: &Fault) -> String {
    let line = fault.details.get("line").and_then(|line| line.as_u64());
    match (language, line.unwrap_or(1)) {
        (Language::Zh, line) => format!("没有导入任何内容，JSON 到第 {line} 行中断或出错"),
        (Language::En, line) => {
            format!("Nothing was imported: the JSON breaks off or goes wrong in line {line}")
        }
    }
}

fn bad_number(language: Language, fault: &Fault) -> String {
    let flaw = fault.details.get("flaw").cloned().unwrap_or_default();
    let flaw: Option<NumberFlaw> = serde_json::from_value(flaw).ok();
    let (chinese, english) = match flaw {
        Some(NumberFlaw::Empty) => ("没有输入号码", "there is nothing yet"),
        Some(NumberFlaw::NoDigits) | None => ("这里面没有号码", "there is no number in it"),
        Some(NumberFlaw::TooShort) => ("号码位数不够", "it has too few digits"),
        Some(NumberFlaw::TooLong) => ("号码位数太多", "it has too many digits"),
        Some(NumberFlaw::NoAreaCode) => ("固定电话需要加区号", "a landline needs its area code"),
        Some(NumberFlaw::Foreign) => (
            "不是中国大陆的号码",
            "it is a number outside mainland China",
        ),
        Some(NumberFlaw::Special) => (
            "紧急电话和短号不能经平台拨打",
            "emergency and short service numbers can't be reached through the platform",
        ),
        Some(NumberFlaw::Several) => ("里面不止一个号码", "there is more than one number in it"),
        Some(NumberFlaw::UnknownPrefix) => (
            "国内没有这样开头的号码",
            "no Chinese number begins like this",
        ),
        Some(NumberFlaw::OwnNumber) => (
            "这是你自己的主叫号码",
            "it is the own number that would ring first",
        ),
    };
    match language {
        Language::Zh => format!("号码无法拨打：{chinese}。没有拨出"),
        Language::En => format!("This can't be dialled: {english}. Nothing was dialled"),
    }
}

fn bad_link(language: Language, fault: &Fault) -> String {
    let (chinese, english) = match fault.details.get("flaw").and_then(|flaw| flaw.as_str()) {
        Some("cut_short") => (
            "配对链接不完整，请重新完整复制",
            "The pairing link is cut short; copy the whole of it",
        ),
        Some("other_program") => ("这是别的程序的链接", "This link belongs to another program"),
        Some("not_pairing") => (
            "这是拨号的链接，但不是配对链接",
            "This is a link of Bohao, but none for pairing",
        ),
        Some("address") => (
            "配对链接里的地址不能用，需要 https",
            "The pairing link's address can't be used; it has to be https",
        ),
        _ => ("这不是配对链接", "This is no pairing link"),
    };
    let kept = language.pick("。设置没有改动", ". Nothing was changed");
    format!("{}{kept}", language.pick(chinese, english))
}

fn not_set_up(language: Language, fault: &Fault) -> String {
    let missing = fault.details.get("missing").and_then(|name| name.as_str());
    let (chinese, english) = match missing {
        Some("app_key") => ("appKey", "the appKey"),
        Some("app_secret") => ("appSecret", "the appSecret"),
        Some("own_number") => ("主叫号码", "the own number"),
        _ => return language.pick(
            "还没有配对中继。用 bohao-cli pair 配对，或设置 BOHAO_RELAY_URL 和 BOHAO_RELAY_TOKEN",
            "No relay is set up. Set one up with `bohao-cli pair`, or with BOHAO_RELAY_URL and BOHAO_RELAY_TOKEN",
        )
        .to_owned(),
    };
    match language {
        Language::Zh => {
            format!("还没有设置{chinese}，没有拨出。用 bohao-cli account set 设置，或用环境变量")
        }
        Language::En => format!(
            "Bohao does not know {english} yet; nothing was dialled. Set it with `bohao-cli account set`, or in the environment"
        ),
    }
}

fn platform_refused(language: Language, fault: &Fault) -> String {
    let of = |key: &str| match fault.details.get(key) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => String::new(),
    };
    let said = match of("msg") {
        msg if msg.is_empty() => msg,
        msg => format!("{}{}", language.pick("：", ": "), crate::table::cell(&msg)),
    };
    match language {
        Language::Zh => format!("平台拒绝了（{}）{said}", of("code")),
        Language::En => format!("The platform refused ({}){said}", of("code")),
    }
}

fn no_recording(language: Language, fault: &Fault) -> String {
    let reason = fault.details.get("reason").and_then(|it| it.as_str());
    let (word, rest) = match reason.unwrap_or_default().split_once(": ") {
        Some((word, rest)) => (word, rest),
        None => (reason.unwrap_or_default(), ""),
    };
    let (chinese, english) = match word {
        "not_ready" => (
            "平台还没有这段录音，稍后再试",
            "the platform does not have it yet; try again later",
        ),
        "unreachable" | "timed_out" | "cut_off" => (
            "连不上平台，请检查网络",
            "the platform could not be reached; check the network",
        ),
        "platform_busy" => (
            "平台繁忙，稍后再试",
            "the platform is busy; try again later",
        ),
        "refused" => ("平台拒绝了", "the platform refused"),
        "not_audio" => ("平台给的不是音频", "what came is no audio"),
        "too_large" => ("文件大得不像录音", "it is too large for a recording"),
        "no_subid" => (
            "这次拨打没有被平台受理",
            "the platform never took this call",
        ),
        "gone" => ("平台已不再保留", "the platform keeps it no longer"),
        "none" => ("这通电话没有录音", "this call has none"),
        "fetched_elsewhere" => ("另一个程序正在获取", "another program is fetching it"),
        _ => ("获取没有成功", "it could not be fetched"),
    };
    let words = language.pick(chinese, english);
    let rest = match rest {
        "" => String::new(),
        _ => format!(" ({})", crate::table::cell(rest)),
    };
    match language {
        Language::Zh => format!("没有录音：{words}{rest}"),
        Language::En => format!("There is no recording: {words}{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(FaultCode::RelayLying, "reason", "the answer is no JSON")]
    #[case(FaultCode::KeyringFailed, "reason", "no such interface")]
    #[case(FaultCode::BadInput, "field", "push_url")]
    fn chinese_words_end_in_no_english_sentence(
        #[case] code: FaultCode,
        #[case] key: &str,
        #[case] value: &str,
    ) {
        let told = Fault::new(code, "an English sentence").with(key, value);
        let words = fault(Language::Zh, &told);
        assert!(
            !words.contains("English") && !words.contains(value),
            "{words}"
        );
    }

    #[test]
    fn a_refusal_without_words_has_no_stray_mark() {
        let told = Fault::new(FaultCode::PlatformRefused, "")
            .with("code", 2001)
            .with("msg", "");
        assert_eq!(fault(Language::Zh, &told), "平台拒绝了（2001）");
    }
}
