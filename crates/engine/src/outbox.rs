//! Where answers go.

use underpaint_protocol::Response;

/// Takes the engine's answers. A failure to deliver is the outbox's to handle: the engine cannot mend it.
pub trait Outbox {
    /// Sends an answer, with RGBA8 pixels beside it where there are any.
    fn post(&self, response: Response, pixels: Option<Vec<u8>>);
}
