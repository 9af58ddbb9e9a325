//! The scheduler of a checkpoint, which has none of its own: what diffusers gives to files of its family.

use serde_json::{Map, Value, json};

use super::{Component, Family, Hints};
use crate::{ModelStore, SafetensorsIndex};

/// A norm whose biases differ between the two trainings of SD 2.
const SD2_WITNESS: &str = "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias";
/// How wide it is in the published models.
const SD2_WITNESS_WIDTH: usize = 320;
/// Above this standard deviation of its values the model predicts the velocity, as ComfyUI found.
const SD2_WITNESS_SPREAD: f64 = 0.09;
/// The step at which SD 2's first base model was saved: diffusers' own mark of a model that predicts the noise.
const SD2_BASE_STEP: f32 = 875_000.0;

/// Whether the UNet predicts the velocity instead of the noise.
pub(super) fn is_v_prediction(
    store: &dyn ModelStore,
    index: &SafetensorsIndex,
    family: Family,
    hints: &Hints,
    notes: &mut Vec<String>,
) -> bool {
    if let Some(said) = hints.is_v_prediction {
        return said;
    }
    if family != Family::Sd2 {
        return false;
    }
    let is_base = index.read_f32(store, "global_step").is_ok_and(|step| step == [SD2_BASE_STEP]);
    let spread = match index.tensors().get(SD2_WITNESS) {
        Some(entry) if entry.shape == [SD2_WITNESS_WIDTH] => index.read_f32(store, SD2_WITNESS).ok().map(spread),
        _ => None,
    };
    let answer = !is_base && spread.is_none_or(|spread| spread > SD2_WITNESS_SPREAD);
    notes.push(format!(
        "the file does not say what its UNet predicts; {} is taken, judging by {}",
        if answer { "the velocity (v_prediction)" } else { "the noise (epsilon)" },
        if is_base {
            "the step at which it was saved"
        } else if spread.is_some() {
            "one of its norms"
        } else {
            "its family"
        }
    ));
    answer
}

/// Standard deviation with Bessel's correction, as torch computes it.
fn spread(values: Vec<f32>) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().map(|value| f64::from(*value)).sum::<f64>() / count;
    (values.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum::<f64>() / (count - 1.0)).sqrt()
}

/// `scheduler_config.json`: the class by family, and the betas that all of Stable Diffusion was trained with.
pub(super) fn config(family: Family, unet: &Component, hints: &Hints, is_v_prediction: bool) -> Map<String, Value> {
    let is_consistency = unet.config.contains_key("time_cond_proj_dim");
    let class = match family {
        _ if is_consistency => "LCMScheduler",
        Family::Sdxl => "EulerDiscreteScheduler",
        // The class of the first family knows nothing of a schedule that ends in pure noise.
        Family::Sd1 if !hints.has_zero_snr => "PNDMScheduler",
        Family::Sd1 | Family::Sd2 => "DDIMScheduler",
    };
    let mut config = Map::new();
    let mut set = |key: &str, value: Value| config.insert(key.to_owned(), value);
    set("_class_name", json!(class));
    set("num_train_timesteps", json!(1000));
    set("beta_schedule", json!("scaled_linear"));
    set("beta_start", json!(0.00085));
    set("beta_end", json!(0.012));
    set("prediction_type", json!(if is_v_prediction { "v_prediction" } else { "epsilon" }));
    set("timestep_spacing", json!(if hints.has_zero_snr { "trailing" } else { "leading" }));
    set("steps_offset", json!(1));
    if class != "EulerDiscreteScheduler" {
        set("set_alpha_to_one", json!(false));
    }
    if class == "PNDMScheduler" {
        set("skip_prk_steps", json!(true));
    } else if class != "EulerDiscreteScheduler" {
        set("clip_sample", json!(false));
    }
    if hints.has_zero_snr {
        set("rescale_betas_zero_snr", json!(true));
    }
    config
}
