//! The jobs that wait: at most one.

use underpaint_protocol::{GenerateInput, JobId};

/// A picture that was asked for.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) id: JobId,
    pub(crate) input: GenerateInput,
    /// RGBA8, straight alpha, of the input's size.
    pub(crate) init_pixels: Vec<u8>,
}

/// Latest wins: a newer job takes the place of one that waits. The job that runs is not in here, so it ends as it would,
/// unless the page cancels it; a picture that is half done is worth more to the eye than one that never comes.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    waiting: Option<Job>,
}

impl Queue {
    /// Puts a job in; returns the one whose place it took.
    pub(crate) fn push(&mut self, job: Job) -> Option<JobId> {
        self.waiting.replace(job).map(|replaced| replaced.id)
    }

    /// Takes the job that waits.
    pub(crate) fn pop(&mut self) -> Option<Job> {
        self.waiting.take()
    }

    /// Removes this job; says whether it was there.
    pub(crate) fn remove(&mut self, id: JobId) -> bool {
        self.waiting.take_if(|job| job.id == id).is_some()
    }

    /// Whether a job waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_none()
    }
}
