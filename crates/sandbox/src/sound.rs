//! A recording one can hear: a ring-back tone, then two voices in turn. The voices are a buzz through three resonators
//! a vowel, with the rhythm of syllables, phrases and pauses; they say nothing.

use std::f64::consts::TAU;
use std::time::Duration;

/// Samples a second.
pub(crate) const RATE: u32 = 8000;

const HEADER_BYTES: usize = 44;
const SHORTEST: Duration = Duration::from_secs(3);
const LONGEST: Duration = Duration::from_secs(600);

/// A WAV file (PCM, 16 bit, mono, 8 kHz) as long as the talk, at least three seconds and at most ten minutes. The same
/// seed gives the same sound.
pub(crate) fn wav(seed: &str, talk: Duration) -> Vec<u8> {
    let seconds = talk.clamp(SHORTEST, LONGEST).as_secs_f64();
    let samples = speak(seed, (seconds * f64::from(RATE)).round() as usize);

    let data_bytes = samples.len() * 2;
    let mut file = Vec::with_capacity(HEADER_BYTES + data_bytes);
    let four = |value: usize| u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&four(HEADER_BYTES - 8 + data_bytes));
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&(RATE * 2).to_le_bytes());
    file.extend_from_slice(&2_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&four(data_bytes));
    for sample in samples {
        file.extend_from_slice(&sample.to_le_bytes());
    }
    file
}

/// FNV-1a: spreads a few bytes over 64 bits, the same on every machine.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Frequencies of the first three resonances, in Hz, of a, i, u, e, o.
const VOWELS: [[f64; 3]; 5] = [
    [800.0, 1250.0, 2500.0],
    [300.0, 2250.0, 3000.0],
    [330.0, 750.0, 2300.0],
    [500.0, 1750.0, 2450.0],
    [480.0, 900.0, 2400.0],
];
const BANDWIDTHS: [f64; 3] = [80.0, 100.0, 140.0];
const WEIGHTS: [f64; 3] = [1.0, 0.6, 0.25];

struct Voice {
    pitch: f64,
    /// A shorter throat resonates higher.
    scale: f64,
}

const VOICES: [Voice; 2] = [
    Voice {
        pitch: 205.0,
        scale: 1.12,
    },
    Voice {
        pitch: 118.0,
        scale: 1.0,
    },
];

fn speak(seed: &str, length: usize) -> Vec<i16> {
    let mut dice = Dice(fingerprint(seed.as_bytes()) | 1);
    let mut sound = ring_back();
    let mut turn = 0;
    while sound.len() < length {
        let voice = &VOICES[turn % VOICES.len()];
        let syllables = 3 + dice.below(5);
        for position in 0..syllables {
            // Phrases fall, as statements do.
            let fall = 1.06 - 0.16 * position as f64 / syllables as f64;
            syllable(&mut sound, &mut dice, voice, fall);
        }
        silence(&mut sound, 0.18 + 0.3 * dice.unit());
        turn += 1;
    }
    sound.truncate(length);

    // The line's own hiss, so that pauses are not dead.
    sound
        .into_iter()
        .map(|sample| {
            let hiss = 0.0015 * (dice.unit() * 2.0 - 1.0);
            ((sample + hiss).clamp(-1.0, 1.0) * 32_000.0) as i16
        })
        .collect()
}

/// China's ring-back tone: 450 Hz, cut to one second with its pause.
fn ring_back() -> Vec<f64> {
    let mut sound = Vec::new();
    let tone = RATE as usize * 7 / 10;
    for index in 0..tone {
        let at = index as f64 / f64::from(RATE);
        sound.push(0.18 * (TAU * 450.0 * at).sin() * edge(index, tone, 80));
    }
    silence(&mut sound, 0.3);
    sound
}

