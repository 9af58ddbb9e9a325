//! The keys of the file, typed.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::DiffusionError;
use crate::schedulers::config::FILE;

/// Keys of schedulers that are not here, and of releases long gone. They are never read: a class of diffusers passes by
/// the keys of others, and a scheduler that is not here is refused as a whole.
const PASSED_BY: &[&str] = &[
    "corrector_order",
    "dynamic_thresholding_ratio",
    "noise_sampler_seed",
    "predictor_order",
    "rho",
    "sample_max_value",
    "sigma_data",
    "sigma_schedule",
    "tau_func",
    "tensor_format",
    "time_shift_type",
    "flow_shift",
];

macro_rules! keys {
    ($($key:ident: $type:ty,)*) => {
        /// Every key that a scheduler of ours may read; `None` where the file leaves it out or says `null`.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub(in crate::schedulers) struct File {
            $(pub $key: Option<$type>,)*
        }

        impl File {
            /// Takes the keys out of a JSON object without its `null`s.
            ///
            /// # Errors
            /// Where a value is of the wrong type, or a key is unknown.
            pub fn read(mut values: Map<String, Value>) -> Result<Self, DiffusionError> {
                let file = Self { $($key: take(&mut values, stringify!($key))?,)* };
                values.retain(|key, _| !PASSED_BY.contains(&key.as_str()));
                match values.into_iter().next() {
                    None => Ok(file),
                    Some((key, value)) => Err(DiffusionError::Unsupported {
                        component: FILE.into(),
                        key,
                        value: value.to_string(),
                        supported: "no scheduler is known that reads this key".into(),
                    }),
                }
            }
        }
    };
}

keys! {
    algorithm_type: String,
    beta_end: f64,
    beta_schedule: String,
    beta_start: f64,
    clip_sample: bool,
    clip_sample_range: f64,
    disable_corrector: Vec<usize>,
    euler_at_final: bool,
    final_sigmas_type: String,
    interpolation_type: String,
    lambda_min_clipped: Number,
    lower_order_final: bool,
    num_train_timesteps: usize,
    original_inference_steps: usize,
    predict_epsilon: bool,
    predict_x0: bool,
    prediction_type: String,
    rescale_betas_zero_snr: bool,
    set_alpha_to_one: bool,
    shift_terminal: f64,
    sigma_max: f64,
    sigma_min: f64,
    skip_prk_steps: bool,
    solver_order: usize,
    solver_p: Value,
    solver_type: String,
    steps_offset: usize,
    thresholding: bool,
    timestep_scaling: f64,
    timestep_spacing: String,
    timestep_type: String,
    trained_betas: Vec<f32>,
    use_beta_sigmas: bool,
    use_dynamic_shifting: bool,
    use_exponential_sigmas: bool,
    use_flow_sigmas: bool,
    use_karras_sigmas: bool,
    use_lu_lambdas: bool,
    variance_type: String,
}

/// A number that may be infinite, which JSON has no word for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::schedulers) struct Number(pub f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let number = match &value {
            Value::String(text) if text == "-Infinity" => Some(f64::NEG_INFINITY),
            other => other.as_f64(),
        };
        number.map(Self).ok_or_else(|| serde::de::Error::custom(format!("{value} is not a number")))
    }
}

fn take<T: DeserializeOwned>(values: &mut Map<String, Value>, key: &str) -> Result<Option<T>, DiffusionError> {
    let Some(value) = values.remove(key) else { return Ok(None) };
    T::deserialize(value).map(Some).map_err(|error| DiffusionError::config(FILE, format!("{key}: {error}")))
}

/// Python writes `-Infinity` and `NaN` as bare words, and diffusers does so for `lambda_min_clipped`. This puts them in
/// quotation marks, which makes the text JSON.
pub(in crate::schedulers) fn finite_json(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if !in_string && let Some(word) = ["-Infinity", "Infinity", "NaN"].iter().find(|word| rest.starts_with(**word))
        {
            quoted.extend(['"'].into_iter().chain(word.chars()).chain(['"']));
            rest = &rest[word.len()..];
            continue;
        }
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = c == '\\' && !escaped;
        quoted.push(c);
        rest = &rest[c.len_utf8()..];
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pythons_infinity_is_read_and_texts_stay_as_they_are() {
        assert_eq!(finite_json(r#"{"a": -Infinity, "b\"NaN": "NaN"}"#), r#"{"a": "-Infinity", "b\"NaN": "NaN"}"#);
        let values: Map<String, Value> =
            serde_json::from_str(&finite_json(r#"{"lambda_min_clipped": -Infinity}"#)).unwrap();
        assert_eq!(File::read(values).unwrap().lambda_min_clipped, Some(Number(f64::NEG_INFINITY)));
        let values: Map<String, Value> = serde_json::from_str(&finite_json(r#"{"lambda_min_clipped": NaN}"#)).unwrap();
        assert!(File::read(values).unwrap_err().to_string().contains("lambda_min_clipped"));
    }
}
