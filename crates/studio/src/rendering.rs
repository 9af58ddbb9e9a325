//! Renders from the wish to the request: by a person, several at once, or by live mode; and their end.

use std::rc::Rc;

use underpaint_protocol::{ErrorKind, ErrorReport, GenerateInput, JobId, Request, Stage, steps_that_run};

use crate::effect::Effects;
use crate::engine_link::{Job, Purpose, Worker};
use crate::live::{LiveWish, Moment};
use crate::problem::problem_of;
use crate::queue::MAX_QUEUED;
use crate::timing::{Measurement, TimingKey};
use crate::{CellId, CellState, Effect, EngineState, Form, LiveState, Part, Phrase, Picture, Session};

impl Session {
    /// Renders: now, or as soon as the model is there. What runs or waits gives way.
    pub(crate) fn render(&mut self, effects: &mut Effects) {
        if self.must_wait_for_model(effects) {
            return;
        }
        self.drop_job(effects);
        self.queue.cancel_all_waiting();
        self.queue.clear_grid();
        self.add_renders(effects);
    }

    /// Puts a render, or as many as the form says, behind those that run and wait.
    pub(crate) fn add_to_queue(&mut self, effects: &mut Effects) {
        if self.must_wait_for_model(effects) {
            return;
        }
        // Live mode's own job is nothing that anyone waits for.
        if self.engine.job.as_ref().is_some_and(|job| job.purpose == Purpose::Live) {
            self.drop_job(effects);
        }
        self.add_renders(effects);
    }

