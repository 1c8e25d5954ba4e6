//! The contract between hosts and engine: every request, answer, event and error code.
