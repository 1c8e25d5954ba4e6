//! The clipboard, for one number at a time: it is taken out again after a while, and when the
//! program ends, if it is still there then.

use arboard::Set;
use bohao_wire::{ClearedClipboard, CopiedNumber, Fault, FaultCode};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a number lies there.
const KEPT: Duration = Duration::from_secs(60);

/// The longest number that is one.
const MAX_DIGITS: usize = 32;

/// The texts that the user has at hand, whichever program they are from: on Linux what is marked, and
/// then what was copied. None where there is no clipboard. It waits for whoever owns them.
pub fn texts() -> Vec<String> {
    let Ok(mut clipboard) = arboard::Clipboard::new() else {
        return Vec::new();
    };
    #[cfg(target_os = "linux")]
    let marked = {
        use arboard::{GetExtLinux, LinuxClipboardKind};
        clipboard
            .get()
            .clipboard(LinuxClipboardKind::Primary)
            .text()
            .ok()
    };
    #[cfg(not(target_os = "linux"))]
    let marked = None;
    marked
        .into_iter()
        .chain(clipboard.get_text().ok())
        .collect()
}

/// What of a clipboard is used.
trait Board: Send {
    fn put(&mut self, text: &str) -> bool;
    fn text(&mut self) -> Option<String>;
    fn clear(&mut self) -> bool;
}

/// The number that was copied last. Clones are the same.
#[derive(Clone)]
pub struct Copied(Arc<Mutex<Held>>);

struct Held {
    open: fn() -> Option<Box<dyn Board>>,
    /// Kept open: on Linux whoever copied something has to hand it out.
    board: Option<Box<dyn Board>>,
    number: Option<String>,
    /// Counts what was copied, so that an earlier number's time does not end a later one's.
    turn: u64,
}

impl Default for Copied {
    fn default() -> Self {
        Self::on(system)
    }
}

impl Copied {
    fn on(open: fn() -> Option<Box<dyn Board>>) -> Self {
        Copied(Arc::new(Mutex::new(Held {
            open,
            board: None,
            number: None,
            turn: 0,
        })))
    }

    /// Puts a number there, and sees to it that it does not stay.
    ///
    /// # Errors
    /// `BadInput` for what is no number, `NotHere` where there is no clipboard.
    pub async fn copy(&self, number: String) -> Result<CopiedNumber, Fault> {
        let digits = number.strip_prefix('+').unwrap_or(&number);
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        if digits.is_empty() || digits.len() > MAX_DIGITS || !plain {
            return Err(
                Fault::new(FaultCode::BadInput, "only a number is copied").with("field", "number")
            );
        }
        let turn = self.aside(move |held| held.put(number)).await.flatten();
        let turn = turn.ok_or_else(|| {
            Fault::new(FaultCode::NotHere, "there is no clipboard to put it into")
        })?;
        let later = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(KEPT).await;
            later.aside(move |held| held.clear(Some(turn))).await;
        });
        Ok(CopiedNumber {
            for_ms: u32::try_from(KEPT.as_millis()).unwrap_or(u32::MAX),
        })
    }

    /// Takes the number out again, if it is still there.
    pub async fn clear(&self) -> ClearedClipboard {
        let cleared = self.aside(|held| held.clear(None)).await;
        cleared.unwrap_or(ClearedClipboard::Unknown)
    }

    /// A clipboard may keep one waiting: whoever owns it is another program.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Held) -> T + Send + 'static,
    ) -> Option<T> {
        let copied = self.clone();
        let done = tauri::async_runtime::spawn_blocking(move || work(&mut copied.lock()));
        done.await.ok()
    }

    /// What this guards is changed in one step, so a panic elsewhere leaves it in order.
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// The turn of what was put there; nothing where there is no clipboard.
    fn put(&mut self, number: String) -> Option<u64> {
        if self.board.is_none() {
            self.board = (self.open)();
        }
        if !self.board.as_mut()?.put(&number) {
            // The next one may find another display.
            self.board = None;
            return None;
        }
        self.number = Some(number);
        self.turn += 1;
        Some(self.turn)
    }

    /// Of one turn, or whatever was copied last.
    fn clear(&mut self, turn: Option<u64>) -> ClearedClipboard {
        if turn.is_some_and(|turn| turn != self.turn) {
            return ClearedClipboard::Other;
        }
        let (Some(number), Some(board)) = (self.number.take(), self.board.as_mut()) else {
            return ClearedClipboard::Other;
        };
        if board.text().as_deref() != Some(number.as_str()) {
            return ClearedClipboard::Other;
        }
        match board.clear() {
            true => ClearedClipboard::Cleared,
            false => ClearedClipboard::Unknown,
        }
    }
}

