//! A Tauri window with nothing in it: what `cargo xtask bench start` measures Bohao against.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("examples/bare/tauri.conf.json"))
}
