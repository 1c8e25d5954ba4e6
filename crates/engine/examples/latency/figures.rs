//! Durations, sorted and printed.

use std::time::Duration;

/// What was measured of one thing.
#[derive(Default)]
pub struct Figures {
    milliseconds: Vec<f64>,
}

impl Figures {
    /// Takes one more.
    pub fn add(&mut self, took: Duration) {
        self.milliseconds.push(took.as_secs_f64() * 1000.0);
    }

    /// The value that this share of all lies at or below, in milliseconds; by nearest rank.
    pub fn at(&self, share: f64) -> f64 {
        let mut sorted = self.milliseconds.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank is small and not negative"
        )]
        let rank = (sorted.len() as f64 * share).ceil() as usize;
        sorted
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or(f64::NAN)
    }

    /// One row of a table.
    pub fn row(&self, name: &str) {
        let [p50, p99, most] = [0.5, 0.99, 1.0].map(|share| self.at(share));
        println!("| {name} | {p50:.3} | {p99:.3} | {most:.3} |");
    }
}

/// The head of a table of [`Figures::row`]s.
pub fn head() {
    println!("| milliseconds | p50 | p99 | most |");
    println!("|---|--:|--:|--:|");
}

/// Whether a goal was reached, in a word.
pub fn verdict(figure: f64, goal: f64) -> &'static str {
    if figure <= goal { "reached" } else { "missed" }
}
