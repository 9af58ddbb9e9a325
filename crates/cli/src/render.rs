//! One picture from the command line.

use std::time::Instant;

use anyhow::{Context, Result};
use underpaint_engine::{NativePlatform, load_model, open_device, render as render_picture};
use underpaint_models::{FolderStore, OpenModel};
use underpaint_protocol::{Compat, GenerateInput};

use crate::arguments::RenderArguments;
use crate::model_folder::model_folder;
use crate::picture_file::{read_png, write_png};
use crate::progress::ProgressLine;
use crate::size::Size;

/// Renders the picture and writes it.
///
/// # Errors
/// Where anything that it needs is missing or fails; the message says what to do.
pub async fn render(arguments: &RenderArguments) -> Result<()> {
    // The cheap things first: nobody waits for a model to hear that the sketch is not there.
    let sketch = read_png(&arguments.sketch)?;
    let folder = model_folder(arguments.model.as_deref())?;
    // A file is a checkpoint; what else it needs may lie beside it.
    let (store, entry) = if folder.is_file() {
        let (store, name) = FolderStore::beside(&folder)?;
        (store, Some(name))
    } else {
        (FolderStore::open(&folder)?, None)
    };
    let source = OpenModel::open(&store, entry.as_deref())?;

    let started = Instant::now();
    let (device, report) = open_device(arguments.device_choice(), &NativePlatform::new()).await?;
    eprintln!("{}", report.reason);
    let name = folder.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy().into_owned());
    let (mut renderer, model) = load_model(&source, &name, &device)?;
    eprintln!("Loaded {}, {} parameters, in {:.1} s", model.name, model.parameters, started.elapsed().as_secs_f64());

    let given = Size { width: sketch.width(), height: sketch.height() };
    let size = arguments.size.unwrap_or(match arguments.compat_kind() {
        Compat::Continuous => given.best_for(model.native_size, model.size_multiple),
        Compat::Diffusers => given.rounded_down(model.size_multiple),
    });
    let init = sketch.resized(size.width, size.height)?;
    let input = GenerateInput {
        revision: 0,
        width: size.width,
        height: size.height,
        prompt: arguments.prompt.clone(),
        negative: arguments.negative.clone(),
        strength: arguments.strength.unwrap_or(model.default_strength),
        steps: arguments.steps.unwrap_or(model.default_steps),
        guidance: arguments.guidance.unwrap_or(model.default_guidance),
        seed: arguments.seed,
        scheduler: arguments.scheduler_kind(),
        compat: arguments.compat_kind(),
    };

    let started = Instant::now();
    let mut line = ProgressLine::new();
    let rendered =
        render_picture(&mut renderer, &model, &input, init.into_pixels(), |progress| line.show(progress)).await;
    line.end();
    write_png(&arguments.output, &rendered.context("the picture could not be rendered")?)?;
    eprintln!("Rendered {size} pixels in {:.1} s: {}", started.elapsed().as_secs_f64(), arguments.output.display());
    Ok(())
}
