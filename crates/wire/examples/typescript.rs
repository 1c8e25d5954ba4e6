//! Prints the TypeScript contract; `cargo xtask gen` writes it where the UI finds it.

#[expect(clippy::print_stdout, reason = "printing is this program's purpose")]
fn main() {
    print!("{}", bohao_wire::typescript::module());
}
