//! `backup FILE` and `restore FILE`.

use super::{Context, overwrite};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::signals::told_to_end;
use crate::words::Language;
use bohao_engine::{DataDir, Desk};
use bohao_wire::{BackUp, BackedUp, BackupContents, Fault, FaultCode, Mutations, Notice, StopJob};
use serde::Serialize;
use std::path::Path;
use std::pin::pin;

/// A command does one job, so that any word will do.
const JOB: &str = "backup";

#[derive(Debug, Serialize)]
struct Made {
    path: String,
    bytes: u64,
    #[serde(flatten)]
    holds: BackupContents,
}

#[derive(Debug, Serialize)]
struct Restored {
    #[serde(flatten)]
    holds: BackupContents,
    /// Where the desk lies that was there before.
    set_aside: Option<String>,
}

/// Writes everything into one file and reads it back. Ctrl-C ends it, and leaves nothing.
///
/// # Errors
/// `FileExists`, `NotWritable`, `DiskFull`, or a fault of the database.
pub async fn make(desk: &Desk, output: Output, file: &Path, force: bool) -> Result<Exit, Failure> {
    let request = BackUp {
        job: JOB.to_owned(),
    };
    let mut making = pin!(desk.back_up(request, file, overwrite(force)));
    let made = tokio::select! {
        made = &mut making => made,
        () = told_to_end() => {
            let job = JOB.to_owned();
            desk.stop_job(StopJob { job }).await?;
            making.await
        }
    };
    let BackedUp::Saved { path, bytes, holds } = made? else {
        return Err(Failure::Input {
            code: "stopped",
            chinese: "已停止，没有留下任何文件".to_owned(),
            english: "stopped; nothing was left".to_owned(),
        });
    };
    let made = Made { path, bytes, holds };
    output.answer(&made, |language| {
        let within = within(language, &made.holds);
        match language {
            Language::Zh => format!("已备份并核对：{}（{within}）", made.path),
            Language::En => format!("Backed up and checked: {} ({within})", made.path),
        }
    })?;
    Ok(Exit::Done)
}

/// Puts a backup into the place of the data. A desk that is there is set aside, and only with
/// `force`.
///
/// # Errors
/// `FileExists` without `force`; `NotFound`, `UnreadableFile`, `DatabaseNewer`, `DiskFull`, or
/// `InUse` if another program has the desk open. Whatever it is, the desk is as it was.
pub async fn restore(context: &Context, file: &Path, force: bool) -> Result<Exit, Failure> {
    let (DataDir::Standard(folder) | DataDir::Chosen(folder)) = &context.data_dir;
    let database = folder.join("bohao.db");
    if !force && database.exists() {
        return Err(Fault::new(FaultCode::FileExists, "there is a desk already")
            .with("path", database.display().to_string())
            .into());
    }
    let (desk, holds) = Desk::restore(context.surroundings(), file).await?;
    let set_aside = match desk.notice().await? {
        Some(Notice::Restored { path }) => Some(path),
        _ => None,
    };
    desk.close().await;
    let restored = Restored { holds, set_aside };
    context
        .output
        .answer(&restored, |language| shown(language, &restored))?;
    Ok(Exit::Done)
}

fn shown(language: Language, restored: &Restored) -> String {
    let within = within(language, &restored.holds);
    let mut text = match language {
        Language::Zh => format!("已从备份恢复：{within}"),
        Language::En => format!("Restored: {within}"),
    };
    if let Some(path) = &restored.set_aside {
        text.push_str(&match language {
            Language::Zh => format!("\n原来的数据没有删除，在 {path}"),
            Language::En => format!("\nWhat was there before was not deleted; it lies in {path}"),
        });
    }
    text.push_str(language.pick(
        "\n备份里没有密钥：在另一台电脑上请用 account set 和 pair 重新设置",
        "\nNo secret is in a backup: on another computer, set the account and the relay up again, with `account set` and `pair`",
    ));
    text
}

fn within(language: Language, holds: &BackupContents) -> String {
    let BackupContents {
        calls,
        recordings,
        missing,
        ..
    } = holds;
    let mut text = match language {
        Language::Zh => format!("{calls} 通电话，{recordings} 条录音"),
        Language::En => format!("{calls} calls, {recordings} recordings"),
    };
    if *missing > 0 {
        text.push_str(&match language {
            Language::Zh => format!("，另有 {missing} 条录音的文件不在或已损坏"),
            Language::En => format!("; the files of {missing} more are gone or damaged"),
        });
    }
    text
}
