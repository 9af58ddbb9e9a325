//! What the address bar asks for.
//!
//! - `?device=cpu` or `?device=gpu` forces the device (also a software adapter, which is never chosen by itself);
//! - `?size=64` renders at this many pixels an edge instead of the model's own size: for slow machines and for tests;
//! - `?model=folder/` takes the model from another folder beside the page.

use underpaint_browser::{BrowserError, query, settings::Settings};
use underpaint_protocol::ModelReport;
use underpaint_studio::SessionConfig;

/// Smallest and largest edge that `?size=` may ask for, in pixels.
const SIZES_PX: std::ops::RangeInclusive<u32> = 16..=1024;

/// Where the settings are kept.
pub const SETTINGS_KEY: &str = "settings";

/// Where the list of brushes is kept.
pub const BRUSHES_KEY: &str = "brushes";

/// What a new session starts with on this page.
pub fn session_config(settings: &Settings) -> Result<SessionConfig, BrowserError> {
    let mut folder = query::query_parameter("model").filter(|it| !it.is_empty()).unwrap_or_else(|| "starter/".into());
    if !folder.ends_with('/') {
        folder.push('/');
    }
    Ok(SessionConfig {
        device: query::forced_device(),
        settings_text: settings.get(SETTINGS_KEY),
        model_url: query::absolute_url(&folder)?,
        ..SessionConfig::default()
    })
}

/// The size that the address asks for, made to fit the model.
pub fn forced_size(model: &ModelReport) -> Option<u32> {
    let size: u32 = query::query_parameter("size")?.parse().ok()?;
    let multiple = model.size_multiple.max(1);
    let size = size.clamp(*SIZES_PX.start(), *SIZES_PX.end());
    Some((size / multiple).max(1) * multiple)
}
