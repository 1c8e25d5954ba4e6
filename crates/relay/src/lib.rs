//! The relay: keeps what the platform pushes until a desk fetches it.
