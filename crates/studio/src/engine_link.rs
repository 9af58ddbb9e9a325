//! The session's side of the worker: loading, jobs, answers, crashes.

use std::rc::Rc;

use underpaint_paint::RgbaImage;
use underpaint_protocol::{
    DeviceKind, DeviceReport, GenerateInput, JobId, ModelReport, Progress, Request, Response, Stage,
};

use crate::effect::Effects;
use crate::problem::problem_of;
use crate::{CellId, CellState, Effect, EngineState, Form, LiveState, Part, Phrase, PhraseValue, Picture, Session};

/// After so many losses without a picture between them, only a person starts the worker again.
const MAX_RESTARTS: u32 = 3;

/// Whether there is a worker to talk to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Worker {
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

/// Whom a job is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// For a person, who asked for it: it has a cell of the grid.
    Cell(CellId),
    /// For live mode.
    Live,
}

/// The job whose answers are wanted.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) purpose: Purpose,
    pub(crate) input: GenerateInput,
    /// The form as it was.
    pub(crate) form: Rc<Form>,
    /// Steps that were done, and when that was told: the first time and the last.
    pub(crate) first_step: Option<(u32, f64)>,
    pub(crate) last_step: Option<(u32, f64)>,
}

impl Job {
    /// What one step took, in seconds, as far as it was seen.
    pub(crate) fn step_secs(&self) -> Option<f64> {
        let ((first, from_secs), (last, to_secs)) = (self.first_step?, self.last_step?);
        (last > first && to_secs > from_secs).then(|| (to_secs - from_secs) / f64::from(last - first))
    }
}

/// What the session knows of the worker.
#[derive(Debug)]
pub(crate) struct EngineLink {
    pub(crate) state: EngineState,
    pub(crate) device: Option<DeviceReport>,
    pub(crate) model: Option<ModelReport>,
    pub(crate) picture: Option<Rc<Picture>>,
    pub(crate) preview: Option<RgbaImage>,
    /// Something to read in place of the plain "Ready" or "Done": it stays until the next render.
    pub(crate) notice: Option<Phrase>,
    pub(crate) worker: Worker,
    pub(crate) n_losses: u32,
    pub(crate) last_job: JobId,
    pub(crate) job: Option<Job>,
    /// Whether a render waits for the model.
    pub(crate) is_render_waiting: bool,
    pub(crate) job_started_secs: f64,
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
        self.job.as_ref().map(|job| job.id)
    }

    /// The job of this number, if its answers are still wanted; it has ended with this.
    pub(crate) fn take_job(&mut self, id: JobId) -> Option<Job> {
        self.job.take_if(|job| job.id == id)
    }
}

impl Session {
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
            state @ (EngineState::Ready | EngineState::Done { .. }) => {
                link.notice.clone().unwrap_or_else(|| match (state, &link.picture, &link.device) {
                    (EngineState::Done { .. }, Some(picture), _) => Phrase::new("status-done")
                        .with("seconds", PhraseValue::number(picture.duration_secs, 1))
                        .with("seed", picture.input.seed.to_string()),
                    // Another document came in the meantime: what was done is no picture of its own.
                    (_, _, Some(device)) => match device.kind {
                        DeviceKind::Gpu => "status-ready-gpu".into(),
                        DeviceKind::Cpu => "status-ready-cpu".into(),
                    },
                    (_, _, None) => "status-ready".into(),
                })
            }
            EngineState::Error { message } => message.clone(),
            EngineState::Crashed { message } => with_next(message.clone()),
        }
    }

    /// Why pictures are computed where they are.
    #[must_use]
    pub fn device_reason(&self) -> Option<Phrase> {
        // The engine speaks English alone; what it says of a device is told apart here.
        let DeviceReport { kind, name, reason } = self.engine.device.as_ref()?;
        let is_software = reason.contains("software");
        let id = match kind {
            DeviceKind::Gpu if is_software => "device-gpu-software",
            DeviceKind::Gpu => "device-gpu",
            DeviceKind::Cpu if is_software => "device-cpu-software",
            DeviceKind::Cpu if reason.contains("no WebGPU") => "device-cpu-no-webgpu",
            DeviceKind::Cpu if reason.contains("asked for") => "device-cpu-asked",
            DeviceKind::Cpu => "device-cpu",
        };
        Some(Phrase::new(id).with("name", name.clone()))
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
            Response::Cancelled { job } => self.on_cancelled(job, effects),
            Response::Failed { job: Some(job), error } => self.on_failed(job, error, effects),
            Response::Failed { job: None, error } => self.fail(Phrase::sentence(error.message), effects),
            Response::Fatal { error } => self.on_worker_lost(&error.message, effects),
        }
    }

    pub(crate) fn load(&mut self, effects: &mut Effects) {
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
        let now_secs = self.now_secs;
        let Some(job) = self.engine.job.as_mut().filter(|current| current.id == job) else { return };
        if matches!(progress.stage, Stage::Denoising | Stage::Decoding) {
            job.first_step.get_or_insert((progress.step, now_secs));
            job.last_step = Some((progress.step, now_secs));
        }
        // Live, the last picture stays until a better one is there: previews would flicker between the two.
        let shows_preview = job.purpose != Purpose::Live || self.engine.picture.is_none();
        if let EngineState::Rendering { stage, step, n_steps, .. } = &mut self.engine.state {
            (*stage, *step, *n_steps) = (progress.stage, progress.step, progress.n_steps);
        }
        if let (true, Some((width, height)), Some(pixels)) = (shows_preview, progress.preview_size, pixels) {
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
        let Some(job) = self.engine.take_job(job) else { return };
        match RgbaImage::new(width, height, pixels.unwrap_or_default()) {
            Ok(image) => {
                let (input, form) = (job.input.clone(), (*job.form).clone());
                let picture = Picture { image: image.on_white(), input, form, duration_secs };
                self.on_finished(job, picture, effects);
            }
            Err(error) => {
                self.end_cell(&job, CellState::Failed, effects);
                self.fail(Phrase::new("error-picture-broken").with("error", problem_of(&error)), effects);
                self.start_next(effects);
            }
        }
    }

    /// Something failed, and the worker lives on.
    pub(crate) fn fail(&mut self, message: Phrase, effects: &mut Effects) {
        self.engine.is_render_waiting = false;
        effects.announce(message.clone());
        self.end_job(EngineState::Error { message }, effects);
    }

    /// The worker is lost: the drawing stays, a new worker starts.
    pub(crate) fn on_worker_lost(&mut self, reason: &str, effects: &mut Effects) {
        let lost_job = self.engine.job.take();
        let was_rendering = lost_job.is_some();
        if let Some(job) = lost_job {
            self.end_cell(&job, CellState::Failed, effects);
        }
        self.cancel_waiting(effects);
        // What broke the engine by itself once would do so again: a person decides when it goes on.
        if self.live.state == LiveState::On {
            self.set_live(LiveState::Paused, effects);
        }
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
    pub(crate) fn end_job(&mut self, state: EngineState, effects: &mut Effects) {
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
        self.wake_secs.take_if(|wake_secs| *wake_secs <= now_secs);
        let second = |secs: f64| (secs - self.engine.job_started_secs) as u64;
        if matches!(self.engine.state, EngineState::Rendering { .. }) && second(former_secs) != second(self.now_secs) {
            effects.changed(Part::Status);
        }
    }
}
