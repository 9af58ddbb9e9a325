//! A job that runs: a state machine that each call of [`RunningJob::advance`] moves on by one stage or one step.

use underpaint_diffusion::image::RgbaImage;
use underpaint_protocol::{JobId, Progress, Stage};

use crate::{EngineError, Renderer, queue::Job, renderer::RunSteps};

/// A job on its way.
pub(crate) struct RunningJob<R: Renderer> {
    job: Job,
    phase: Phase<R>,
}

/// What comes next.
enum Phase<R: Renderer> {
    ReadPrompt,
    Start(R::Prompt),
    Denoise(R::Run),
}

/// What one call of [`RunningJob::advance`] came to.
pub(crate) enum Advanced<R: Renderer> {
    /// There is more to do.
    Moved { job: RunningJob<R>, progress: Progress, preview: Option<RgbaImage> },
    /// The picture.
    Done { job: Job, picture: RgbaImage },
}

impl<R: Renderer> RunningJob<R> {
    /// A job at its beginning, and the progress to report of it.
    pub(crate) fn new(job: Job) -> (Self, Progress) {
        let progress = Progress { stage: Stage::EncodingPrompt, step: 0, n_steps: job.input.steps, preview_size: None };
        (Self { job, phase: Phase::ReadPrompt }, progress)
    }

    pub(crate) fn id(&self) -> JobId {
        self.job.id
    }

    /// Does what comes next. The progress names the stage that is entered, so that it is shown while it lasts.
    pub(crate) async fn advance(self, renderer: &mut R) -> Result<Advanced<R>, EngineError> {
        let Self { mut job, phase } = self;
        match phase {
            Phase::ReadPrompt => {
                let prompt = renderer.read_prompt(&job.input)?;
                let progress =
                    Progress { stage: Stage::EncodingImage, step: 0, n_steps: job.input.steps, preview_size: None };
                Ok(Advanced::Moved { job: Self { job, phase: Phase::Start(prompt) }, progress, preview: None })
            }
            Phase::Start(prompt) => {
                let pixels = std::mem::take(&mut job.init_pixels);
                let run = renderer.start(&job.input, pixels, prompt)?;
                Ok(Self::moved(job, renderer, run, None))
            }
            Phase::Denoise(mut run) => {
                let RunSteps { n_steps, step_idx } = renderer.steps(&run);
                if step_idx >= n_steps {
                    let picture = renderer.decode(run).await?;
                    return Ok(Advanced::Done { job, picture });
                }
                renderer.step(&mut run).await?;
                let preview = renderer.preview(&run).await?;
                Ok(Self::moved(job, renderer, run, preview))
            }
        }
    }

    fn moved(job: Job, renderer: &R, run: R::Run, preview: Option<RgbaImage>) -> Advanced<R> {
        let RunSteps { n_steps, step_idx } = renderer.steps(&run);
        let stage = if step_idx >= n_steps { Stage::Decoding } else { Stage::Denoising };
        let preview_size = preview.as_ref().map(|it| (it.width(), it.height()));
        let progress = Progress { stage, step: step_idx, n_steps, preview_size };
        Advanced::Moved { job: Self { job, phase: Phase::Denoise(run) }, progress, preview }
    }
}
