//! The connection check in words.

use super::Language;
use super::fault;
use bohao_wire::{
    Advice, Check, Dialect, DigestCase, Finding, Found, LowerCase, TimestampUnit, Verdict,
};

/// Which check it is.
pub fn check(language: Language, check: Check) -> &'static str {
    let (chinese, english) = match check {
        Check::Keyring => ("系统密钥环", "Keyring"),
        Check::Database => ("数据库", "Database"),
        Check::RecordingsFolder => ("录音文件夹", "Recordings' folder"),
        Check::Account => ("账号", "Account"),
        Check::Platform => ("平台", "Platform"),
        Check::Clock => ("时钟", "Clock"),
        Check::Relay => ("中继", "Relay"),
        Check::Loop => ("推送与取回", "Push and back"),
    };
    language.pick(chinese, english)
}

/// How it ended, as one mark and one word.
pub fn verdict(language: Language, verdict: Verdict) -> &'static str {
    let (chinese, english) = match verdict {
        Verdict::Good => ("✓ 正常", "✓ good"),
        Verdict::Doubtful => ("! 留意", "! doubtful"),
        Verdict::Bad => ("✗ 不行", "✗ bad"),
        Verdict::Skipped => ("· 略过", "· skipped"),
    };
    language.pick(chinese, english)
}

/// What came back.
pub fn found(language: Language, finding: &Finding) -> String {
    match language {
        Language::Zh => found_in_chinese(&finding.what),
        Language::En => match &finding.what {
            Found::Fault { fault: why } => fault(language, why),
            _ => finding.found.clone(),
        },
    }
}

fn found_in_chinese(what: &Found) -> String {
    let plain = match what {
        Found::SessionOnly { .. } => "没有可用的密钥环，密钥只保留到程序退出",
        Found::Keyring => "密钥保存在系统密钥环里",
        Found::Practice => "练习不保存密钥",
        Found::KeyringSilent => "密钥环没有响应",
        Found::Calls { count } => return format!("可以使用，有 {count} 通电话"),
        Found::Trouble { .. } => "不能正常使用",
        Found::Writable => "可以写入",
        Found::SetUp => "appKey、appSecret 和主叫号码都已设置",
        Found::Missing { parts } => return format!("还缺：{}", missing_in_chinese(parts)),
        Found::Fault { fault: why } => return fault(Language::Zh, why),
        Found::NotAsked => "没有询问平台",
        Found::Taken => "凭证和签名都通过了",
        Found::Unreachable => "连不上",
        Found::UnknownCredentials => "平台不认识这组凭证（代码 1005）",
        Found::ClockRefused => "平台不接受这台电脑的时间（代码 1006）",
        Found::Code { code } => return format!("平台回答了代码 {code}"),
        Found::OtherDialect { dialect } => return dialect_in_chinese(dialect),
        Found::NoDialect => "哪种签名方式平台都不接受（代码 1004）：appSecret 可能不对",
        Found::Drift { seconds } => return format!("与平台相差 {seconds} 秒"),
        Found::NoRelay => "没有配对中继，通话记录不会自己到来",
        Found::Relay { records } => return format!("可以使用，共收到 {records} 条记录"),
        Found::WentAround {
            asked_ms,
            pushed_ms,
            arrived_ms,
        } => {
            return format!(
                "测试记录走完了一圈：查询 {asked_ms} 毫秒，推送落盘 {pushed_ms} 毫秒，收到 {arrived_ms} 毫秒"
            );
        }
        Found::NoPushAddress => "没有推送地址，平台不知道把通话记录推到哪里",
        Found::PushUnanswered => "推送地址没有应答",
        Found::PushRefused { status: 403 } => "中继只接受平台机器的推送，这台电脑试不了（403）",
        Found::PushRefused { status: 404 } => "没有坐席使用这个推送地址（404）",
        Found::PushRefused { status } => return format!("推送地址拒绝接收（{status}）"),
        Found::PushDidNotArrive => "推送被接收了，却没有回到这里：推送地址可能是别的坐席的",
    };
    plain.to_owned()
}

fn missing_in_chinese(parts: &[String]) -> String {
    let names: Vec<&str> = parts
        .iter()
        .map(|part| match part.as_str() {
            "app_key" => "appKey",
            "app_secret" => "appSecret",
            "own_number" => "主叫号码",
            other => other,
        })
        .collect();
    names.join("、")
}

fn dialect_in_chinese(dialect: &Dialect) -> String {
    format!(
        "平台接受的签名方式是：时间戳用{}，{}转小写，摘要用{}字母",
        match dialect.timestamp {
            TimestampUnit::Seconds => "秒",
            TimestampUnit::Milliseconds => "毫秒",
        },
        match dialect.lower_case {
            LowerCase::Keys => "参数名",
            LowerCase::KeysAndValues => "参数名和值",
        },
        match dialect.digest {
            DigestCase::Lower => "小写",
            DigestCase::Upper => "大写",
        }
    )
}

/// What to do.
pub fn advice(language: Language, advice: Advice) -> &'static str {
    let (chinese, english) = match advice {
        Advice::StartKeyring => ("启动或安装系统密钥环", "start or install a keyring"),
        Advice::ChooseFolder => (
            "腾出空间，或换一个文件夹",
            "free some space or choose another folder",
        ),
        Advice::EnterCredentials => (
            "用 bohao-cli account set 填写",
            "enter them with `bohao-cli account set`",
        ),
        Advice::ReenterCredentials => (
            "平台不认识它们，请重新填写",
            "enter them again: the platform does not know them",
        ),
        Advice::ChangeDialect => (
            "在设置的“高级”里选用它",
            "choose this dialect in the settings, under Advanced",
        ),
        Advice::AskPlatform => ("向平台询问签名方式", "ask the platform about the signature"),
        Advice::SetClock => ("校准这台电脑的时间", "set this computer's clock"),
        Advice::CheckNetwork => ("检查网络", "check the network"),
        Advice::PairRelay => ("用 bohao-cli pair 配对", "pair with one: `bohao-cli pair`"),
        Advice::RenewPairing => ("要一个新的配对链接", "ask for a new pairing link"),
        Advice::AskOperator => ("请中继的管理员查看", "ask whoever runs the relay"),
        Advice::RestoreBackup => ("恢复备份", "restore a backup"),
    };
    language.pick(chinese, english)
}
