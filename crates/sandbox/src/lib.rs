//! A stand-in platform for practice and tests, strict about signatures.
