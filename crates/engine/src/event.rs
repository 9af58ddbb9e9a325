//! Everything that can happen to the engine, in one closed list.

use underpaint_protocol::Request;

/// What the run loop acts on.
#[derive(Debug)]
pub(crate) enum Event {
    /// The page asked for something; RGBA8 pixels may travel beside it. Boxed, since the other events are nothing.
    Asked { request: Box<Request>, pixels: Option<Vec<u8>> },
    /// Nothing new was asked: the work at hand moves on by one stage or one step.
    Advance,
    /// The page is gone.
    Closed,
}