fn syllable(sound: &mut Vec<f64>, dice: &mut Dice, voice: &Voice, fall: f64) {
    if dice.below(3) > 0 {
        consonant(sound, dice);
    }
    let from = VOWELS[dice.below(VOWELS.len())];
    let to = VOWELS[dice.below(VOWELS.len())];
    let length = ((0.11 + 0.12 * dice.unit()) * f64::from(RATE)) as usize;
    // Tones rise or fall within the syllable.
    let bend = 0.24 * (dice.unit() - 0.5);
    let loudness = 0.75 + 0.25 * dice.unit();

    let mut phase = 0.0;
    let mut throat = [Resonator::default(); 3];
    for index in 0..length {
        let progress = index as f64 / length as f64;
        let pitch = voice.pitch * fall * (1.0 + bend * progress);
        phase = (phase + pitch / f64::from(RATE)).fract();
        // The vocal folds open slowly and shut at once.
        let buzz = if phase < 0.6 { phase / 0.6 } else { 0.0 } - 0.3;

        let mut sample = 0.0;
        for (part, resonator) in throat.iter_mut().enumerate() {
            let frequency = from[part] + (to[part] - from[part]) * progress;
            let heard = resonator.pass(buzz, frequency * voice.scale, BANDWIDTHS[part]);
            sample += WEIGHTS[part] * heard;
        }
        sound.push((1.8 * loudness * sample).tanh() * 0.7 * edge(index, length, length / 4));
    }
    silence(sound, 0.01 + 0.03 * dice.unit());
}

fn consonant(sound: &mut Vec<f64>, dice: &mut Dice) {
    let length = ((0.02 + 0.05 * dice.unit()) * f64::from(RATE)) as usize;
    let mut last = 0.0;
    for index in 0..length {
        let noise = dice.unit() * 2.0 - 1.0;
        // The difference of neighbours leaves the high part, as in s and sh.
        sound.push(0.09 * (noise - last) * edge(index, length, length / 3));
        last = noise;
    }
}

fn silence(sound: &mut Vec<f64>, seconds: f64) {
    let length = (seconds * f64::from(RATE)) as usize;
    sound.resize(sound.len() + length, 0.0);
}

/// Rises from 0 to 1 within `slope` samples and falls likewise at the end, so that nothing clicks.
fn edge(index: usize, length: usize, slope: usize) -> f64 {
    let nearest = index.min(length - 1 - index) as f64;
    (nearest / slope.max(1) as f64).min(1.0)
}

/// A two-pole band pass.
#[derive(Clone, Copy, Default)]
struct Resonator {
    last: f64,
    before: f64,
}

impl Resonator {
    fn pass(&mut self, input: f64, frequency: f64, bandwidth: f64) -> f64 {
        let rate = f64::from(RATE);
        let radius = (-TAU / 2.0 * bandwidth / rate).exp();
        let turn = (TAU * frequency.min(rate * 0.48) / rate).cos();
        let gain = (1.0 - radius) * 2.0;
        let output = gain * input + 2.0 * radius * turn * self.last - radius * radius * self.before;
        self.before = self.last;
        self.last = output;
        output
    }
}

/// A small generator (xorshift); the seed is never 0.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// From 0 to 1, without 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn samples(file: &[u8]) -> Vec<f64> {
        file[HEADER_BYTES..]
            .chunks_exact(2)
            .map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0)
            .collect()
    }

    fn loudness(samples: &[f64]) -> f64 {
        let sum: f64 = samples.iter().map(|sample| sample * sample).sum();
        (sum / samples.len() as f64).sqrt()
    }

    #[rstest]
    #[case::at_least_three_seconds(Duration::ZERO, 3)]
    #[case::as_long_as_the_talk(Duration::from_secs(7), 7)]
    #[case::at_most_ten_minutes(Duration::from_secs(86_400), 600)]
    fn its_length_is_the_talks(#[case] talk: Duration, #[case] seconds: usize) {
        let file = wav("04", talk);
        assert_eq!(file.len(), HEADER_BYTES + seconds * 16_000);
        assert_eq!(file[40..44], (seconds as u32 * 16_000).to_le_bytes());
    }

    #[test]
    fn it_can_be_heard_and_has_pauses_and_no_distortion() {
        let all = samples(&wav("04202107251831296890045359", Duration::from_secs(12)));
        let tenths: Vec<f64> = all.chunks(800).map(loudness).collect();
        assert!(loudness(&all[..5600]) > 0.08, "the tone is heard");
        let loud = tenths[10..].iter().filter(|tenth| **tenth > 0.05).count();
        let quiet = tenths[10..].iter().filter(|tenth| **tenth < 0.01).count();
        assert!(loud > 40, "most of it is speech: {loud} tenths");
        assert!(quiet >= 4, "they breathe: {quiet} tenths");
        assert!(all.iter().all(|sample| sample.abs() < 0.97));
        assert!(tenths.iter().all(|tenth| *tenth > 0.0));
    }

    #[test]
    fn each_call_has_its_own_and_keeps_it() {
        let talk = Duration::from_secs(3);
        assert_eq!(wav("041", talk), wav("041", talk));
        assert_ne!(wav("041", talk), wav("042", talk));
    }
}
