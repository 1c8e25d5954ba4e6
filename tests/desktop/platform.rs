//! A platform for tests that need a recording of their own making. It dials nothing.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Samples a second; each has two bytes.
const RATE: u32 = 8000;

/// It answers every question with one recording for as long as the tests run.
pub struct Platform {
    /// Where it is.
    pub url: String,
    /// The recording, as it is once it is whole.
    pub recording: Arc<Vec<u8>>,
    stuck: Arc<AtomicBool>,
}

impl Platform {
    /// One whose recording has so many bytes of sound.
    pub fn start(bytes: u32) -> Platform {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let platform = Platform {
            url: format!("http://127.0.0.1:{port}"),
            recording: Arc::new(wav(bytes)),
            stuck: Arc::new(AtomicBool::new(false)),
        };
        let (recording, stuck) = (platform.recording.clone(), platform.stuck.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (recording, stuck) = (recording.clone(), stuck.clone());
                thread::spawn(move || answer(stream, &recording, &stuck));
            }
        });
        platform
    }

    /// From now on only half of the recording comes, and then nothing more.
    pub fn get_stuck(&self) {
        self.stuck.store(true, Ordering::SeqCst);
    }

    /// From now on all of it comes.
    pub fn go_on(&self) {
        self.stuck.store(false, Ordering::SeqCst);
    }
}

fn answer(mut stream: TcpStream, recording: &[u8], stuck: &AtomicBool) -> io::Result<()> {
    let mut request = BufReader::new(stream.try_clone()?).lines();
    while request
        .next()
        .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
    {}
    let length = recording.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: audio/wav\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    )?;
    if stuck.load(Ordering::SeqCst) {
        stream.write_all(&recording[..length / 2])?;
        // It ends when the other side hangs up.
        stream.read_to_end(&mut Vec::new())?;
    } else {
        stream.write_all(recording)?;
    }
    Ok(())
}

fn wav(bytes: u32) -> Vec<u8> {
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((bytes + 36).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16u32.to_le_bytes());
    wav.extend([1u16, 1].map(u16::to_le_bytes).concat());
    wav.extend([RATE, RATE * 2].map(u32::to_le_bytes).concat());
    wav.extend([2u16, 16].map(u16::to_le_bytes).concat());
    wav.extend(b"data");
    wav.extend(bytes.to_le_bytes());
    wav.extend((0..bytes).map(|byte| (byte % 251) as u8));
    wav
}
