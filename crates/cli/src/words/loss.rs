//! Words for a database that was lost.

use super::Language;

/// What is not here any more, where the lost database lies, and what can be done.
pub fn told(language: Language, path: Option<&str>, backups: Option<&str>) -> String {
    let mut text = match (language, path) {
        (Language::Zh, Some(path)) => {
            format!("数据库已损坏或被清空，已移到一边，没有删除：{path}\n")
        }
        (Language::Zh, None) => "数据文件夹里原来的数据库不见了。\n".to_owned(),
        (Language::En, Some(path)) => {
            format!("The database was damaged or emptied; it was set aside, not deleted: {path}\n")
        }
        (Language::En, None) => "The database that was in this folder is gone.\n".to_owned(),
    };
    text += language.pick(
        "现在用的是新的空库：勿扰名单、拨打规则、备注和通话记录都不在这里，所以暂不拨打。\n\
         有备份：bohao-cli restore FILE --force",
        "A new, empty one is in its place: the do-not-call list, the rules, the notes and the log are not here, \
         so nothing is dialled.\nFrom a backup: bohao-cli restore FILE --force",
    );
    if let Some(backups) = backups {
        text += &match language {
            Language::Zh => format!(
                "\n升级前的自动副本在 {backups}：关闭拨号，删去 bohao.db、bohao.db-wal 和 bohao.db-shm，再把最新的一份改名为 bohao.db 放到原处"
            ),
            Language::En => format!(
                "\nCopies from before upgrades are in {backups}: with Bohao closed, delete bohao.db, bohao.db-wal and \
                 bohao.db-shm, and put the latest copy in their place as bohao.db"
            ),
        };
    }
    text += language.pick(
        "\n没有它们也要拨打：bohao-cli guard acknowledge-loss",
        "\nTo dial without them: bohao-cli guard acknowledge-loss",
    );
    text
}
