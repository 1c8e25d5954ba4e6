//! A client for the AXB click-to-call platform: signed dials, records, recordings.
