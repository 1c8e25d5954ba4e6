use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

/// Where the buckets of a time end, in microseconds.
const MICROSECONDS: [u64; 12] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 500_000, 2_500_000,
];

/// Where the buckets of a batch's size end, in rows.
const ROWS: [u64; 12] = [1, 2, 4, 8, 16, 32, 64, 96, 128, 160, 192, 256];

/// Counts of values by size, in fixed buckets.
pub(crate) struct Histogram {
    ends: &'static [u64; 12],
    /// How many of the counted make one of the unit that is shown.
    per_unit: f64,
    buckets: [AtomicU64; 12],
    over: AtomicU64,
    sum: AtomicU64,
}

impl Histogram {
    /// Of times, shown in seconds.
    pub(crate) fn of_times() -> Self {
        Self::new(&MICROSECONDS, 1e6)
    }

    /// Of batches, in rows.
    pub(crate) fn of_rows() -> Self {
        Self::new(&ROWS, 1.0)
    }

    fn new(ends: &'static [u64; 12], per_unit: f64) -> Self {
        Self {
            ends,
            per_unit,
            buckets: Default::default(),
            over: AtomicU64::new(0),
            sum: AtomicU64::new(0),
        }
    }

    pub(crate) fn note_time(&self, time: Duration) {
        self.note(u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
    }

    pub(crate) fn note(&self, value: u64) {
        let place = self.ends.partition_point(|end| *end < value);
        let bucket = self.buckets.get(place).unwrap_or(&self.over);
        bucket.fetch_add(1, Relaxed);
        self.sum.fetch_add(value, Relaxed);
    }

    /// Prometheus' rows of this histogram; each bucket holds those below it as well.
    pub(crate) fn render(&self, name: &str, text: &mut String) {
        let mut below = 0;
        // Writing to a String never fails.
        for (end, bucket) in self.ends.iter().zip(&self.buckets) {
            below += bucket.load(Relaxed);
            let end = *end as f64 / self.per_unit;
            let _ = writeln!(text, "{name}_bucket{{le=\"{end}\"}} {below}");
        }
        below += self.over.load(Relaxed);
        let _ = writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {below}");
        let sum = self.sum.load(Relaxed) as f64 / self.per_unit;
        let _ = writeln!(text, "{name}_sum {sum}");
        let _ = writeln!(text, "{name}_count {below}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_in_its_bucket_and_in_all_above() {
        let times = Histogram::of_times();
        for micros in [100, 101, 9_000_000] {
            times.note_time(Duration::from_micros(micros));
        }
        let mut text = String::new();
        times.render("t", &mut text);
        for row in [
            "t_bucket{le=\"0.0001\"} 1",
            "t_bucket{le=\"0.00025\"} 2",
            "t_bucket{le=\"2.5\"} 2",
            "t_bucket{le=\"+Inf\"} 3",
            "t_sum 9.000201",
            "t_count 3",
        ] {
            assert!(text.lines().any(|line| line == row), "{row}\n{text}");
        }
    }
}
