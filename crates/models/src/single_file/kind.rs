//! What a safetensors file holds, told from the names of its tensors.

use std::collections::BTreeMap;

use super::{Family, below, unet};
use crate::{SafetensorsIndex, TensorEntry};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// A whole model in the original layout.
    Checkpoint(Family),
    /// A UNet in the original layout without a text encoder.
    UnetAlone,
    /// A UNet in diffusers' layout.
    DiffusersUnet,
    /// An autoencoder, in either layout.
    Vae,
    /// The encoder of a tiny autoencoder as its author publishes it.
    TaesdEncoder,
    /// Its decoder.
    TaesdDecoder,
    /// A tiny autoencoder in diffusers' layout.
    DiffusersTinyVae,
    /// Changes to a model's weights.
    Lora,
    /// A network that reads a control picture.
    ControlNet,
    /// A smaller one.
    T2iAdapter,
    /// A text encoder.
    TextEncoder,
    /// Learned words.
    TextualInversion,
    /// A family that is known and not supported.
    Unsupported(&'static str),
    /// Anything else.
    Unknown,
}

/// Tensors that only one of the families that are not supported has, below the usual prefix or without it.
const OTHER_FAMILIES: [(&str, &str); 7] = [
    ("joint_blocks.0.", "a Stable Diffusion 3 model"),
    ("double_blocks.0.", "a Flux model"),
    ("double_stream_modulation_img.", "a Flux 2 model"),
    ("layers.0.adaLN_modulation.", "a Z-Image or Lumina model"),
    ("blocks.0.adaln_modulation_cross_attn.", "a Cosmos model"),
    ("transformer_blocks.0.scale_shift_table", "a model of a transformer family"),
    ("down_blocks.0.motion_modules.", "an AnimateDiff motion model"),
];

impl FileKind {
    /// Recognises a file by its tensors.
    pub fn of(index: &SafetensorsIndex) -> Self {
        let tensors = index.tensors();
        let has = |name: &str| tensors.contains_key(name);
        let begins = |prefix: &str| below(tensors, prefix).next().is_some();
        for (name, title) in OTHER_FAMILIES {
            if begins(name) || begins(&format!("{}{name}", unet::PREFIX)) {
                return Self::Unsupported(title);
            }
        }
        if begins("control_model.") || begins("controlnet_cond_embedding.") || begins("input_hint_block.") {
            return Self::ControlNet;
        }
        if has("model.diffusion_model.input_blocks.0.0.weight") {
            return checkpoint(tensors);
        }
        if is_lora(tensors) {
            return Self::Lora;
        }
        if has("input_blocks.0.0.weight") || has("diffusion_model.input_blocks.0.0.weight") {
            return Self::UnetAlone;
        }
        if begins("adapter.") || (has("conv_in.weight") && begins("body.")) {
            return Self::T2iAdapter;
        }
        if begins("down_blocks.") && has("time_embedding.linear_1.weight") {
            return Self::DiffusersUnet;
        }
        if begins("decoder.layers.") && begins("encoder.layers.") {
            return Self::DiffusersTinyVae;
        }
        if ["", "first_stage_model.", "vae."].iter().any(|prefix| has(&format!("{prefix}decoder.conv_in.weight"))) {
            return Self::Vae;
        }
        // The decoder's first entry is a clamp without weights.
        if has("0.weight") && has("1.conv.0.weight") {
            return Self::TaesdEncoder;
        }
        if has("1.weight") && has("3.conv.0.weight") {
            return Self::TaesdDecoder;
        }
        if begins("text_model.encoder.") || (begins("encoder.layers.") && begins("embeddings.token_embedding.")) {
            return Self::TextEncoder;
        }
        let is_embedding = |entry: &TensorEntry| matches!(entry.shape.as_slice(), [_] | [1..=128, _]);
        if has("emb_params")
            || (has("clip_g") && has("clip_l"))
            || (tensors.len() == 1 && tensors.values().all(is_embedding))
        {
            return Self::TextualInversion;
        }
        Self::Unknown
    }

