//! `pair`, `account set`, `account show`.

use crate::args::{AccountCommand, SetAccount};
use crate::failure::{Exit, Failure};
use crate::output::Output;
use crate::table;
use crate::words::Language;
use bohao_engine::Desk;
use bohao_wire::{
    Account, AccountQuery, Custody, Fault, FaultCode, Mutations, Pair, Queries, ReadPairing,
    Secret, SecretOrigin,
};
use secrecy::SecretString;
use std::io::{self, BufRead, IsTerminal, Read};

/// More than this is no credential and no link.
const MAX_SECRET: u64 = 64 * 1024;

/// `pair LINK`.
///
/// # Errors
/// `BadLink`, or `KeyringFailed` if there is nowhere to keep the tokens.
pub async fn pair(desk: &Desk, output: Output, link: String) -> Result<Exit, Failure> {
    let link: SecretString = match link.as_str() {
        "-" => line_of_stdin()?,
        _ => link.into(),
    };
    // A link that is none is told as such, keyring or not.
    let request = ReadPairing {
        link: Secret(link.clone()),
    };
    desk.read_pairing(request).await?;
    needs_keyring(desk).await?;
    let request = Pair { link: Secret(link) };
    let account = desk.pair(request).await?;
    output.answer(&account, |language| shown(language, &account))?;
    Ok(Exit::Done)
}

/// `account …`.
///
/// # Errors
/// `BadInput`, or `KeyringFailed` if there is nowhere to keep the credentials.
pub async fn run(desk: &Desk, output: Output, command: AccountCommand) -> Result<Exit, Failure> {
    let account = match command {
        AccountCommand::Show => desk.account(AccountQuery {}).await?,
        AccountCommand::Set(given) => set(desk, output, given).await?,
    };
    output.answer(&account, |language| shown(language, &account))?;
    Ok(Exit::Done)
}

async fn set(desk: &Desk, output: Output, given: SetAccount) -> Result<Account, Failure> {
    let own_numbers = Some(given.tel_a).filter(|numbers| !numbers.is_empty());
    let credentials = match given.app_key.zip(given.app_secret) {
        Some((key, secret)) => {
            output.remark(
                "提醒：命令行里的密钥，本机其他用户也能看到；可以改由终端输入或标准输入提供。",
                "Mind: others on this machine can see secrets on a command line; the terminal or stdin hides them.",
            );
            Some((key.into(), secret.into()))
        }
        None if given.credentials || own_numbers.is_none() => Some(asked_for(output)?),
        None => None,
    };
    if credentials.is_some() {
        needs_keyring(desk).await?;
    }
    let (app_key, app_secret) = credentials
        .map(|(key, secret)| (Secret(key), Secret(secret)))
        .unzip();
    let request = bohao_wire::SetAccount {
        app_key,
        app_secret,
        own_numbers,
    };
    Ok(desk.set_account(request).await?)
}

/// The credentials from the environment, the terminal or stdin.
fn asked_for(output: Output) -> Result<(SecretString, SecretString), Failure> {
    let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let found = variable("BOHAO_APP_KEY").zip(variable("BOHAO_APP_SECRET"));
    let (key, secret) = match found {
        Some(found) => found,
        None if io::stdin().is_terminal() => {
            let colon = output.language.pick("：", ": ");
            let ask = |name: &str| {
                rpassword::prompt_password(format!("{name}{colon}")).map_err(Failure::internal)
            };
            (ask("appKey")?, ask("appSecret")?)
        }
        None => two_lines_of_stdin()?,
    };
    if key.trim().is_empty() || secret.trim().is_empty() {
        return Err(Failure::input(
            "需要 appKey 和 appSecret 两行；没有改动任何设置",
            "appKey and appSecret are needed, a line each; nothing was changed",
        ));
    }
    Ok((key.into(), secret.into()))
}

fn two_lines_of_stdin() -> Result<(String, String), Failure> {
    let mut stdin = io::stdin().lock().take(MAX_SECRET);
    let mut lines = [String::new(), String::new()];
    for line in &mut lines {
        stdin.read_line(line).map_err(unreadable)?;
    }
    let [key, secret] = lines;
    Ok((key, secret))
}

fn line_of_stdin() -> Result<SecretString, Failure> {
    let mut line = String::new();
    io::stdin()
        .lock()
        .take(MAX_SECRET)
        .read_line(&mut line)
        .map_err(unreadable)?;
    Ok(line.trim().into())
}

fn unreadable(problem: io::Error) -> Failure {
    match problem.kind() {
        io::ErrorKind::InvalidData => Failure::input(
            "输入不是 UTF-8 文本；没有改动任何设置",
            "what was typed is no UTF-8 text; nothing was changed",
        ),
        _ => Failure::internal(problem),
    }
}

/// A secret that lasts until the program ends would be lost at once here, so it is not taken.
async fn needs_keyring(desk: &Desk) -> Result<(), Failure> {
    match desk.account(AccountQuery {}).await?.custody {
        Custody::SessionOnly { reason } => Err(Fault::new(
            FaultCode::KeyringFailed,
            "there is no keyring to keep secrets in",
        )
        .with("reason", reason)
        .into()),
        Custody::Keyring | Custody::Practice => Ok(()),
    }
}

fn shown(language: Language, account: &Account) -> String {
    let pick = |chinese, english| language.pick(chinese, english).to_owned();
    let unset = || pick("未设置", "not set");
    let origin = |origin: SecretOrigin| match origin {
        SecretOrigin::Unset => unset(),
        SecretOrigin::Keyring => pick("已设置（系统密钥环）", "set (keyring)"),
        SecretOrigin::Session => pick("已设置（仅本次运行）", "set (this session only)"),
        SecretOrigin::Environment => pick("已设置（环境变量）", "set (environment)"),
    };
    let own_numbers = match account.own_numbers.is_empty() {
        true => unset(),
        false => account.own_numbers.join(language.pick("、", ", ")),
    };
    let relay_url = account.relay_url.as_deref().map(table::cell);
    let mut text = table::aligned(&[
        ["appKey".to_owned(), origin(account.app_key)],
        ["appSecret".to_owned(), origin(account.app_secret)],
        [pick("主叫号码", "own numbers"), own_numbers],
        [pick("中继", "relay"), relay_url.unwrap_or_else(unset)],
        [pick("中继令牌", "relay token"), origin(account.relay_token)],
        [pick("推送地址", "push address"), origin(account.push_url)],
    ]);
    if let Custody::SessionOnly { reason } = &account.custody {
        text.push_str(&match language {
            Language::Zh => format!("\n系统密钥环不可用，密钥无法保存：{reason}\n"),
            Language::En => format!("\nThere is no keyring, so no secret can be kept: {reason}\n"),
        });
    }
    text
}
