//! Every chore is one word: run, test, gen, bench.

fn main() {}
