use std::{
    fmt::Write,
    sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::{histogram::Histogram, reached::Reached, rejected::Rejected, store::Sizes};

/// Counters with fixed names and labels: nothing that a sender chooses becomes a label.
pub(crate) struct Metrics {
    pub(crate) stored: AtomicU64,
    pub(crate) repeated: AtomicU64,
    pub(crate) unknown_token: AtomicU64,
    pub(crate) too_large: AtomicU64,
    pub(crate) cut_off: AtomicU64,
    pub(crate) not_stored: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) failed_commits: AtomicU64,
    pub(crate) polls: AtomicU64,
    pub(crate) parked_polls: AtomicI64,
    pub(crate) connections: AtomicI64,
    pub(crate) swept: AtomicU64,
    pub(crate) rejected: Rejected,
    pub(crate) reached: Reached,
    batch_rows: Histogram,
    batch_time: Histogram,
    sync_time: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            stored: AtomicU64::default(),
            repeated: AtomicU64::default(),
            unknown_token: AtomicU64::default(),
            too_large: AtomicU64::default(),
            cut_off: AtomicU64::default(),
            not_stored: AtomicU64::default(),
            commits: AtomicU64::default(),
            failed_commits: AtomicU64::default(),
            polls: AtomicU64::default(),
            parked_polls: AtomicI64::default(),
            connections: AtomicI64::default(),
            swept: AtomicU64::default(),
            rejected: Rejected::default(),
            reached: Reached::default(),
            batch_rows: Histogram::of_rows(),
            batch_time: Histogram::of_times(),
            sync_time: Histogram::of_times(),
        }
    }
}

/// Counts something up for as long as it lives.
pub(crate) struct Gauge<'a>(&'a AtomicI64);

impl<'a> Gauge<'a> {
    pub(crate) fn enter(value: &'a AtomicI64) -> Self {
        value.fetch_add(1, Relaxed);
        Self(value)
    }
}

impl Drop for Gauge<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

impl Metrics {
    /// Counts a batch that is on disk: its rows, how long it took as a whole, and how long its
    /// commit alone took, which writes the log and waits for the disk.
    pub(crate) fn note_batch(&self, rows: usize, whole: Duration, sync: Duration) {
        self.commits.fetch_add(1, Relaxed);
        self.batch_rows.note(rows as u64);
        self.batch_time.note_time(whole);
        self.sync_time.note_time(sync);
    }

    /// Prometheus' text format. `heads` has every seat with its highest number; `body_bytes` is the
    /// room that bodies under way take.
    pub(crate) fn render(&self, heads: &[(i64, i64)], sizes: Sizes, body_bytes: usize) -> String {
        let mut text = String::with_capacity(2048);
        let rejected = self.rejected.rows().map(|(reason, count)| {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            (format!("{{reason=\"{reason}\"}}"), count)
        });
        let rejected: Vec<(&str, i64)> = rejected.iter().map(|(label, n)| (&**label, *n)).collect();
        let mut family = |name: &str, kind: &str, help: &str, rows: &[(&str, i64)]| {
            // Writing to a String never fails.
            let _ = writeln!(text, "# HELP bohao_relay_{name} {help}");
            let _ = writeln!(text, "# TYPE bohao_relay_{name} {kind}");
            for (labels, value) in rows {
                let _ = writeln!(text, "bohao_relay_{name}{labels} {value}");
            }
        };
        let count = |value: &AtomicU64| i64::try_from(value.load(Relaxed)).unwrap_or(i64::MAX);
        family(
            "pushes_total",
            "counter",
            "Pushes by what became of them.",
            &[
                (r#"{outcome="stored"}"#, count(&self.stored)),
                (r#"{outcome="repeated"}"#, count(&self.repeated)),
                (r#"{outcome="unknown_token"}"#, count(&self.unknown_token)),
                (r#"{outcome="too_large"}"#, count(&self.too_large)),
                (r#"{outcome="cut_off"}"#, count(&self.cut_off)),
                (r#"{outcome="not_stored"}"#, count(&self.not_stored)),
            ],
        );
        family(
            "rejected_total",
            "counter",
            "What was turned away, by reason.",
            &rejected,
        );
        family(
            "commits_total",
            "counter",
            "Batches by what became of them.",
            &[
                (r#"{outcome="synced"}"#, count(&self.commits)),
                (r#"{outcome="failed"}"#, count(&self.failed_commits)),
            ],
        );
        family(
            "polls_total",
            "counter",
            "Requests for records.",
            &[("", count(&self.polls))],
        );
        family(
            "swept_total",
            "counter",
            "Records deleted by age or with their seat.",
            &[("", count(&self.swept))],
        );
        family(
            "parked_polls",
            "gauge",
            "Polls that wait for a record.",
            &[("", self.parked_polls.load(Relaxed))],
        );
        family(
            "connections",
            "gauge",
            "Open connections.",
            &[("", self.connections.load(Relaxed))],
        );
        family(
            "body_bytes",
            "gauge",
            "Memory that bodies under way take, but for the first 8 KiB of each.",
            &[("", i64::try_from(body_bytes).unwrap_or(i64::MAX))],
        );
        family(
            "seats",
            "gauge",
            "Seats.",
            &[("", i64::try_from(heads.len()).unwrap_or(i64::MAX))],
        );
        family(
            "slowest_seat_lag_records",
            "gauge",
            "Records that the slowest seat has not fetched, of those that asked since the start.",
            &[("", self.reached.slowest(heads))],
        );
        let known = [
            ("database_bytes", "Size of the database.", sizes.database),
            ("wal_bytes", "Size of its write-ahead log.", sizes.log),
            ("disk_free_bytes", "Free space on its disk.", sizes.free),
        ];
        for (name, help, size) in known {
            if let Some(size) = size {
                let size = i64::try_from(size).unwrap_or(i64::MAX);
                family(name, "gauge", help, &[("", size)]);
            }
        }
        let histograms = [
            ("batch_rows", "Pushes in a batch.", &self.batch_rows),
            (
                "batch_seconds",
                "From a batch's begin until it is on disk.",
                &self.batch_time,
            ),
            (
                "sync_seconds",
                "A batch's commit alone: the log written and synced.",
                &self.sync_time,
            ),
        ];
        for (name, help, histogram) in histograms {
            let name = format!("bohao_relay_{name}");
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} histogram");
            histogram.render(&name, &mut text);
        }
        text
    }
}
