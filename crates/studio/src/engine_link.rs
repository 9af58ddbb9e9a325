//! The session's side of the worker: loading, jobs, answers, crashes.

use underpaint_paint::{Paper, RgbaImage};
use underpaint_protocol::{
    DeviceKind, DeviceReport, GenerateInput, JobId, ModelReport, Progress, Request, Response, Stage, Unpainted,
};

use crate::effect::Effects;
use crate::{Effect, EngineState, Part, Phrase, PhraseValue, Picture, Session, steps_that_run};

/// After so many losses without a picture between them, only a person starts the worker again.
const MAX_RESTARTS: u32 = 3;

/// Whether there is a worker to talk to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Worker {
    /// It starts; nothing may be sent.
    #[default]
    Starting,
    /// It listens; the model is on its way, or could not be loaded.
    Listening,
    /// The model is loaded.
    Loaded,
    /// It was lost, and nobody starts a new one before a person asks.
    Dead,
}

/// What the session knows of the worker.
#[derive(Debug)]
pub(crate) struct EngineLink {
    pub(crate) state: EngineState,
    pub(crate) device: Option<DeviceReport>,
    pub(crate) model: Option<ModelReport>,
    pub(crate) picture: Option<Picture>,
    pub(crate) preview: Option<RgbaImage>,
    /// Something to read in place of the plain "Ready" or "Done": it stays until the next render.
    pub(crate) notice: Option<Phrase>,
    worker: Worker,
    n_losses: u32,
    last_job: JobId,
    /// The job whose answers are wanted, and what it was asked.
    job: Option<(JobId, GenerateInput)>,
    /// Whether a render waits for the model.
    is_render_waiting: bool,
    job_started_secs: f64,
}

impl Default for EngineLink {
    fn default() -> Self {
        Self {
            state: EngineState::Starting,
            device: None,
            model: None,
            picture: None,
            preview: None,
            notice: None,
            worker: Worker::Starting,
            n_losses: 0,
            last_job: 0,
            job: None,
            is_render_waiting: false,
            job_started_secs: 0.0,
        }
    }
}

impl EngineLink {
    /// The job whose answers are wanted.
    #[cfg(test)]
    pub(crate) fn job(&self) -> Option<JobId> {
        self.job.as_ref().map(|(job, _)| *job)
    }

    fn is_current(&self, job: JobId) -> bool {
        self.job.as_ref().is_some_and(|(current, _)| *current == job)
    }
}

impl Session {
    /// What Render would send now with the form's seed, its revision and sizes included.
    #[must_use]
    pub fn generate_input(&self) -> GenerateInput {
        let (width, height) = self.picture_size();
        GenerateInput {
            revision: self.document.revision(),
            width,
            height,
            prompt: self.form.prompt.clone(),
            // Nothing to avoid is not the empty text: some models treat the two differently, and were trained on nothing.
            negative: (!self.form.negative.trim().is_empty()).then(|| self.form.negative.clone()),
            strength: self.form.strength,
            steps: self.form.steps,
            guidance: self.form.guidance,
            seed: self.form.seed,
            scheduler: self.form.scheduler.clone(),
            compat: self.form.compat,
            unpainted: if self.form.is_paper_free { Unpainted::Unknown } else { Unpainted::Paper },
            ..GenerateInput::default()
        }
    }

    /// The size that pictures are made at, in pixels: the canvas's shape with as many pixels as the model was trained
    /// on. At strength 0 the picture is the sketch itself, so it has the canvas's own size.
    #[must_use]
    pub fn picture_size(&self) -> (u32, u32) {
        let (width, height) = (self.document.width(), self.document.height());
        let Some(model) = &self.engine.model else { return (width, height) };
        if self.form.strength <= 0.0 {
            return (width, height);
        }
        let aspect = f64::from(width) / f64::from(height);
        let multiple = f64::from(model.size_multiple.max(1));
        let edge = |factor: f64| {
            let edge = (f64::from(model.native_size.max(1)) * factor / multiple).round().max(1.0) * multiple;
            edge.min(f64::from(underpaint_paint::MAX_EDGE_PX)) as u32
        };
        (edge(aspect.sqrt()), edge(1.0 / aspect.sqrt()))
    }

