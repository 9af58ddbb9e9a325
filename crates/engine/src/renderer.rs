//! What the run loop knows of a pipeline and of how it comes about.

use std::future::Future;

use underpaint_diffusion::image::RgbaImage;
use underpaint_protocol::{DeviceKind, DeviceReport, GenerateInput, ModelReport};

use crate::{EngineError, Platform};

/// A loaded model that renders in stages, so that the run loop can report, listen and cancel between any two of them.
pub trait Renderer {
    /// What the prompts contribute to every step.
    type Prompt;
    /// A picture on its way from noise. Dropping it ends it.
    type Run;

    /// Reads the prompts.
    ///
    /// # Errors
    /// When the text cannot be read.
    fn read_prompt(&mut self, input: &GenerateInput) -> Result<Self::Prompt, EngineError>;

    /// Encodes the sketch (RGBA8 of the input's size) and adds the noise.
    ///
    /// # Errors
    /// When the model refuses the input.
    fn start(
        &mut self,
        input: &GenerateInput,
        init_pixels: Vec<u8>,
        prompt: Self::Prompt,
    ) -> Result<Self::Run, EngineError>;

    /// Steps that a run has, and steps that are done.
    fn steps(&self, run: &Self::Run) -> RunSteps;

    /// Runs the next step.
    fn step(&mut self, run: &mut Self::Run) -> impl Future<Output = Result<(), EngineError>>;

    /// What the picture is going to be, at any size; `None` where that cannot be told.
    fn preview(&mut self, run: &Self::Run) -> impl Future<Output = Result<Option<RgbaImage>, EngineError>>;

    /// Makes the picture.
    fn decode(&mut self, run: Self::Run) -> impl Future<Output = Result<RgbaImage, EngineError>>;
}

/// Where a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunSteps {
    /// Steps that it has in all.
    pub n_steps: u32,
    /// Steps that are done.
    pub step_idx: u32,
}

/// A model that is ready, and what the page is told of it.
#[derive(Debug)]
pub struct Loaded<R> {
    /// What renders.
    pub renderer: R,
    /// What it computes on.
    pub device: DeviceReport,
    /// What was loaded.
    pub model: ModelReport,
}

/// Brings models onto devices.
pub trait Loader {
    /// What it makes.
    type Renderer: Renderer;

    /// Chooses the device (`None`: by what the machine has) and loads the model at `model_url` onto it. `on_progress`
    /// hears received and total bytes; 0 is a total that is not known.
    fn load(
        &mut self,
        platform: &impl Platform,
        device: Option<DeviceKind>,
        model_url: &str,
        on_progress: impl FnMut(u64, u64),
    ) -> impl Future<Output = Result<Loaded<Self::Renderer>, EngineError>>;
}
