//! Whether a job can be rendered, before anything is computed.

use underpaint_protocol::{ControlInput, GenerateInput, ModelReport, Part};

use crate::EngineError;

/// A larger picture exhausts a browser's memory in the autoencoder.
const MAX_EDGE_PX: u32 = 2048;
/// As many as the noise schedules have levels.
const MAX_STEPS: u32 = 1000;
/// Far above what any model stands.
const MAX_GUIDANCE: f32 = 100.0;
/// Text beyond the encoder's window is cut off anyway; a novel would only be tokenised in vain.
const MAX_PROMPT_BYTES: usize = 20_000;

/// Above it a control network shouts the model down.
const MAX_CONTROL_SCALE: f32 = 10.0;
/// More layers than any text encoder of these models has.
const MAX_CLIP_SKIP: u32 = 64;

/// Refuses what cannot be rendered, with a sentence that says what would be right.
pub(crate) fn check(input: &GenerateInput, init_pixels: &[u8], model: &ModelReport) -> Result<(), EngineError> {
    let multiple = model.size_multiple.max(1);
    for (name, edge_px) in [("width", input.width), ("height", input.height)] {
        if edge_px == 0 || edge_px > MAX_EDGE_PX || !edge_px.is_multiple_of(multiple) {
            return Err(EngineError::input(format!(
                "the {name} of {edge_px} pixels cannot be rendered; choose a multiple of {multiple} up to {MAX_EDGE_PX}"
            )));
        }
    }
    for (idx, part) in input.parts.iter().enumerate() {
        if input.parts[..idx].contains(part) {
            return Err(EngineError::input(format!("the {} came twice; send it once", part_name(*part))));
        }
    }
    let expected_bytes = input.payload_bytes();
    if init_pixels.len() as u64 != expected_bytes {
        return Err(EngineError::input(format!(
            "a sketch of {} × {} pixels and {} pictures beside it are {expected_bytes} bytes, and {} came",
            input.width,
            input.height,
            input.parts.len(),
            init_pixels.len()
        )));
    }
    let ControlInput { scale, start, end } = input.control;
    if !(0.0..=MAX_CONTROL_SCALE).contains(&scale) || !(0.0..=1.0).contains(&start) || !(start..=1.0).contains(&end) {
        return Err(EngineError::input(format!(
            "a control of scale {scale} from {start} to {end} cannot be followed; the scale is 0 to \
             {MAX_CONTROL_SCALE}, start and end are shares of the steps in their order"
        )));
    }
    if input.clip_skip > MAX_CLIP_SKIP {
        return Err(EngineError::input(format!(
            "{} layers cannot be skipped; at most {MAX_CLIP_SKIP} can",
            input.clip_skip
        )));
    }
    // A NaN is in no range.
    if !(0.0..=1.0).contains(&input.strength) {
        return Err(EngineError::input(format!("the strength of {} is not between 0 and 1", input.strength)));
    }
    if !(0.0..=MAX_GUIDANCE).contains(&input.guidance) {
        return Err(EngineError::input(format!(
            "the guidance of {} is not between 0 and {MAX_GUIDANCE}",
            input.guidance
        )));
    }
    if !(1..=MAX_STEPS).contains(&input.steps) {
        return Err(EngineError::input(format!("{} steps are not between 1 and {MAX_STEPS}", input.steps)));
    }
    let negative = input.negative.as_deref().unwrap_or_default();
    for (name, text) in [("prompt", input.prompt.as_str()), ("negative prompt", negative)] {
        if text.len() > MAX_PROMPT_BYTES {
            return Err(EngineError::input(format!(
                "the {name} is {} bytes long; shorten it to {MAX_PROMPT_BYTES}",
                text.len()
            )));
        }
    }
    Ok(())
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Mask => "mask",
        Part::StrengthMap => "strength map",
        Part::Control => "control picture",
    }
}
