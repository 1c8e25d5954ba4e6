//! The connection check in words.

use super::Language;
use bohao_wire::{Advice, Check, Verdict};

/// Which check it is.
pub fn check(language: Language, check: Check) -> &'static str {
    let (chinese, english) = match check {
        Check::Keyring => ("系统钥匙串", "Keyring"),
        Check::Database => ("数据库", "Database"),
        Check::RecordingsFolder => ("录音文件夹", "Recordings' folder"),
        Check::Account => ("账号", "Account"),
        Check::Platform => ("平台", "Platform"),
        Check::Clock => ("时钟", "Clock"),
        Check::Relay => ("中继", "Relay"),
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

/// What to do.
pub fn advice(language: Language, advice: Advice) -> &'static str {
    let (chinese, english) = match advice {
        Advice::StartKeyring => ("启动或安装系统钥匙串", "start or install a keyring"),
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
        Advice::RestoreBackup => ("恢复备份", "restore a backup"),
    };
    language.pick(chinese, english)
}
