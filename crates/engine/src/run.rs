//! The run loop: one event at a time, and never two jobs.

use futures_util::{FutureExt, Stream, StreamExt};
use underpaint_protocol::{DeviceKind, JobId, Request, Response};

use crate::{
    EngineError, Loaded, Loader, Outbox, Platform,
    check::check,
    event::Event,
    job::{Advanced, RunningJob},
    queue::{Job, Queue},
};

/// Progress of a download is told at most this often: messages are cheap, and thousands of them are not.
const LOADING_INTERVAL_SECS: f64 = 0.05;

/// The engine of one worker.
///
/// One job runs at a time and one may wait; a newer one takes the waiting one's place, which is answered with
/// `Response::Cancelled`. A job that runs ends as it would unless `Request::Cancel` names it: then it stops before its
/// next step. Whatever fails is answered with `Response::Failed`, and the engine goes on.
pub struct Engine<P, L: Loader, O> {
    platform: P,
    loader: L,
    outbox: O,
    queue: Queue,
    wanted_model: Option<WantedModel>,
    loaded: Option<Loaded<L::Renderer>>,
    running: Option<Running<L>>,
}

struct WantedModel {
    device: Option<DeviceKind>,
    url: String,
}

struct Running<L: Loader> {
    job: RunningJob<L::Renderer>,
    started_secs: f64,
}

impl<P, L: Loader, O> std::fmt::Debug for Engine<P, L, O> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("queue", &self.queue).finish_non_exhaustive()
    }
}

impl<P: Platform, L: Loader, O: Outbox> Engine<P, L, O> {
    /// An engine that has nothing to do yet.
    pub fn new(platform: P, loader: L, outbox: O) -> Self {
        Self { platform, loader, outbox, queue: Queue::default(), wanted_model: None, loaded: None, running: None }
    }

    /// Says `Response::Ready` and serves requests, each with the RGBA8 pixels beside it. It returns when the requests
    /// have ended and everything they asked for is done; in a worker they never end.
    pub async fn run(mut self, incoming: impl Stream<Item = (Request, Option<Vec<u8>>)> + Unpin) {
        let mut incoming = incoming.fuse();
        self.outbox.post(Response::Ready, None);
        loop {
            match self.next_event(&mut incoming).await {
                Event::Asked { request, pixels } => self.ask(*request, pixels),
                Event::Advance => {
                    self.advance().await;
                    self.platform.breathe().await;
                }
                Event::Closed => return,
            }
        }
    }

    /// Requests come before work: a cancellation that has arrived is seen before the next step.
    async fn next_event(&self, incoming: &mut (impl Stream<Item = (Request, Option<Vec<u8>>)> + Unpin)) -> Event {
        let has_work = self.wanted_model.is_some() || self.running.is_some() || !self.queue.is_empty();
        let next = if has_work { incoming.next().now_or_never() } else { Some(incoming.next().await) };
        match next {
            Some(Some((request, pixels))) => Event::Asked { request: Box::new(request), pixels },
            Some(None) if !has_work => Event::Closed,
            Some(None) | None => Event::Advance,
        }
    }

    fn ask(&mut self, request: Request, pixels: Option<Vec<u8>>) {
        match request {
            Request::Load { device, model_url } => {
                // What runs belongs to the model that goes.
                if let Some(running) = self.running.take() {
                    self.outbox.post(Response::Cancelled { job: running.job.id() }, None);
                }
                self.wanted_model = Some(WantedModel { device, url: model_url });
            }
            Request::Generate { job, input } => {
                let job = Job { id: job, input, init_pixels: pixels.unwrap_or_default() };
                if self.loaded.is_none() && self.wanted_model.is_none() {
                    self.fail(Some(job.id), &EngineError::NoModel);
                } else if let Some(replaced) = self.queue.push(job) {
                    self.outbox.post(Response::Cancelled { job: replaced }, None);
                }
            }
            Request::Cancel { job } => {
                let was_running = self.running.take_if(|running| running.job.id() == job).is_some();
                if was_running || self.queue.remove(job) {
                    self.outbox.post(Response::Cancelled { job }, None);
                }
            }
        }
    }

    async fn advance(&mut self) {
        if let Some(wanted) = self.wanted_model.take() {
            self.load(wanted).await;
        } else if let Some(running) = self.running.take() {
            self.advance_job(running).await;
        } else if let Some(job) = self.queue.pop() {
            self.begin(job);
        }
    }

    async fn load(&mut self, wanted: WantedModel) {
        // Two models at once would not fit where one does.
        self.loaded = None;
        let (platform, outbox) = (&self.platform, &self.outbox);
        let mut told_secs = f64::NEG_INFINITY;
        let on_progress = |received_bytes, total_bytes| {
            let now_secs = platform.now_secs();
            if now_secs - told_secs >= LOADING_INTERVAL_SECS || received_bytes == total_bytes {
                told_secs = now_secs;
                outbox.post(Response::Loading { received_bytes, total_bytes }, None);
            }
        };
        match self.loader.load(platform, wanted.device, &wanted.url, on_progress).await {
            Ok(loaded) => {
                let told = Response::Loaded { device: loaded.device.clone(), model: loaded.model.clone() };
                self.loaded = Some(loaded);
                self.outbox.post(told, None);
            }
            Err(error) => {
                self.fail(None, &error);
                if let Some(job) = self.queue.pop() {
                    self.fail(Some(job.id), &error);
                }
            }
        }
    }

    fn begin(&mut self, job: Job) {
        let Some(loaded) = &self.loaded else { return self.fail(Some(job.id), &EngineError::NoModel) };
        if let Err(error) = check(&job.input, &job.init_pixels, &loaded.model) {
            return self.fail(Some(job.id), &error);
        }
        let id = job.id;
        let (job, progress) = RunningJob::new(job);
        self.running = Some(Running { job, started_secs: self.platform.now_secs() });
        self.outbox.post(Response::Progress { job: id, progress }, None);
    }

    async fn advance_job(&mut self, running: Running<L>) {
        let Running { job, started_secs } = running;
        let id = job.id();
        let Some(loaded) = &mut self.loaded else { return self.fail(Some(id), &EngineError::NoModel) };
        match job.advance(&mut loaded.renderer).await {
            Ok(Advanced::Moved { job, progress, preview }) => {
                self.running = Some(Running { job, started_secs });
                let preview = preview.map(underpaint_diffusion::image::RgbaImage::into_pixels);
                self.outbox.post(Response::Progress { job: id, progress }, preview);
            }
            Ok(Advanced::Done { job, picture }) => {
                let told = Response::Picture {
                    job: id,
                    revision: job.input.revision,
                    width: picture.width(),
                    height: picture.height(),
                    duration_secs: self.platform.now_secs() - started_secs,
                };
                self.outbox.post(told, Some(picture.into_pixels()));
            }
            Err(error) => self.fail(Some(id), &error),
        }
    }

    fn fail(&self, job: Option<JobId>, error: &EngineError) {
        self.outbox.post(Response::Failed { job, error: error.report() }, None);
    }
}