    /// One sentence about what is going on, for the status element; without a trailing full stop.
    #[must_use]
    pub fn status_text(&self) -> Phrase {
        let link = &self.engine;
        let with_next = |status: Phrase| {
            if link.is_render_waiting { Phrase::new("status-waits").with("status", status) } else { status }
        };
        match &link.state {
            EngineState::Starting => with_next("status-starting".into()),
            EngineState::Loading { fraction: None } => with_next("status-loading".into()),
            EngineState::Loading { fraction: Some(fraction) } => {
                with_next(Phrase::new("status-loading-percent").with("percent", (fraction * 100.0).round() as u32))
            }
            EngineState::Ready => link.notice.clone().unwrap_or_else(|| match link.device.as_ref().map(|it| it.kind) {
                Some(DeviceKind::Gpu) => "status-ready-gpu".into(),
                Some(DeviceKind::Cpu) => "status-ready-cpu".into(),
                None => "status-ready".into(),
            }),
            EngineState::Rendering { is_cancelling: true, .. } => "status-stopping".into(),
            EngineState::Rendering { stage, step, n_steps, .. } => {
                let what = match stage {
                    Stage::EncodingPrompt => "status-reading-prompt".into(),
                    Stage::EncodingImage => "status-looking".into(),
                    Stage::Denoising => Phrase::new("status-painting").with("step", *step).with("steps", *n_steps),
                    Stage::Decoding => "status-finishing".into(),
                };
                match (self.now_secs - link.job_started_secs) as u32 {
                    0 => what,
                    elapsed_secs => Phrase::new("status-elapsed").with("status", what).with("seconds", elapsed_secs),
                }
            }
            EngineState::Done { duration_secs } => link.notice.clone().unwrap_or_else(|| {
                let seed = link.picture.as_ref().map_or(0, |picture| picture.input.seed);
                Phrase::new("status-done")
                    .with("seconds", PhraseValue::number(*duration_secs, 1))
                    .with("seed", seed.to_string())
            }),
            EngineState::Error { message } => message.clone(),
            EngineState::Crashed { message } => with_next(message.clone()),
        }
    }

    /// Renders: now, or as soon as the model is there. A job that runs already gives way.
    pub(crate) fn render(&mut self, effects: &mut Effects) {
        effects.changed(Part::Status);
        match self.engine.worker {
            Worker::Loaded => {}
            worker => {
                self.engine.is_render_waiting = true;
                match (worker, &self.engine.state) {
                    (Worker::Dead, _) => {
                        self.engine.worker = Worker::Starting;
                        self.engine.state = EngineState::Starting;
                        effects.push(Effect::RestartWorker);
                    }
                    // The loading failed, and the worker lives: it may work now.
                    (Worker::Listening, EngineState::Error { .. }) => self.load(effects),
                    _ => {}
                }
                effects.announce("said-render-waits");
                return;
            }
        }
        self.engine.is_render_waiting = false;
        if let Some((job, _)) = self.engine.job.take() {
            effects.push(Effect::Send { request: Request::Cancel { job }, pixels: None });
        }
        if !self.form.is_seed_locked {
            self.form.seed = self.new_seed();
            effects.changed(Part::Form);
        }
        let input = self.generate_input();
        // The sizes come from the document and the model, and both are checked; a model that asks for the impossible
        // must still not stop the page.
        let init = match self.document.flatten(input.width, input.height, Paper::Transparent) {
            Ok(init) => init,
            Err(error) => {
                self.fail(Phrase::new("error-sketch-size").with("error", error.to_string()), effects);
                return;
            }
        };
        let link = &mut self.engine;
        link.last_job += 1;
        link.notice = None;
        link.job_started_secs = self.now_secs;
        link.state = EngineState::Rendering {
            job: link.last_job,
            stage: Stage::EncodingPrompt,
            step: 0,
            n_steps: steps_that_run(input.strength, input.steps, input.compat),
            is_cancelling: false,
        };
        link.job = Some((link.last_job, input.clone()));
        let request = Request::Generate { job: link.last_job, input };
        effects.push(Effect::Send { request, pixels: Some(init.into_pixels()) });
    }

