//! A chore's steps, each with its name and how long it took.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// The steps of one chore so far.
#[derive(Default)]
pub struct Steps {
    done: Vec<(String, Duration)>,
    left_out: Vec<(String, String)>,
}

impl Steps {
    /// Takes one step. The first that fails ends the chore, and its name leads the error.
    pub fn take(&mut self, name: &str, step: impl FnOnce() -> Result<()>) -> Result<()> {
        println!("\n── {name}");
        let began = Instant::now();
        step().with_context(|| format!("failed at: {name}"))?;
        self.done.push((name.to_owned(), began.elapsed()));
        Ok(())
    }

    /// Notes what can't be done here, and what it wants.
    pub fn leave_out(&mut self, what: &str, want: &str) {
        println!("can't be shown here: {what}; it wants {want}");
        self.left_out.push((what.to_owned(), want.to_owned()));
    }

    /// Every step with its duration, and whether that was all.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        for (name, took) in &self.done {
            text += &format!("{:>7.1} s  {name}\n", took.as_secs_f64());
        }
        if self.left_out.is_empty() {
            return text + "\nall checks passed\n";
        }
        text += "\nall checks passed that this machine can run. NOT RUN:\n";
        for (what, want) in &self.left_out {
            text += &format!("  {what}: wants {want}\n");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_is_never_called_passed() {
        let mut steps = Steps::default();
        steps.take("a step", || Ok(())).unwrap();
        assert!(steps.summary().ends_with("all checks passed\n"));
        steps.leave_out("power cuts", "strace");
        let summary = steps.summary();
        assert!(!summary.contains("all checks passed\n"), "{summary}");
        assert!(summary.contains("power cuts: wants strace"), "{summary}");
    }
}
