//! Recordings that look like talk: two voices in turn, with words and pauses. They say nothing.

/// Samples a second; each has two bytes.
const RATE: u32 = 8000;
/// A word or a pause lasts so many samples.
const WORD: u32 = RATE / 4;

/// A WAV of so many seconds. Another seed gives other words.
pub fn wav(seconds: u32, seed: u32) -> Vec<u8> {
    let bytes = seconds * RATE * 2;
    let mut wav = Vec::with_capacity(bytes as usize + 44);
    wav.extend(b"RIFF");
    wav.extend((bytes + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1u16, 1].map(u16::to_le_bytes).concat());
    wav.extend([RATE, RATE * 2].map(u32::to_le_bytes).concat());
    wav.extend([2u16, 16].map(u16::to_le_bytes).concat());
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    for sample in 0..seconds * RATE {
        let tone = f64::from(sample) / f64::from(RATE) * std::f64::consts::TAU * 140.0;
        let loud = loudness(sample / WORD, seed) * (tone.sin() + 0.4 * (tone * 2.7).sin());
        #[expect(
            clippy::cast_possible_truncation,
            reason = "it stays below 1.4 × 20,000"
        )]
        let value = (loud * 20_000.0) as i16;
        wav.extend(value.to_le_bytes());
    }
    wav
}

/// From 0 to 1: sentences of changing strength, turns of two voices, and silence between them.
fn loudness(word: u32, seed: u32) -> f64 {
    let sentence = mixed(word / 7, seed) % 100;
    let strength = f64::from(sentence) / 100.0;
    let voice = if mixed(word / 40, seed).is_multiple_of(2) {
        0.95
    } else {
        0.5
    };
    if sentence < 14 {
        0.05
    } else {
        voice * (0.15 + 0.85 * strength)
    }
}

/// A number that looks like chance and is always the same.
fn mixed(number: u32, seed: u32) -> u32 {
    let mut mixed = number.wrapping_mul(0x9E37_79B9) ^ seed.wrapping_mul(0x85EB_CA6B);
    mixed ^= mixed >> 15;
    mixed = mixed.wrapping_mul(0x2C1B_3C6D);
    mixed ^ (mixed >> 13)
}