    pub(crate) fn can_cancel(&self) -> bool {
        self.engine.is_render_waiting
            || matches!(self.engine.state, EngineState::Rendering { is_cancelling: false, .. })
            || self.document.is_stroking()
    }

    pub(crate) fn cancel_render(&mut self, effects: &mut Effects) {
        if std::mem::take(&mut self.engine.is_render_waiting) {
            effects.changed(Part::Status);
        }
        if let EngineState::Rendering { job, is_cancelling, .. } = &mut self.engine.state
            && !*is_cancelling
        {
            *is_cancelling = true;
            effects.push(Effect::Send { request: Request::Cancel { job: *job }, pixels: None });
            effects.changed(Part::Status);
        }
    }

    pub(crate) fn on_response(&mut self, response: Response, pixels: Option<Vec<u8>>, effects: &mut Effects) {
        match response {
            Response::Ready => self.load(effects),
            Response::Loading { received_bytes, total_bytes } => {
                // After a crash the message is worth more than a progress bar.
                if matches!(self.engine.state, EngineState::Starting | EngineState::Loading { .. }) {
                    let fraction =
                        (total_bytes > 0).then(|| (received_bytes as f64 / total_bytes as f64).min(1.0) as f32);
                    self.engine.state = EngineState::Loading { fraction };
                    effects.changed(Part::Status);
                }
            }
            Response::Loaded { device, model } => self.on_loaded(device, model, effects),
            Response::Progress { job, progress } => self.on_progress(job, &progress, pixels, effects),
            Response::Picture { job, width, height, duration_secs, .. } => {
                self.on_picture(job, (width, height), duration_secs, pixels, effects);
            }
            Response::Cancelled { job } => {
                if self.engine.is_current(job) {
                    self.engine.notice = Some("status-cancelled".into());
                    self.end_job(EngineState::Ready, effects);
                    effects.announce("status-cancelled");
                }
            }
            Response::Failed { job: Some(job), error } => {
                if self.engine.is_current(job) {
                    self.fail(Phrase::sentence(error.message), effects);
                }
            }
            Response::Failed { job: None, error } => self.fail(Phrase::sentence(error.message), effects),
            Response::Fatal { error } => self.on_worker_lost(&error.message, effects),
        }
    }

    fn load(&mut self, effects: &mut Effects) {
        self.engine.worker = Worker::Listening;
        if !matches!(self.engine.state, EngineState::Crashed { .. }) {
            self.engine.state = EngineState::Loading { fraction: None };
        }
        let request = Request::Load { device: self.config.device, model_url: self.config.model_url.clone() };
        effects.push(Effect::Send { request, pixels: None });
        effects.changed(Part::Status);
    }

    fn on_loaded(&mut self, device: DeviceReport, model: ModelReport, effects: &mut Effects) {
        let link = &mut self.engine;
        link.worker = Worker::Loaded;
        if let EngineState::Crashed { .. } = link.state {
            link.notice = Some("status-restarted".into());
        }
        link.state = EngineState::Ready;
        let form = &mut self.form;
        if !self.touched.strength {
            form.strength = model.default_strength.clamp(0.0, 1.0);
        }
        if !self.touched.steps {
            form.steps = model.default_steps.clamp(1, crate::form::MAX_STEPS);
        }
        if !self.touched.guidance {
            form.guidance = model.default_guidance.clamp(1.0, crate::form::MAX_GUIDANCE);
        }
        link.device = Some(device);
        link.model = Some(model);
        effects.changed(Part::Form);
        effects.changed(Part::Status);
        effects.announce(self.status_text());
        if self.engine.is_render_waiting {
            self.render(effects);
        }
    }

