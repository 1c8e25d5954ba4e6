//! The desktop host: translates between the window and the engine, and does nothing else.
