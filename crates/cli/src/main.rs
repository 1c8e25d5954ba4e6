//! Bohao without a window.
fn main() {}
