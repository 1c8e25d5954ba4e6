//! The system's own question for the user's password, or for whatever takes its place there.

/// What the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is the user.
    Accepted,
    /// It is not.
    Refused,
    /// The question was closed.
    Cancelled,
    /// There is nothing here to ask by.
    Unavailable,
}

#[cfg(not(target_os = "linux"))]
pub use native::ask;
#[cfg(target_os = "linux")]
pub use polkit::ask;

/// Windows Hello or the account's password, Touch ID or the password of the Mac.
#[cfg(not(target_os = "linux"))]
mod native {
    use super::Answer;
    use crate::words::Words;
    use robius_authentication::{
        AndroidText, BiometricStrength, Context, Error, PolicyBuilder, Text, WindowsText,
    };
    use std::sync::Mutex;
    use tokio::sync::oneshot;

    /// Asks, and waits for as long as the user takes.
    pub async fn ask(words: &'static Words) -> Answer {
        let (answer, answered) = oneshot::channel();
        // The system's dialog may hold the thread that opens it.
        tauri::async_runtime::spawn_blocking(move || begin(words, answer));
        answered.await.unwrap_or(Answer::Unavailable)
    }

    fn begin(words: &Words, answer: oneshot::Sender<Answer>) {
        let policy = PolicyBuilder::new()
            .biometrics(Some(BiometricStrength::Strong))
            .password(true)
            .companion(true)
            .build();
        let windows = WindowsText::new(words.name, words.show_numbers);
        let (Some(policy), Some(windows)) = (policy, windows) else {
            return;
        };
        let text = Text {
            android: AndroidText {
                title: words.name,
                subtitle: None,
                description: None,
            },
            apple: words.show_numbers,
            windows,
        };
        let answer = Mutex::new(Some(answer));
        // What can't even begin drops the answer, which is then taken for unavailable.
        let _ = Context::new(()).authenticate(text, &policy, move |said| {
            let answer = answer.lock().ok().and_then(|mut answer| answer.take());
            if let Some(answer) = answer {
                let _ = answer.send(told(said));
            }
        });
    }

    fn told(said: robius_authentication::Result<()>) -> Answer {
        match said {
            Ok(()) => Answer::Accepted,
            Err(Error::UserCanceled | Error::AppCanceled | Error::SystemCanceled) => {
                Answer::Cancelled
            }
            Err(Error::Authentication | Error::Exhausted | Error::Busy) => Answer::Refused,
            Err(_) => Answer::Unavailable,
        }
    }
}

/// Polkit, where the packages of Bohao have told it of the action. `pkcheck` comes with it.
#[cfg(target_os = "linux")]
mod polkit {
    use super::Answer;
    use crate::words::Words;
    use std::os::unix::fs::MetadataExt;
    use std::process::{Command, Stdio};
    use std::{fs, process};

    /// As `src-tauri/cn.bohao.desk.policy` has it, which has the words as well.
    const ACTION: &str = "cn.bohao.desk.show-numbers";

    /// Asks, and waits for as long as the user takes.
    pub async fn ask(_: &'static Words) -> Answer {
        let asked = tauri::async_runtime::spawn_blocking(|| {
            let Some(process) = this_process() else {
                return Answer::Unavailable;
            };
            let status = Command::new("pkcheck")
                .args(["--action-id", ACTION, "--allow-user-interaction"])
                .args(["--process", &process])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            status.map_or(Answer::Unavailable, |status| told(status.code()))
        });
        asked.await.unwrap_or(Answer::Unavailable)
    }

    /// As its manual has it: 2 is nobody who could ask, 126 and 127 an action that polkit does not
    /// know, or no polkit.
    fn told(code: Option<i32>) -> Answer {
        match code {
            Some(0) => Answer::Accepted,
            Some(1) => Answer::Refused,
            Some(3) => Answer::Cancelled,
            _ => Answer::Unavailable,
        }
    }

    /// Its number, when it began, and whose it is: a number alone may be another one's by then.
    fn this_process() -> Option<String> {
        let owner = fs::metadata("/proc/self").ok()?.uid();
        let began = began(&fs::read_to_string("/proc/self/stat").ok()?)?;
        Some(format!("{},{began},{owner}", process::id()))
    }

    /// The 22nd field. The second is a name in brackets, which may hold anything.
    fn began(stat: &str) -> Option<u64> {
        let (_, behind) = stat.rsplit_once(')')?;
        behind.split_whitespace().nth(19)?.parse().ok()
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_process_is_told_by_when_it_began_whatever_it_is_called() {
            let stat = "7 (a) b (c) S 1 7 7 0 -1 4194304 1 0 0 0 2 3 0 0 20 0 9 0 881234 1 2";
            assert_eq!(began(stat), Some(881_234));
            assert_eq!(began("nonsense"), None);
            let this = this_process().expect("this process is one");
            assert!(this.starts_with(&format!("{},", process::id())));
            assert_eq!(this.split(',').count(), 3);
        }

        #[test]
        fn only_a_right_password_lets_numbers_be_shown_by_it() {
            let said = [Some(0), Some(1), Some(2), Some(3), Some(127), None].map(told);
            assert_eq!(
                said,
                [
                    Answer::Accepted,
                    Answer::Refused,
                    Answer::Unavailable,
                    Answer::Cancelled,
                    Answer::Unavailable,
                    Answer::Unavailable,
                ]
            );
        }
    }
}
