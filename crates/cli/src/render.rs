//! One picture from the command line.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use underpaint_engine::{
    GreyImage, ModelParts, NativePlatform, RgbaImage, extract_lines, load_model, open_device, render as render_picture,
};
use underpaint_models::{LoraFile, ModelStore, OpenModel, TextualInversion};
use underpaint_protocol::{Compat, ControlInput, GenerateInput, Part};

use crate::arguments::RenderArguments;
use crate::model_folder::model_folder;
use crate::opened::Opened;
use crate::picture_file::{read_png, write_png};
use crate::progress::ProgressLine;
use crate::size::Size;

/// Renders the picture and writes it.
///
/// # Errors
/// Where anything that it needs is missing or fails; the message says what to do.
pub async fn render(arguments: &RenderArguments) -> Result<()> {
    // The cheap things first: nobody waits for a model to hear that the sketch is not there.
    let sketch = read_png("sketch", &arguments.sketch)?;
    let grey = |what: &str, path: &Option<std::path::PathBuf>| -> Result<Option<GreyImage>> {
        path.as_deref().map(|path| Ok(GreyImage::from_rgba(&read_png(what, path)?))).transpose()
    };
    let mask = grey("mask", &arguments.mask)?;
    let strength_map = grey("strength map", &arguments.strength_map)?;
    let control_image = arguments.control_image.as_deref().map(|path| read_png("control picture", path)).transpose()?;

    let path = model_folder(arguments.model.as_deref())?;
    let opened = Opened::at(&path)?;
    let source = OpenModel::open(opened.store(), opened.entry())?;
    let vae = arguments.vae.as_deref().map(Opened::at).transpose()?;
    let vae = vae.as_ref().map(|vae| OpenModel::open_vae(vae.store(), vae.entry())).transpose()?;
    let control = arguments.control.as_deref().map(Opened::at).transpose()?;

    let started = Instant::now();
    let (device, report) = open_device(arguments.device_choice(), &NativePlatform::new()).await?;
    let mut line = ProgressLine::new();
    line.say(&report.reason);
    let parts = ModelParts {
        model: &source,
        name: &path.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy()),
        vae: vae.as_ref(),
        control: control.as_ref().map(|control| control.store() as &dyn ModelStore),
        precision: arguments.precision_kind(),
    };
    let (mut renderer, model) = load_model(&parts, &device)?;
    for path in &arguments.embedding {
        let opened = Opened::at(path)?;
        let file = file_of(&opened, path)?;
        renderer.add_embedding(&TextualInversion::open(opened.store(), file)?, file)?;
    }
    let mut loras = Vec::new();
    for lora in &arguments.lora {
        let opened = Opened::at(&lora.path)?;
        let file = LoraFile::open(opened.store(), file_of(&opened, &lora.path)?)?;
        loras.push((file.resolve(opened.store(), &renderer.lora_weights())?, lora.weight));
    }
    renderer.set_loras(&loras)?;
    line.say(&format!(
        "Loaded {}, {} parameters, in {:.1} s",
        model.name,
        model.parameters,
        started.elapsed().as_secs_f64()
    ));

    let given = Size { width: sketch.width(), height: sketch.height() };
    let size = arguments.size.unwrap_or(match arguments.compat_kind() {
        Compat::Continuous => given.best_for(model.native_size, model.size_multiple),
        Compat::Diffusers => given.rounded_down(model.size_multiple),
    });
    let init = sketch.resized(size.width, size.height)?;
    let control_image = match (&control, control_image) {
        (None, _) => None,
        (Some(_), Some(image)) => Some(image),
        (Some(_), None) => Some(extract_lines(&sketch, arguments.line_kind())),
    };
    let mut input = GenerateInput {
        revision: 0,
        width: size.width,
        height: size.height,
        prompt: arguments.prompt.clone(),
        negative: arguments.negative.clone(),
        strength: arguments.strength.unwrap_or(model.default_strength),
        steps: arguments.steps.unwrap_or(model.default_steps),
        guidance: arguments.guidance.unwrap_or(model.default_guidance),
        seed: arguments.seed,
        scheduler: arguments.scheduler.clone(),
        sigmas: arguments.sigma_kind(),
        compat: arguments.compat_kind(),
        noise: arguments.noise_kind(),
        clip_skip: arguments.clip_skip,
        unpainted: arguments.unpainted_kind(),
        parts: Vec::new(),
        mask_revision: 0,
        strength_map_revision: 0,
        control: ControlInput {
            scale: arguments.control_scale,
            start: arguments.control_start,
            end: arguments.control_end,
        },
    };
    let payload = payload(&mut input, init, mask, strength_map, control_image)?;

    let started = Instant::now();
    let rendered = render_picture(&mut renderer, &model, &input, payload, |progress| line.show(progress)).await;
    line.end();
    write_png(&arguments.output, &rendered.context("the picture could not be rendered")?)?;
    line.say(&format!(
        "Rendered {size} pixels in {:.1} s: {}",
        started.elapsed().as_secs_f64(),
        arguments.output.display()
    ));
    Ok(())
}

/// The sketch and what goes with it as bytes, one behind the other; `input` is told what there is.
fn payload(
    input: &mut GenerateInput,
    init: RgbaImage,
    mask: Option<GreyImage>,
    strength_map: Option<GreyImage>,
    control: Option<RgbaImage>,
) -> Result<Vec<u8>> {
    let (width, height) = (input.width, input.height);
    let mut bytes = init.into_pixels();
    for (part, map) in [(Part::Mask, mask), (Part::StrengthMap, strength_map)] {
        if let Some(map) = map {
            let resized = match input.compat {
                Compat::Continuous => map.resized_softly(width, height)?,
                Compat::Diffusers => map.resized(width, height)?,
            };
            bytes.extend(resized.into_values());
            input.parts.push(part);
        }
    }
    if let Some(image) = control {
        bytes.extend(image.resized(width, height)?.into_pixels());
        input.parts.push(Part::Control);
    }
    Ok(bytes)
}

/// The file that was named, where a folder is of no use.
fn file_of<'a>(opened: &'a Opened, path: &Path) -> Result<&'a str> {
    match opened.entry() {
        Some(entry) => Ok(entry),
        None => bail!("{} is a folder; name the file", path.display()),
    }
}
