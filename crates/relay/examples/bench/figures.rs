//! What was measured, sorted and put into words.

use std::time::Duration;

/// Durations of one kind, in milliseconds.
#[derive(Default, Clone)]
pub struct Figures(Vec<f64>);

impl Figures {
    /// Takes one more.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took.as_secs_f64() * 1000.0);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The values that these shares of all lie at or below, by nearest rank.
    pub fn at<const N: usize>(&self, shares: [f64; N]) -> [f64; N] {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        shares.map(|share| {
            let rank = (sorted.len() as f64 * share).ceil() as usize;
            let value = sorted.get(rank.saturating_sub(1));
            value.copied().unwrap_or(f64::NAN)
        })
    }

    /// One row of a table under [`HEAD`].
    pub fn row(&self, name: &str) {
        let [p50, p99, most] = self.at([0.5, 0.99, 1.0]);
        println!("| {name} | {p50:.3} | {p99:.3} | {most:.3} |");
    }
}

/// The head of a table of [`Figures::row`]s.
pub const HEAD: &str = "| milliseconds | p50 | p99 | most |\n|---|--:|--:|--:|";

/// The middle one of some values.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A goal, the figure, and whether it was reached.
pub fn at_most(what: &str, figure: f64, goal: f64, unit: &str) {
    let verdict = if figure <= goal { "reached" } else { "missed" };
    println!("| {what} | {figure:.2} {unit} | ≤ {goal:.2} {unit} | {verdict} |");
}

/// As [`at_most`], where more is better.
pub fn at_least(what: &str, figure: f64, goal: f64, unit: &str) {
    let verdict = if figure >= goal { "reached" } else { "missed" };
    println!("| {what} | {figure:.2} {unit} | ≥ {goal:.2} {unit} | {verdict} |");
}
