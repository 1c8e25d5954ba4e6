//! How loud a recording is, moment by moment: what its drawing and its silences are made of.

use super::samples::Samples;
use bohao_wire::Silence;
use std::io;

/// Moments begin this short, so that a silence is known to a hundredth of a second.
const MOMENTS_PER_S: u64 = 100;

/// More moments than these are joined two by two: nearly three hours have their hundredths, and
/// what claims to sound for a year takes no more memory.
const MOMENTS: usize = 1 << 20;

/// Nothing is listened to for longer than this.
const LONGEST_S: u64 = 24 * 3600;

/// A silence that is shorter is a pause for breath.
const SHORTEST_SILENCE_MS: u64 = 800;

/// The loudest sample of each moment.
pub(super) struct Envelope {
    peaks: Vec<f32>,
    /// Frames of one moment.
    span: u64,
    frames: u64,
    rate: u64,
}

impl Envelope {
    /// Listens to a recording from end to end.
    pub fn of(sound: &mut dyn Samples) -> io::Result<Self> {
        let rate = u64::from(sound.rate().max(1));
        let channels = sound.channels().max(1);
        let mut envelope = Envelope {
            peaks: Vec::new(),
            span: (rate / MOMENTS_PER_S).max(1),
            frames: 0,
            rate,
        };
        let mut block = Vec::new();
        while envelope.frames < LONGEST_S.saturating_mul(rate) && sound.next(&mut block)? {
            for frame in block.chunks_exact(channels) {
                let loudest = frame.iter().fold(0_f32, |loud, it| loud.max(it.abs()));
                envelope.add(loudest);
            }
        }
        Ok(envelope)
    }

    fn add(&mut self, loudness: f32) {
        if self.frames.is_multiple_of(self.span) {
            if self.peaks.len() == MOMENTS {
                self.halve();
            }
            self.peaks.push(0.0);
        }
        if let Some(peak) = self.peaks.last_mut() {
            *peak = peak.max(loudness);
        }
        self.frames += 1;
    }

    fn halve(&mut self) {
        let joined = self.peaks.chunks(2);
        self.peaks = joined.map(loudest).collect();
        self.span *= 2;
    }

    /// How long it sounds.
    pub fn length_ms(&self) -> u64 {
        self.ms(self.frames)
    }

    /// The loudest sample of each of so many bars.
    pub fn bars(&self, bars: usize) -> Vec<f32> {
        if self.peaks.is_empty() {
            return Vec::new();
        }
        let moments = self.peaks.len();
        (0..bars)
            .map(|bar| {
                let from = bar * moments / bars;
                let to = ((bar + 1) * moments).div_ceil(bars);
                loudest(&self.peaks[from.min(moments - 1)..to.clamp(from + 1, moments)])
            })
            .collect()
    }

    /// The stretches in which nobody speaks.
    pub fn silences(&self) -> Vec<Silence> {
        let quiet = self.quiet();
        let mut silences = Vec::new();
        let mut since = None;
        for (moment, &peak) in self.peaks.iter().chain([&f32::INFINITY]).enumerate() {
            if peak < quiet {
                since.get_or_insert(moment);
            } else if let Some(begun) = since.take() {
                let from_ms = self.ms(begun as u64 * self.span);
                let to_ms = self.ms(self.frames.min(moment as u64 * self.span));
                if to_ms - from_ms >= SHORTEST_SILENCE_MS {
                    silences.push(Silence { from_ms, to_ms });
                }
            }
        }
        silences
    }

    /// Below this nobody speaks: a good deal less than the loud moments of this recording, since
    /// each line has its own volume, and never less than what a line hums by itself.
    fn quiet(&self) -> f32 {
        const OF_LOUD: f32 = 0.08;
        const HUM: f32 = 0.004;
        const MOST: f32 = 0.03;
        let mut sorted = self.peaks.clone();
        let loud = sorted.len() * 95 / 100;
        if loud >= sorted.len() {
            return HUM;
        }
        let (_, loud, _) = sorted.select_nth_unstable_by(loud, f32::total_cmp);
        (*loud * OF_LOUD).clamp(HUM, MOST)
    }

    fn ms(&self, frames: u64) -> u64 {
        let ms = u128::from(frames) * 1000 / u128::from(self.rate);
        u64::try_from(ms).unwrap_or(u64::MAX)
    }
}

fn loudest(peaks: &[f32]) -> f32 {
    peaks.iter().copied().fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A recording of one channel that gives these samples, block by block.
    struct Made {
        rate: u32,
        blocks: Vec<Vec<f32>>,
    }

    impl Samples for Made {
        fn rate(&self) -> u32 {
            self.rate
        }

        fn channels(&self) -> usize {
            1
        }

        fn next(&mut self, block: &mut Vec<f32>) -> io::Result<bool> {
            if self.blocks.is_empty() {
                return Ok(false);
            }
            *block = self.blocks.remove(0);
            Ok(true)
        }
    }

    /// Stretches of a loudness and a length in seconds, at 1,000 frames a second.
    fn heard(stretches: &[(f32, f32)]) -> Envelope {
        let blocks = stretches
            .iter()
            .map(|&(loudness, seconds)| vec![loudness; (seconds * 1000.0) as usize])
            .collect();
        Envelope::of(&mut Made { rate: 1000, blocks }).unwrap()
    }

    #[test]
    fn a_silence_is_found_between_two_who_speak_and_a_breath_is_none() {
        let envelope = heard(&[
            (0.5, 1.0),
            (0.001, 0.5),
            (0.4, 1.0),
            (0.002, 2.0),
            (0.5, 1.0),
        ]);

        assert_eq!(
            envelope.silences(),
            [Silence {
                from_ms: 2500,
                to_ms: 4500
            }]
        );
        assert_eq!(envelope.length_ms(), 5500);
    }

    #[test]
    fn a_silence_at_the_end_ends_with_the_recording() {
        let silences = heard(&[(0.5, 1.0), (0.0, 1.005)]).silences();

        assert_eq!(
            silences,
            [Silence {
                from_ms: 1000,
                to_ms: 2005
            }]
        );
    }

    #[test]
    fn a_quiet_line_is_not_taken_for_silence() {
        assert_eq!(heard(&[(0.02, 3.0), (0.01, 2.0)]).silences(), []);
    }

    #[test]
    fn what_never_ends_takes_no_more_memory() {
        let mut envelope = heard(&[]);
        for _ in 0..3 * MOMENTS as u64 * 10 {
            envelope.add(0.5);
        }

        assert!(envelope.peaks.len() <= MOMENTS);
        assert_eq!(envelope.length_ms(), 3 * MOMENTS as u64 * 10);
        assert!(envelope.bars(10).iter().all(|&bar| bar == 0.5));
    }

    proptest! {
        #[test]
        fn silences_lie_in_order_within_the_recording(
            stretches in prop::collection::vec((0.0_f32..1.0, 0.0_f32..3.0), 0..12),
            bars in 1_usize..100,
        ) {
            let envelope = heard(&stretches);
            let mut before = 0;
            for Silence { from_ms, to_ms } in envelope.silences() {
                prop_assert!(before <= from_ms && from_ms + SHORTEST_SILENCE_MS <= to_ms);
                before = to_ms;
            }
            prop_assert!(before <= envelope.length_ms());
            let drawn = envelope.bars(bars);
            prop_assert!(drawn.is_empty() || drawn.len() == bars);
        }
    }
}