struct System(arboard::Clipboard);

fn system() -> Option<Box<dyn Board>> {
    let clipboard = arboard::Clipboard::new().ok()?;
    Some(Box::new(System(clipboard)))
}

impl Board for System {
    fn put(&mut self, text: &str) -> bool {
        apart(self.0.set()).text(text).is_ok()
    }

    fn text(&mut self) -> Option<String> {
        self.0.get_text().ok()
    }

    fn clear(&mut self) -> bool {
        self.0.clear().is_ok()
    }
}

/// Asks programs that keep a history of the clipboard, or carry it to other machines, to leave this
/// out.
fn apart(set: Set<'_>) -> Set<'_> {
    #[cfg(windows)]
    return arboard::SetExtWindows::exclude_from_monitoring(set);
    #[cfg(target_os = "macos")]
    return arboard::SetExtApple::exclude_from_history(set);
    #[cfg(target_os = "linux")]
    return arboard::SetExtLinux::exclude_from_history(set);
    #[cfg(not(any(windows, target_os = "macos", target_os = "linux")))]
    return set;
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUMBER: &str = "13922104471";

    /// A clipboard that all of a test's thread share.
    struct Shared;

    thread_local! {
        static TEXT: std::cell::RefCell<String> = const { std::cell::RefCell::new(String::new()) };
    }

    impl Board for Shared {
        fn put(&mut self, text: &str) -> bool {
            TEXT.set(text.to_owned());
            true
        }

        fn text(&mut self) -> Option<String> {
            Some(TEXT.with_borrow(Clone::clone))
        }

        fn clear(&mut self) -> bool {
            TEXT.take();
            true
        }
    }

    fn shared() -> Copied {
        Copied::on(|| Some(Box::new(Shared)))
    }

    #[test]
    fn a_number_is_taken_out_again_once() {
        let copied = shared();
        let turn = copied.lock().put(NUMBER.to_owned());
        assert_eq!(TEXT.with_borrow(Clone::clone), NUMBER);
        assert_eq!(copied.lock().clear(turn), ClearedClipboard::Cleared);
        assert_eq!(TEXT.with_borrow(Clone::clone), "");
        assert_eq!(copied.lock().clear(None), ClearedClipboard::Other);
    }

    #[test]
    fn what_was_copied_since_stays() {
        let copied = shared();
        let turn = copied.lock().put(NUMBER.to_owned());
        TEXT.set("a recipe".to_owned());
        assert_eq!(copied.lock().clear(turn), ClearedClipboard::Other);
        assert_eq!(TEXT.take(), "a recipe");
    }

    #[test]
    fn the_time_of_one_number_does_not_end_that_of_the_next() {
        let copied = shared();
        let first = copied.lock().put(NUMBER.to_owned());
        let second = copied.lock().put(NUMBER.to_owned());
        assert_eq!(copied.lock().clear(first), ClearedClipboard::Other);
        assert_eq!(TEXT.with_borrow(Clone::clone), NUMBER);
        assert_eq!(copied.lock().clear(second), ClearedClipboard::Cleared);
    }

    #[test]
    fn without_a_clipboard_it_is_said_so_and_nothing_but_a_number_is_copied() {
        let copied = Copied::on(|| None);
        let refused = |text: &str| {
            let fault = tauri::async_runtime::block_on(copied.copy(text.to_owned()));
            fault.expect_err("nothing is copied").code
        };
        assert_eq!(refused(NUMBER), FaultCode::NotHere);
        for text in ["", "+", "rm -rf", "139 2210 4471", &"1".repeat(33)] {
            assert_eq!(refused(text), FaultCode::BadInput, "{text}");
        }
    }
}
