//! The host's few words, in both languages. All others are the page's.

use bohao_wire::{Fault, FaultCode, Language};
use std::sync::Mutex;
use tauri::{AppHandle, Manager};

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    pub language: Language,
    pub name: &'static str,
    pub about: &'static str,
    pub hide: &'static str,
    pub hide_others: &'static str,
    pub quit: &'static str,
    pub edit: &'static str,
    pub undo: &'static str,
    pub redo: &'static str,
    pub cut: &'static str,
    pub copy: &'static str,
    pub paste: &'static str,
    pub select_all: &'static str,
    pub go: &'static str,
    /// In the order of their shortcuts.
    pub screens: [&'static str; 7],
    pub save_recording: &'static str,
    pub choose_folder: &'static str,
    pub export_calls: &'static str,
    pub calls_file: &'static str,
    pub save_report: &'static str,
    pub report_file: &'static str,
    pub export_follow_ups: &'static str,
    pub calendar_file: &'static str,
    pub due: &'static str,
    pub due_many: fn(usize) -> String,
    pub due_dial: &'static str,
    pub due_snooze: &'static str,
    pub export_list: &'static str,
    pub list_file: &'static str,
    pub back_up: &'static str,
    pub restore: &'static str,
    pub backup_file: &'static str,
    pub choose_sheet: &'static str,
    pub sheets: &'static str,
    pub save_rejected: &'static str,
    pub rejected_name: &'static str,
    #[cfg_attr(
        target_os = "linux",
        expect(dead_code, reason = "polkit has its words in a file of its own")
    )]
    pub show_numbers: &'static str,
    pub export_guard_log: &'static str,
    pub export_do_not_call: &'static str,
    pub cannot_start: &'static str,
    in_use: &'static str,
    newer: &'static str,
    foreign: &'static str,
    unwritable: &'static str,
    full: &'static str,
    other: &'static str,
}

static ZH: Words = Words {
    language: Language::Zh,
    name: "拨号",
    about: "关于拨号",
    hide: "隐藏拨号",
    hide_others: "隐藏其他",
    quit: "退出",
    edit: "编辑",
    undo: "撤销",
    redo: "重做",
    cut: "剪切",
    copy: "复制",
    paste: "粘贴",
    select_all: "全选",
    go: "前往",
    screens: ["拨号", "名单", "通话记录", "客户", "跟进", "报表", "设置"],
    save_recording: "保存录音",
    choose_folder: "选择录音文件夹",
    export_calls: "导出通话记录",
    calls_file: "通话记录",
    save_report: "保存报表",
    report_file: "报表",
    export_follow_ups: "导出跟进日历",
    calendar_file: "日历",
    due: "该跟进了",
    due_many: |count| format!("{count} 个跟进到时间了"),
    due_dial: "去拨打",
    due_snooze: "10 分钟后再提醒",
    export_list: "导出名单结果",
    list_file: "名单结果",
    back_up: "备份",
    restore: "选择备份",
    backup_file: "拨号备份",
    choose_sheet: "选择要导入的表格",
    sheets: "表格与话单",
    save_rejected: "保存未导入的行",
    rejected_name: "未导入的行.csv",
    show_numbers: "在屏幕上显示完整的电话号码",
    export_guard_log: "导出规则日志",
    export_do_not_call: "导出勿扰名单",
    cannot_start: "拨号无法启动",
    in_use: "另一个拨号程序正在使用同一份数据。请先退出它，再重新打开。",
    newer: "这份数据由更新版本的拨号写入，当前版本不会改动它。请安装新版本后再打开。",
    foreign: "数据库的位置上是别的程序的文件，拨号没有改动它。请把它移走，或用 BOHAO_DATA_DIR 指定另一个文件夹。",
    unwritable: "数据文件夹无法写入。请检查它的权限，或用 BOHAO_DATA_DIR 指定另一个文件夹。",
    full: "磁盘已满，没有写入任何内容。请腾出空间后重新打开。",
    other: "出现了意外问题，数据没有被改动。详情见数据文件夹中的 bohao.log。",
};

