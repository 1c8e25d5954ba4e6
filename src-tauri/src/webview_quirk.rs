//! The one place for what the system's web view needs to be told before it starts.

/// With NVIDIA's own driver, WebKitGTK's DMABUF renderer leaves the window blank; without it the
/// page is drawn through shared memory. Everywhere else the faster way stays on, and whoever set
/// the variable themselves keeps their choice.
#[cfg(target_os = "linux")]
pub fn settle() {
    use std::os::unix::process::CommandExt;
    const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
    let needed = std::path::Path::new("/proc/driver/nvidia/version").exists();
    if !needed || std::env::var_os(VARIABLE).is_some() {
        return;
    }
    // A running process can't change its environment safely, so it starts itself once more in
    // its own place. Should that fail, it goes on as it is.
    if let Ok(program) = std::env::current_exe() {
        let _ = std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(VARIABLE, "1")
            .exec();
    }
}

/// Other systems' web views need nothing.
#[cfg(not(target_os = "linux"))]
pub fn settle() {}