    fn on_progress(&mut self, job: JobId, progress: &Progress, pixels: Option<Vec<u8>>, effects: &mut Effects) {
        if !self.engine.is_current(job) {
            return;
        }
        if let EngineState::Rendering { stage, step, n_steps, .. } = &mut self.engine.state {
            (*stage, *step, *n_steps) = (progress.stage, progress.step, progress.n_steps);
        }
        if let (Some((width, height)), Some(pixels)) = (progress.preview_size, pixels) {
            // A preview that is broken is not worth a word: the picture will come.
            if let Ok(preview) = RgbaImage::new(width, height, pixels) {
                self.engine.preview = Some(preview.on_white());
                effects.show_picture();
            }
        }
        effects.changed(Part::Status);
    }

    fn on_picture(
        &mut self,
        job: JobId,
        (width, height): (u32, u32),
        duration_secs: f64,
        pixels: Option<Vec<u8>>,
        effects: &mut Effects,
    ) {
        if !self.engine.is_current(job) {
            return;
        }
        let Some((_, input)) = self.engine.job.take() else { return };
        match RgbaImage::new(width, height, pixels.unwrap_or_default()) {
            Ok(image) => {
                self.engine.picture = Some(Picture { image: image.on_white(), input, duration_secs });
                self.engine.n_losses = 0;
                self.end_job(EngineState::Done { duration_secs }, effects);
                effects.show_picture();
                effects.announce(self.status_text());
            }
            Err(error) => self.fail(Phrase::new("error-picture-broken").with("error", error.to_string()), effects),
        }
    }

    /// Something failed, and the worker lives on.
    fn fail(&mut self, message: Phrase, effects: &mut Effects) {
        self.engine.is_render_waiting = false;
        effects.announce(message.clone());
        self.end_job(EngineState::Error { message }, effects);
    }

    /// The worker is lost: the drawing stays, a new worker starts.
    pub(crate) fn on_worker_lost(&mut self, reason: &str, effects: &mut Effects) {
        let was_rendering = self.engine.job.is_some();
        let what = Phrase::new(if was_rendering { "error-engine-stopped-rendering" } else { "error-engine-stopped" });
        let what = match reason.trim().trim_end_matches('.') {
            "" => what,
            reason => Phrase::new("error-because").with("what", what).with("reason", reason.to_owned()),
        };
        self.engine.n_losses += 1;
        self.engine.is_render_waiting = false;
        let message = if self.engine.n_losses > MAX_RESTARTS {
            self.engine.worker = Worker::Dead;
            Phrase::new("error-engine-lost").with("what", what).with("times", self.engine.n_losses)
        } else {
            self.engine.worker = Worker::Starting;
            effects.push(Effect::RestartWorker);
            Phrase::new("error-engine-restarts").with("what", what)
        };
        effects.announce(message.clone());
        self.end_job(EngineState::Crashed { message }, effects);
    }

    /// No job runs any more; its preview goes, the last picture shows again.
    fn end_job(&mut self, state: EngineState, effects: &mut Effects) {
        self.engine.job = None;
        self.engine.state = state;
        if self.engine.preview.take().is_some() {
            effects.show_picture();
        }
        effects.changed(Part::Status);
    }

    pub(crate) fn on_tick(&mut self, now_secs: f64, effects: &mut Effects) {
        let former_secs = self.now_secs;
        self.note_time(now_secs);
        let second = |secs: f64| (secs - self.engine.job_started_secs) as u64;
        if matches!(self.engine.state, EngineState::Rendering { .. }) && second(former_secs) != second(self.now_secs) {
            effects.changed(Part::Status);
        }
    }
}
