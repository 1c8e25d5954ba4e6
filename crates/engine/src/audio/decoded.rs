//! The samples of compressed recordings: MP3, Ogg Vorbis, AAC, FLAC, WAV with ADPCM, and their
//! like, by way of Symphonia.
//!
//! What it makes of a stranger's bytes is not trusted: a decoder that panics has come to its end,
//! and no more packets are taken than the file has bytes.

use super::samples::{CHANNELS, Samples, Source, sane};
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;

pub(super) struct Decoded<'s> {
    packets: Packets<'s>,
    decoder: Box<dyn AudioDecoder>,
    rate: u32,
    /// How many there are in the recording.
    planes: usize,
    /// What was decoded last, or before anybody asked.
    whole: Vec<f32>,
    waiting: bool,
}

impl<'s> Decoded<'s> {
    /// Begins to decode; nothing if this is no recording that can be decoded, or an empty one.
    pub fn open(source: impl Source + 's) -> io::Result<Option<Self>> {
        let Some(packets) = Packets::open(source)? else {
            return Ok(None);
        };
        let Some(decoder) = packets.decoder() else {
            return Ok(None);
        };
        let mut begun = Decoded {
            packets,
            decoder,
            rate: 0,
            planes: 0,
            whole: Vec::new(),
            waiting: false,
        };
        begun.waiting = begun.decode()?;
        Ok(begun.waiting.then_some(begun))
    }

    /// Decodes the next packet that can be decoded. Damaged ones are passed over.
    fn decode(&mut self) -> io::Result<bool> {
        while let Some(packet) = self.packets.next()? {
            let decoder = &mut self.decoder;
            let whole = &mut self.whole;
            let spec = unharmed(|| match decoder.decode(&packet) {
                Ok(samples) => {
                    samples.copy_to_vec_interleaved(whole);
                    let spec = samples.spec();
                    Ok(Some((spec.rate(), spec.channels().count())))
                }
                Err(Error::DecodeError(_)) => Ok(None),
                Err(error) => Err(error),
            });
            match spec {
                Some(Ok(None)) => {}
                Some(Ok(Some((rate, planes)))) => {
                    if self.whole.is_empty() {
                        continue;
                    }
                    if self.rate == 0 {
                        (self.rate, self.planes) = (rate, planes);
                    }
                    // A recording that turns into another one has come to its end.
                    return Ok((rate, planes) == (self.rate, self.planes)
                        && rate > 0
                        && planes > 0);
                }
                Some(Err(_)) | None => return Ok(false),
            }
        }
        Ok(false)
    }
}

impl Samples for Decoded<'_> {
    fn rate(&self) -> u32 {
        self.rate
    }

    fn channels(&self) -> usize {
        self.planes.min(CHANNELS)
    }

    fn next(&mut self, block: &mut Vec<f32>) -> io::Result<bool> {
        block.clear();
        if !std::mem::take(&mut self.waiting) && !self.decode()? {
            return Ok(false);
        }
        for frame in self.whole.chunks_exact(self.planes) {
            block.extend(frame.iter().take(CHANNELS).copied().map(sane));
        }
        Ok(true)
    }
}

/// How long a recording is, by the packets that it has and without decoding them.
pub(super) fn length_ms(source: impl Source) -> io::Result<Option<u64>> {
    let Some(mut packets) = Packets::open(source)? else {
        return Ok(None);
    };
    let Some((numer, denom)) = packets.time_base else {
        return Ok(None);
    };
    let mut ticks = 0_u64;
    while let Some(packet) = packets.next()? {
        ticks = ticks.saturating_add(packet.dur.get());
    }
    let ms = u128::from(ticks) * 1000 * u128::from(numer) / u128::from(denom);
    Ok(u64::try_from(ms).ok().filter(|&ms| ms > 0))
}

/// The packets of a file's first recording.
struct Packets<'s> {
    format: Box<dyn FormatReader + 's>,
    track: u32,
    /// The unit of a packet's length in seconds, as a fraction.
    time_base: Option<(u32, u32)>,
    /// How many more may come.
    left: u64,
}

impl<'s> Packets<'s> {
    fn open(source: impl Source + 's) -> io::Result<Option<Self>> {
        /// Names and pictures inside of a recording are of no interest.
        const TAGS: Limit = Limit::Maximum(64 * 1024);
        let source = Measured::new(source)?;
        let left = source.length;
        let stream = MediaSourceStream::new(Box::new(source), Default::default());
        let format = unharmed(|| {
            let about = MetadataOptions::default()
                .limit_tag_bytes(TAGS)
                .limit_visual_bytes(TAGS);
            let probe = symphonia::default::get_probe();
            probe.probe(&Hint::new(), stream, FormatOptions::default(), about)
        });
        let Some(Ok(format)) = format else {
            return Ok(None);
        };
        let Some(track) = format.default_track(TrackType::Audio) else {
            return Ok(None);
        };
        let time_base = track.time_base.map(|it| (it.numer.get(), it.denom.get()));
        Ok(Some(Packets {
            track: track.id,
            time_base,
            format,
            left,
        }))
    }

    fn decoder(&self) -> Option<Box<dyn AudioDecoder>> {
        let track = self.format.default_track(TrackType::Audio)?;
        let form = track.codec_params.as_ref()?.audio()?;
        let made = unharmed(|| {
            let decoders = symphonia::default::get_codecs();
            decoders.make_audio_decoder(form, &AudioDecoderOptions::default())
        });
        made?.ok()
    }

    fn next(&mut self) -> io::Result<Option<Packet>> {
        while self.left > 0 {
            self.left -= 1;
            let format = &mut self.format;
            match unharmed(|| format.next_packet()) {
                Some(Ok(Some(packet))) if packet.track_id == self.track => {
                    return Ok(Some(packet));
                }
                Some(Ok(Some(_))) => {}
                Some(Err(Error::IoError(error)))
                    if error.kind() != io::ErrorKind::UnexpectedEof =>
                {
                    return Err(error);
                }
                Some(Ok(None) | Err(_)) | None => break,
            }
        }
        self.left = 0;
        Ok(None)
    }
}

/// What came of it, or nothing if it panicked.
fn unharmed<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// A source that knows how long it is.
struct Measured<S> {
    source: S,
    length: u64,
}

impl<S: Source> Measured<S> {
    fn new(mut source: S) -> io::Result<Self> {
        let length = source.seek(SeekFrom::End(0))?;
        source.seek(SeekFrom::Start(0))?;
        Ok(Measured { source, length })
    }
}

impl<S: Source> Read for Measured<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read(buffer)
    }
}

impl<S: Source> Seek for Measured<S> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.source.seek(to)
    }
}

impl<S: Source> MediaSource for Measured<S> {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.length)
    }
}
