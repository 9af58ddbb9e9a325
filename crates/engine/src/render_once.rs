//! One picture, for programs without a run loop.

use burn::tensor::Device;
use underpaint_diffusion::image::RgbaImage;
use underpaint_models::{ModelStore, OpenModel};
use underpaint_protocol::{GenerateInput, ModelReport, Progress};

use crate::{
    EngineError, Renderer,
    check::check,
    job::{Advanced, RunningJob},
    loader::{ModelParts, load_model},
    queue::Job,
};

/// Loads the model in `store` onto `device` and renders one picture.
///
/// `init_pixels` is RGBA8 with straight alpha, `width * height * 4` bytes of the input's size. `on_progress` hears every
/// stage and step. To render several pictures load once ([`load_model`]) and call [`render`] for each.
///
/// # Errors
/// When the model cannot be loaded, the input cannot be rendered, or the computation fails.
pub async fn render_once(
    store: &dyn ModelStore,
    device: &Device,
    input: &GenerateInput,
    init_pixels: Vec<u8>,
    on_progress: impl FnMut(&Progress),
) -> Result<RgbaImage, EngineError> {
    let (mut renderer, model) = load_model(&ModelParts::of(&OpenModel::open(store, None)?, "model"), device)?;
    render(&mut renderer, &model, input, init_pixels, on_progress).await
}

/// Renders one picture with a model that is loaded already; everything else as [`render_once`].
///
/// # Errors
/// When the input cannot be rendered, or the computation fails.
pub async fn render<R: Renderer>(
    renderer: &mut R,
    model: &ModelReport,
    input: &GenerateInput,
    init_pixels: Vec<u8>,
    mut on_progress: impl FnMut(&Progress),
) -> Result<RgbaImage, EngineError> {
    check(input, &init_pixels, model)?;
    let (mut job, progress) = RunningJob::new(Job { id: 0, input: input.clone(), init_pixels });
    on_progress(&progress);
    loop {
        match job.advance(renderer).await? {
            Advanced::Moved { job: moved, progress, .. } => {
                on_progress(&progress);
                job = moved;
            }
            Advanced::Done { picture, .. } => return Ok(picture),
        }
    }
}