    /// Whether there is no model yet; then a render is remembered, and what is in its way is cleared.
    fn must_wait_for_model(&mut self, effects: &mut Effects) -> bool {
        effects.changed(Part::Status);
        let worker = self.engine.worker;
        self.engine.is_render_waiting = worker != Worker::Loaded;
        match (worker, &self.engine.state) {
            (Worker::Loaded, _) => return false,
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
        true
    }

    fn add_renders(&mut self, effects: &mut Effects) {
        if self.queue.room() == 0 {
            effects.announce(Phrase::new("said-queue-full").with("pictures", MAX_QUEUED as u32));
            return;
        }
        if !self.form.is_seed_locked {
            self.form.seed = self.new_seed();
        }
        self.prompts.note(&self.form.prompt);
        effects.changed(Part::Form);
        let input = self.generate_input();
        let payload = match self.payload(&input) {
            Ok(payload) => Rc::new(payload),
            // The sizes come from the document and the model, and both are checked; a model that asks for the impossible
            // must still not stop the page.
            Err(error) => {
                self.fail(Phrase::new("error-sketch-size").with("error", problem_of(&error)), effects);
                return;
            }
        };
        // Neighbouring numbers, as other tools take them: a grid is known by its first seed.
        let seeds = (0..u64::from(self.form.n_variations)).map(|idx| input.seed.wrapping_add(idx));
        let n_added = self.queue.push(&input, &self.form_of_render(), &payload, seeds);
        if n_added < self.form.n_variations as usize {
            effects.announce(Phrase::new("said-queue-full").with("pictures", MAX_QUEUED as u32));
        } else {
            // Who does not see the line above the button hears what runs now, and for how long.
            effects.announce(self.plan().phrase());
        }
        self.live.note_asked(&input, self.engine.job.is_some(), self.now_secs);
        effects.changed(Part::Queue);
        self.start_next(effects);
    }

    /// Begins the render whose turn it is, unless one runs.
    pub(crate) fn start_next(&mut self, effects: &mut Effects) {
        if self.engine.job.is_some() || self.engine.worker != Worker::Loaded {
            return;
        }
        let Some(next) = self.queue.pop() else { return };
        let payload = Rc::try_unwrap(next.payload).unwrap_or_else(|shared| (*shared).clone());
        self.send_job(next.input, next.form, payload, Purpose::Cell(next.cell), effects);
        effects.changed(Part::Queue);
    }

    fn send_job(
        &mut self,
        input: GenerateInput,
        form: Rc<Form>,
        payload: Vec<u8>,
        purpose: Purpose,
        effects: &mut Effects,
    ) {
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
        link.job =
            Some(Job { id: link.last_job, purpose, input: input.clone(), form, first_step: None, last_step: None });
        let request = Request::Generate { job: link.last_job, input };
        effects.push(Effect::Send { request, pixels: Some(payload) });
        effects.changed(Part::Status);
    }

    /// Sends a cancellation for the job that runs and forgets it: its answers are not heard any more.
    fn drop_job(&mut self, effects: &mut Effects) {
        if let Some(job) = self.engine.job.take() {
            effects.push(Effect::Send { request: Request::Cancel { job: job.id }, pixels: None });
            self.end_cell(&job, CellState::Cancelled, effects);
        }
    }

    pub(crate) fn end_cell(&mut self, job: &Job, state: CellState, effects: &mut Effects) {
        if let Purpose::Cell(cell) = job.purpose {
            self.queue.set_state(cell, state);
            effects.changed(Part::Queue);
        }
    }

    pub(crate) fn can_cancel(&self) -> bool {
        self.engine.is_render_waiting
            || matches!(self.engine.state, EngineState::Rendering { is_cancelling: false, .. })
            || self.queue.n_waiting() > 0
            || self.is_stroking()
    }

    /// Stops what runs and takes everything out that waits.
    pub(crate) fn cancel_render(&mut self, effects: &mut Effects) {
        if std::mem::take(&mut self.engine.is_render_waiting) {
            effects.changed(Part::Status);
        }
        self.cancel_waiting(effects);
        self.cancel_running(effects);
    }

    /// Takes everything out of the queue that waits; what runs goes on.
    pub(crate) fn cancel_waiting(&mut self, effects: &mut Effects) {
        if self.queue.cancel_all_waiting() > 0 {
            effects.changed(Part::Queue);
            effects.changed(Part::Status);
        }
    }

    /// Stops one render of the grid; the others go on.
    pub(crate) fn cancel_cell(&mut self, cell: CellId, effects: &mut Effects) {
        if self.queue.cancel_waiting(cell) {
            effects.changed(Part::Queue);
            effects.changed(Part::Status);
        } else if self.engine.job.as_ref().is_some_and(|job| job.purpose == Purpose::Cell(cell)) {
            self.cancel_running(effects);
        }
    }

    fn cancel_running(&mut self, effects: &mut Effects) {
        if let EngineState::Rendering { job, is_cancelling, .. } = &mut self.engine.state
            && !*is_cancelling
        {
            *is_cancelling = true;
            effects.push(Effect::Send { request: Request::Cancel { job: *job }, pixels: None });
            effects.changed(Part::Status);
        }
    }

    pub(crate) fn on_cancelled(&mut self, job: JobId, effects: &mut Effects) {
        if let Some(job) = self.engine.take_job(job) {
            self.end_cell(&job, CellState::Cancelled, effects);
            self.engine.notice = Some("status-cancelled".into());
            self.end_job(EngineState::Ready, effects);
            effects.announce("status-cancelled");
            self.start_next(effects);
        }
    }

    pub(crate) fn on_failed(&mut self, job: JobId, error: ErrorReport, effects: &mut Effects) {
        let Some(job) = self.engine.take_job(job) else { return };
        self.end_cell(&job, CellState::Failed, effects);
        // Another seed may avoid bad numbers; nothing else that fails now would go well in the next moment.
        if error.kind != ErrorKind::Numbers {
            self.cancel_waiting(effects);
        }
        self.fail(Phrase::sentence(error.message), effects);
        if job.purpose == Purpose::Live && self.live.note_failure() {
            effects.changed(Part::Live);
            effects.announce("said-live-rests");
        }
        self.start_next(effects);
    }

    /// A picture has arrived whole.
    pub(crate) fn on_finished(&mut self, job: Job, picture: Picture, effects: &mut Effects) {
        let duration_secs = picture.duration_secs;
        if let Some(device) = &self.engine.device {
            let n_steps = steps_that_run(job.input.strength, job.input.steps, job.input.compat);
            let measured = Measurement { n_steps, total_secs: duration_secs, step_secs: job.step_secs() };
            self.timing.note(TimingKey::new(&job.input, device.kind), measured);
        }
        let picture = Rc::new(picture);
        self.engine.picture = Some(Rc::clone(&picture));
        self.engine.n_losses = 0;
        self.end_job(EngineState::Done { duration_secs }, effects);
        effects.show_picture();
        // What is measured tells how long the next one takes.
        effects.changed(Part::Form);
        if let Purpose::Cell(_) = job.purpose {
            let id = self.gallery.add(picture);
            self.end_cell(&job, CellState::Done(id), effects);
            effects.changed(Part::Gallery);
            effects.announce(self.status_text());
        }
        self.live.note_picture(&job.input, duration_secs, self.now_secs);
        self.start_next(effects);
    }

    /// Turns live mode on, off, or lets it rest.
    pub(crate) fn set_live(&mut self, state: LiveState, effects: &mut Effects) {
        if self.live.state == state {
            return;
        }
        self.live.set(state, self.now_secs);
        if self.is_picture_current() {
            self.live.settle(&self.generate_input());
        }
        if state != LiveState::On && self.engine.job.as_ref().is_some_and(|job| job.purpose == Purpose::Live) {
            self.cancel_running(effects);
        }
        effects.changed(Part::Live);
        effects.announce(match state {
            LiveState::On => "said-live-on",
            LiveState::Paused => "said-live-paused",
            LiveState::Off => "said-live-off",
        });
    }

    /// Nothing is rendered by itself before the next change: what is shown is what was wanted.
    pub(crate) fn settle_live(&mut self) {
        self.live.settle(&self.generate_input());
    }

    /// Looks whether live mode wants something. Jobs only begin where `may_render`, which is when the clock ticks: a
    /// pointer's event must not wait for the sketch to be scaled.
    pub(crate) fn follow_live(&mut self, may_render: bool, effects: &mut Effects) {
        let own_job = self.engine.job.as_ref().map(|job| job.purpose == Purpose::Live);
        let is_free = self.engine.worker == Worker::Loaded && own_job != Some(false) && self.queue.n_waiting() == 0;
        // Of bare paper a model makes a picture of bare paper.
        if self.live.state != LiveState::On || !is_free || self.document.is_blank() && !self.form.is_paper_free {
            return;
        }
        let input = self.generate_input();
        let moment = Moment { now_secs: self.now_secs, is_stroking: self.is_stroking(), is_running: own_job.is_some() };
        match self.live.look(&input, moment) {
            LiveWish::Nothing => {}
            LiveWish::WakeAt { secs } => self.wake_at(secs, effects),
            LiveWish::Render if may_render => self.render_live(input, effects),
            LiveWish::Render => self.wake_at(self.now_secs, effects),
            LiveWish::Stop => {
                self.drop_job(effects);
                self.live.note_stopped();
                self.end_job(EngineState::Ready, effects);
            }
        }
    }

    fn render_live(&mut self, input: GenerateInput, effects: &mut Effects) {
        let is_replacing = self.engine.job.is_some();
        self.drop_job(effects);
        match self.payload(&input) {
            Ok(payload) => {
                self.live.note_asked(&input, is_replacing, self.now_secs);
                self.send_job(input, self.form_of_render(), payload, Purpose::Live, effects);
            }
            Err(error) => {
                self.set_live(LiveState::Off, effects);
                self.fail(Phrase::new("error-sketch-size").with("error", problem_of(&error)), effects);
            }
        }
    }

    /// Asks for a tick at a time. One that stands already and is earlier will do: it asks again.
    pub(crate) fn wake_at(&mut self, secs: f64, effects: &mut Effects) {
        if self.wake_secs.is_none_or(|standing| standing > secs) {
            self.wake_secs = Some(secs);
            effects.push(Effect::WakeAt { secs });
        }
    }
}
