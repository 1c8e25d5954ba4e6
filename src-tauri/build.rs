//! Prepares what the window needs at build time.

fn main() {}
