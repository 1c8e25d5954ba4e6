//! Credentials in the operating system's keyring, or in memory for tests.
