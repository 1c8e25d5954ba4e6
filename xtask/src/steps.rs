//! A chore's steps, each with its name and how long it took.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// The steps of one chore so far.
#[derive(Default)]
pub struct Steps {
    done: Vec<(String, Duration)>,
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

    /// Prints every step with its duration.
    pub fn summary(&self) {
        println!();
        for (name, took) in &self.done {
            println!("{:>7.1} s  {name}", took.as_secs_f64());
        }
    }
}
