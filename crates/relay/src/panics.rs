/// Has panics told to the log by their place alone. What a panic says may hold what it was at: a
/// body, a number, a token.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(
            place,
            "the relay failed at something for a fault of its own"
        );
    }));
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        panic::catch_unwind,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn promise_7_a_panic_tells_its_place_and_nothing_of_what_it_was_at() {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines = tracing_subscriber::fmt().with_writer(move || writer.clone());
        let before = std::panic::take_hook();
        tracing::subscriber::with_default(lines.finish(), || {
            log_panics();
            let _ = catch_unwind(|| panic!("canary of 13800006620"));
        });
        std::panic::set_hook(before);
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("panics.rs"), "{text}");
        assert!(
            !text.contains("canary") && !text.contains("13800006620"),
            "{text}"
        );
    }
}