    /// What it is, as a noun.
    pub fn title(self) -> &'static str {
        match self {
            Self::Checkpoint(family) => family_title(family),
            Self::UnetAlone => "a UNet in the original layout, without text encoder and autoencoder",
            Self::DiffusersUnet => "a UNet of diffusers, without its configuration",
            Self::Vae => "an autoencoder",
            Self::TaesdEncoder => "the encoder of a tiny autoencoder (TAESD)",
            Self::TaesdDecoder => "the decoder of a tiny autoencoder (TAESD)",
            Self::DiffusersTinyVae => "a tiny autoencoder (AutoencoderTiny)",
            Self::Lora => "a LoRA",
            Self::ControlNet => "a ControlNet",
            Self::T2iAdapter => "a T2I-Adapter",
            Self::TextEncoder => "a text encoder",
            Self::TextualInversion => "a textual inversion embedding",
            Self::Unsupported(title) => title,
            Self::Unknown => "a safetensors file of a kind that is not known here",
        }
    }

    /// Why it cannot be rendered with, and what it can be used for.
    pub fn why_no_model(self) -> String {
        let advice = match self {
            Self::Vae | Self::TaesdEncoder | Self::TaesdDecoder | Self::DiffusersTinyVae => "give it with --vae",
            Self::Lora => "give it with --lora",
            Self::ControlNet | Self::T2iAdapter => "give it with --control",
            Self::UnetAlone => "a whole checkpoint, with its text encoder and autoencoder, is needed",
            Self::DiffusersUnet | Self::TextEncoder => "name the whole diffusers folder that it belongs to",
            Self::TextualInversion => "it adds words to a model and is none itself",
            Self::Unsupported(_) => "this family is not supported; models of Stable Diffusion 1, 2 and XL are",
            Self::Unknown | Self::Checkpoint(_) => "models of Stable Diffusion 1, 2 and XL can be read",
        };
        format!("the file is {} and no whole model: {advice}", self.title())
    }
}

/// The family in words.
pub(crate) fn family_title(family: Family) -> &'static str {
    match family {
        Family::Sd1 => "Stable Diffusion 1.x",
        Family::Sd2 => "Stable Diffusion 2.x",
        Family::Sdxl => "Stable Diffusion XL",
    }
}

fn checkpoint(tensors: &BTreeMap<String, TensorEntry>) -> FileKind {
    let begins = |prefix: &str| below(tensors, prefix).next().is_some();
    if tensors.contains_key("edm_mean") {
        return FileKind::Unsupported("a Playground model with latents of its own scale");
    }
    if begins("conditioner.embedders.1.model.") {
        return FileKind::Checkpoint(Family::Sdxl);
    }
    if begins("conditioner.embedders.0.model.") {
        // Stability's later code names both alike; the refiner embeds sizes besides.
        let is_refiner = begins("model.diffusion_model.label_emb.");
        return if is_refiner {
            FileKind::Unsupported("the refiner of Stable Diffusion XL")
        } else {
            FileKind::Checkpoint(Family::Sd2)
        };
    }
    if begins("cond_stage_model.model.") {
        return FileKind::Checkpoint(Family::Sd2);
    }
    if begins("cond_stage_model.transformer.") {
        return FileKind::Checkpoint(Family::Sd1);
    }
    FileKind::UnetAlone
}

fn is_lora(tensors: &BTreeMap<String, TensorEntry>) -> bool {
    let endings = [".lora_down.weight", ".lora_up.weight", ".lora_A.weight", ".lora_B.weight", ".lora.down.weight"];
    let others = [".lokr_w1", ".lokr_w1_a", ".hada_w1_a", ".lora_A.default.weight", ".lora_linear_layer.down.weight"];
    tensors.keys().any(|name| endings.iter().chain(&others).any(|ending| name.ends_with(ending)))
}