static EN: Words = Words {
    language: Language::En,
    name: "Bohao",
    about: "About Bohao",
    hide: "Hide Bohao",
    hide_others: "Hide Others",
    quit: "Quit",
    edit: "Edit",
    undo: "Undo",
    redo: "Redo",
    cut: "Cut",
    copy: "Copy",
    paste: "Paste",
    select_all: "Select All",
    go: "Go",
    screens: [
        "Dial",
        "Lists",
        "Calls",
        "Customers",
        "Follow-ups",
        "Reports",
        "Settings",
    ],
    save_recording: "Save recording",
    choose_folder: "Choose the folder of recordings",
    export_calls: "Export calls",
    calls_file: "Calls",
    save_report: "Save the report",
    report_file: "Report",
    export_follow_ups: "Export follow-ups",
    calendar_file: "Calendar",
    due: "Time to follow up",
    due_many: |count| format!("{count} follow-ups are due"),
    due_dial: "Dial…",
    due_snooze: "In 10 minutes",
    export_list: "Export a list",
    list_file: "Lists",
    back_up: "Back up",
    restore: "Choose a backup",
    backup_file: "Backups of Bohao",
    choose_sheet: "Choose a sheet to import",
    sheets: "Sheets and records",
    save_rejected: "Save the rows that were not imported",
    rejected_name: "rows-not-imported.csv",
    show_numbers: "show whole telephone numbers on screen",
    export_guard_log: "Export the log of rules",
    export_do_not_call: "Export the do-not-call list",
    cannot_start: "Bohao can't start",
    in_use: "Another Bohao works on the same data. Quit it first, then open this one again.",
    newer: "This data was written by a newer Bohao, and this version leaves it untouched. Install the newer version to open it.",
    foreign: "What lies in the database's place is another program's file, and was left untouched. Move it away, or name another folder with BOHAO_DATA_DIR.",
    unwritable: "The data folder can't be written to. Check its permissions, or name another one with BOHAO_DATA_DIR.",
    full: "The disk is full, and nothing was written. Free some space, then open Bohao again.",
    other: "Something unexpected happened, and no data was changed. See bohao.log in the data folder.",
};

impl Words {
    /// Why Bohao can't start and what to do about it.
    pub fn start_fault(&self, fault: &Fault) -> String {
        let words = match fault.code {
            FaultCode::InUse => self.in_use,
            FaultCode::DatabaseNewer => self.newer,
            FaultCode::DatabaseForeign => self.foreign,
            FaultCode::NotWritable => self.unwritable,
            FaultCode::DiskFull => self.full,
            _ => self.other,
        };
        match fault.details["path"].as_str() {
            Some(path) => format!("{words}\n\n{path}"),
            None => words.to_owned(),
        }
    }
}

/// The language that the settings ask for; the system's until they are known.
#[derive(Default)]
struct Chosen(Mutex<Language>);

/// The words of the language in use.
pub fn of(app: &AppHandle) -> &'static Words {
    let chosen = app.try_state::<Chosen>();
    let language = chosen.and_then(|chosen| chosen.0.lock().ok().map(|language| *language));
    in_language(language.unwrap_or_default())
}

/// The words of the system's language.
pub fn of_system() -> &'static Words {
    in_language(Language::System)
}

/// Takes a language into use; tells whether it is another than before.
pub fn change(app: &AppHandle, language: Language) -> bool {
    app.manage(Chosen::default());
    let chosen = app.state::<Chosen>();
    let Ok(mut chosen) = chosen.0.lock() else {
        return false;
    };
    std::mem::replace(&mut *chosen, language) != language
}

fn in_language(language: Language) -> &'static Words {
    match language {
        Language::Zh => &ZH,
        Language::En => &EN,
        Language::System => match sys_locale::get_locale() {
            Some(locale) if !locale.to_ascii_lowercase().starts_with("zh") => &EN,
            _ => &ZH,
        },
    }
}
