//! From the words that were typed to an exit code.

use crate::args::{Cli, Command};
use crate::commands::{self, Context};
use crate::failure::{Exit, Failure};
use crate::output::{Output, Reader};
use crate::words::Language;
use crate::{journal, serve};
use bohao_engine::DataDir;
use bohao_wire::{Fault, FaultCode};
use clap::Parser;
use clap::error::ErrorKind;
use serde_json::json;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use tracing_subscriber::filter::LevelFilter;

/// The folder's name below the system's folder of data; the desktop's identifier, so that both
/// work on the same log.
const IDENTIFIER: &str = "cn.bohao.desk";

/// Runs the program.
pub fn run() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(told) => return unparsed(&told, &words).into(),
    };
    // A command tells all in its answer; a server has nobody to answer to.
    journal::begin(match cli.command {
        Command::Serve { .. } => LevelFilter::WARN,
        _ => LevelFilter::OFF,
    });
    let output = Output {
        language: cli.lang.unwrap_or_else(Language::of_system),
        reader: reader(cli.json),
    };
    match execute(cli, output) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit().into()
        }
    }
}

fn execute(cli: Cli, output: Output) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::internal)?;
    let done = runtime.block_on(async {
        if let Command::Demo { calls } = cli.command {
            return commands::demo::run(output, calls).await;
        }
        let context = Context {
            output,
            data_dir: data_dir(cli.data_dir)?,
        };
        match cli.command {
            Command::Serve { listen, practice } => serve::run(&context, &listen, practice).await,
            command => commands::run(&context, command).await,
        }
    });
    // A keyring that waits for its user must not hold up the end.
    runtime.shutdown_background();
    done
}

/// Help, the version, or a command line that could not be understood. `--json` holds for them
/// too, wherever it stands.
fn unparsed(told: &clap::Error, words: &[OsString]) -> Exit {
    let output = Output {
        language: asked_language(words).unwrap_or_else(Language::of_system),
        reader: reader(words.iter().any(|word| word == "--json")),
    };
    let text = told.render().to_string();
    let wanted = match told.kind() {
        ErrorKind::DisplayHelp => Some("help"),
        ErrorKind::DisplayVersion => Some("version"),
        _ => None,
    };
    if let Some(wanted) = wanted {
        return match output.answer(&json!({ wanted: text.trim_end() }), |_| text.clone()) {
            Ok(()) => Exit::Done,
            Err(failure) => failure.exit(),
        };
    }
    let text = without_what_was_typed(text.trim().trim_start_matches("error: "), words);
    let failure = Failure::Usage(text);
    output.failure(&failure);
    failure.exit()
}

/// What was typed at the wrong place may be a secret or somebody's number. Only the names of commands
/// and flags are repeated.
fn without_what_was_typed(text: &str, words: &[OsString]) -> String {
    let typed = words.iter().skip(1).map(|word| word.to_string_lossy());
    let mut private: Vec<String> = typed
        .map(|word| match word.split_once('=') {
            Some((flag, value)) if flag.starts_with("--") => value.to_owned(),
            _ => word.into_owned(),
        })
        .filter(|word| !is_a_name(word))
        .collect();
    private.sort_by_key(|word| std::cmp::Reverse(word.len()));
    private.iter().fold(text.to_owned(), |text, word| {
        text.replace(word.as_str(), "…")
    })
}

/// Shorter words are in every sentence, and no secret.
fn is_a_name(word: &str) -> bool {
    let letters = |word: &str| word.bytes().all(|c| c.is_ascii_lowercase() || c == b'-');
    word.len() < 4 || (letters(word) && (word.len() <= 12 || word.starts_with("--")))
}

fn reader(json: bool) -> Reader {
    match json {
        true => Reader::Program,
        false => Reader::Person,
    }
}

fn asked_language(words: &[OsString]) -> Option<Language> {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    words.iter().enumerate().find_map(|(index, word)| {
        let name = match word.strip_prefix("--lang")? {
            "" => words.get(index + 1)?,
            rest => rest.strip_prefix('=')?,
        };
        Language::by_name(name)
    })
}

/// `--data-dir`, `BOHAO_DATA_DIR`, or the folder that the desktop uses too.
fn data_dir(asked: Option<PathBuf>) -> Result<DataDir, Failure> {
    let given = || {
        std::env::var_os("BOHAO_DATA_DIR")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(dir) = asked.or_else(given) {
        return Ok(DataDir::Chosen(dir));
    }
    match dirs::data_dir() {
        Some(dir) => Ok(DataDir::Standard(dir.join(IDENTIFIER))),
        None => Err(Fault::new(
            FaultCode::NotWritable,
            "the system names no folder for data; --data-dir names one",
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("unrecognized subcommand 'pari'", &["pari"], "unrecognized subcommand 'pari'")]
    #[case("unexpected argument 'AppSecret9' found", &["account", "set", "AppSecret9"], "unexpected argument '…' found")]
    #[case("invalid value 'bohao://pair?x' for '--lang <LANG>'", &["--lang=bohao://pair?x"], "invalid value '…' for '--lang <LANG>'")]
    #[case("unexpected argument '13922104471'", &["sync", "13922104471"], "unexpected argument '…'")]
    #[case("unexpected argument '--wiat' found", &["dial", "--wiat", "5"], "unexpected argument '--wiat' found")]
    fn what_was_typed_is_not_repeated(
        #[case] text: &str,
        #[case] typed: &[&str],
        #[case] told: &str,
    ) {
        let words: Vec<OsString> = ["bohao-cli"]
            .iter()
            .chain(typed)
            .map(OsString::from)
            .collect();
        assert_eq!(without_what_was_typed(text, &words), told);
    }
}
