//! What the name of a tensor in a LoRA's file says.

/// What PEFT writes before the names of the model that it wraps.
pub(super) const PEFT_PREFIX: &str = "base_model.model.";

/// Kinds of adaptations that are not low-rank products alone: a piece of their tensors' names, and their own.
const OTHER_KINDS: [(&str, &str); 12] = [
    ("hada_", "LoHa (products of Hadamard's kind)"),
    ("lokr_", "LoKr (Kronecker products)"),
    ("dora_scale", "DoRA (weight-decomposed)"),
    ("lora_magnitude_vector", "DoRA (weight-decomposed)"),
    ("on_input", "IA3"),
    ("ia3_", "IA3"),
    ("oft_", "OFT"),
    ("boft_", "BOFT"),
    ("glora_", "GLoRA"),
    ("lora_mid", "LoCon with a middle matrix (CP decomposition)"),
    ("lora_embedding_", "LoRA of an embedding table"),
    ("lora_controlnet", "Control-LoRA"),
];

/// The endings of the two matrices' names, before a perhaps missing `.weight`.
const ENDINGS: [(&str, Part); 8] = [
    (".lora_down", Part::Down),
    (".lora_up", Part::Up),
    (".lora_linear_layer.down", Part::Down),
    (".lora_linear_layer.up", Part::Up),
    (".lora.down", Part::Down),
    (".lora.up", Part::Up),
    ("_lora.down", Part::Down),
    ("_lora.up", Part::Up),
];

/// What kohya writes before the flattened names, and the components.
const KOHYA_PREFIXES: [(&str, &str); 4] = [
    ("lora_unet_", "unet"),
    ("lora_te_", "text_encoder"),
    ("lora_te1_", "text_encoder"),
    ("lora_te2_", "text_encoder_2"),
];

/// Which of a module's tensors it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The matrix that is applied first.
    Down,
    /// The matrix that is applied second.
    Up,
    /// The number that the rank divides.
    Alpha,
}

/// A module that is changed: its component and its name, with all dots as underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TensorName {
    pub(super) component: String,
    pub(super) flat: String,
}

/// A name with its dots as underscores, in which all ways of writing agree.
pub(super) fn flat(name: &str) -> String {
    name.replace('.', "_")
}

/// Takes a tensor's name apart.
///
/// # Errors
/// Where it is not that of a LoRA: half a sentence that says what it is instead.
pub(super) fn parse(name: &str) -> Result<(TensorName, Part), String> {
    if let Some((_, kind)) = OTHER_KINDS.iter().find(|(piece, _)| name.contains(piece)) {
        return Err(format!("it is of {kind}, which is not supported; LoRA is"));
    }
    if name.ends_with(".diff") || name.ends_with(".diff_b") {
        return Err("it is the difference of a whole weight, which is not supported; LoRA is".to_owned());
    }
    let (module, part) = split(name).ok_or_else(|| {
        if name.ends_with(".bias") {
            "it is a bias, which is not supported; LoRAs of weights are".to_owned()
        } else {
            "its name is not that of a LoRA's matrix, nor of its alpha".to_owned()
        }
    })?;
    Ok((name_of(&module), part))
}

/// The module's name and the part.
fn split(name: &str) -> Option<(String, Part)> {
    if let Some(module) = name.strip_suffix(".alpha") {
        let module =
            [".lora", ".processor"].iter().fold(module, |module, end| module.strip_suffix(end).unwrap_or(module));
        return Some((module.to_owned(), Part::Alpha));
    }
    let stem = name.strip_suffix(".weight")?;
    for (ending, part) in ENDINGS {
        if let Some(module) = stem.strip_suffix(ending) {
            return Some((module.to_owned(), part));
        }
    }
    // PEFT may put the adapter's name behind: `lora_A.default.weight`.
    for (piece, part) in [(".lora_A", Part::Down), (".lora_B", Part::Up)] {
        if let Some((module, adapter)) = stem.rsplit_once(piece)
            && (adapter.is_empty() || adapter.strip_prefix('.').is_some_and(|name| !name.contains('.')))
        {
            return Some((module.to_owned(), part));
        }
    }
    None
}

fn name_of(module: &str) -> TensorName {
    for (prefix, component) in KOHYA_PREFIXES {
        if let Some(rest) = module.strip_prefix(prefix) {
            return TensorName { component: component.to_owned(), flat: flat(rest) };
        }
    }
    let module = module.strip_prefix(PEFT_PREFIX).unwrap_or(module);
    let module = module.strip_prefix("model.diffusion_model.").map_or_else(
        || module.strip_prefix("diffusion_model.").map_or_else(|| module.to_owned(), |rest| format!("unet.{rest}")),
        |rest| format!("unet.{rest}"),
    );
    let named = ["unet", "text_encoder", "text_encoder_2"].iter().find_map(|component| {
        let rest = module.strip_prefix(component)?.strip_prefix('.')?;
        Some((*component, rest))
    });
    // Files of one component alone leave its name out.
    let (component, rest) = named
        .unwrap_or_else(|| (if module.starts_with("text_model.") { "text_encoder" } else { "unet" }, module.as_str()));
    let rest = rest.replace(".processor.", ".");
    TensorName { component: component.to_owned(), flat: flat(&today(component, &rest)) }
}

/// Attention maps under the names that they have today.
fn today(component: &str, module: &str) -> String {
    let Some((before, last)) = module.rsplit_once('.') else { return module.to_owned() };
    let last = match (component, last) {
        ("unet", "to_out") => "to_out.0",
        ("unet", last) => last,
        (_, "to_q") => "q_proj",
        (_, "to_k") => "k_proj",
        (_, "to_v") => "v_proj",
        (_, "to_out") => "out_proj",
        (_, last) => last,
    };
    format!("{before}.{last}")
}
