//! What the relay and its clients say to each other, and the client.
