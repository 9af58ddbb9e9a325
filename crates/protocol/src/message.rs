//! Requests of the page and answers of the worker.

use serde::{Deserialize, Serialize};

use crate::{GenerateInput, Revision};

/// Counts the jobs of a session; every answer names the job it belongs to.
pub type JobId = u64;

/// What the page asks of the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Choose the device and load the starter model; answered by `Response::Loading`… and `Response::Loaded`.
    Load {
        /// `None`: choose by what the machine has.
        device: Option<DeviceKind>,
        /// Address of the folder that holds the model, with a trailing slash.
        model_url: String,
    },
    /// Render a picture. The init image (RGBA8, straight alpha, `width * height * 4` bytes) travels beside the message,
    /// with the parts that the input names behind it.
    Generate {
        /// The page's number for this job.
        job: JobId,
        /// Everything the picture depends on.
        input: GenerateInput,
    },
    /// Stop this job at its next step.
    Cancel {
        /// The job to stop; one that has ended already is left alone.
        job: JobId,
    },
}

/// What the worker says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// The worker runs and listens.
    Ready,
    /// The model is on its way.
    Loading {
        /// Bytes that have arrived.
        received_bytes: u64,
        /// Bytes there are in all; 0 where that is unknown.
        total_bytes: u64,
    },
    /// Pictures can be rendered.
    Loaded {
        /// What the engine computes on, and why.
        device: DeviceReport,
        /// What was loaded.
        model: ModelReport,
    },
    /// A job moved on. A preview (RGBA8, sizes inside) may travel beside the message.
    Progress {
        /// The job.
        job: JobId,
        /// Where it is.
        progress: Progress,
    },
    /// A job is done. The picture (RGBA8, `width * height * 4` bytes) travels beside the message.
    Picture {
        /// The job.
        job: JobId,
        /// The document's revision that it was made from.
        revision: Revision,
        /// Width of the picture in pixels.
        width: u32,
        /// Height of the picture in pixels.
        height: u32,
        /// From start to picture, in seconds.
        duration_secs: f64,
    },
    /// A job stopped because it was asked to.
    Cancelled {
        /// The job.
        job: JobId,
    },
    /// Something failed; the worker lives on.
    Failed {
        /// The job that failed; `None` when it was the loading.
        job: Option<JobId>,
        /// What is wrong and what to do.
        error: ErrorReport,
    },
    /// The worker is lost (a panic, a lost device): it must be restarted.
    Fatal {
        /// What is wrong and what to do.
        error: ErrorReport,
    },
}

/// Where the engine computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKind {
    /// The processor, with SIMD.
    Cpu,
    /// A WebGPU adapter (natively: Vulkan, Metal or DX12).
    Gpu,
}

/// What the engine computes on, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceReport {
    /// The kind of device.
    pub kind: DeviceKind,
    /// The adapter's name, or that of the processor path.
    pub name: String,
    /// One sentence, without a full stop: why this device.
    pub reason: String,
}

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelReport {
    /// The model's name.
    pub name: String,
    /// Edge of the pictures it was trained on, in pixels.
    pub native_size: u32,
    /// Sizes must be multiples of this many pixels.
    pub size_multiple: u32,
    /// How much larger its upscaler can make a picture; `None` where it has none.
    pub upscale_factor: Option<u32>,
    /// Parameters of all components together.
    pub parameters: u64,
    /// The strength its maker recommends.
    pub default_strength: f32,
    /// The steps its maker recommends.
    pub default_steps: u32,
    /// The guidance scale its maker recommends.
    pub default_guidance: f32,
    /// Prompts that show what it can do.
    pub example_prompts: Vec<String>,
    /// The words that it was trained on, in lower case; empty where that is not known, as with models that know most.
    pub words: Vec<String>,
    /// The sampler that it names; `None` where that one is not known.
    pub default_scheduler: Option<String>,
    /// The samplers that can be chosen.
    pub schedulers: Vec<SchedulerReport>,
}

/// A sampler that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchedulerReport {
    /// Its name in `GenerateInput::scheduler`.
    pub name: String,
    /// Its name for people.
    pub title: String,
}

/// The stages of a job, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The prompts are read.
    EncodingPrompt,
    /// The sketch becomes latents.
    EncodingImage,
    /// The UNet runs, step after step.
    Denoising,
    /// The latents become the picture.
    Decoding,
}

/// Where a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The stage it is in.
    pub stage: Stage,
    /// Denoising steps that are done.
    pub step: u32,
    /// Denoising steps that this job runs.
    pub n_steps: u32,
    /// Width and height of the preview beside this message, if there is one.
    pub preview_size: Option<(u32, u32)>,
}

/// What sort of failure it is, so that the page can offer the right way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The input cannot be rendered as it is.
    Input,
    /// The model's files are missing, broken or not supported.
    Model,
    /// The device is missing, was lost or has too little memory.
    Device,
    /// The numbers went wrong (NaN, or nothing but black).
    Numbers,
    /// A file could not be fetched.
    Network,
    /// A defect of Underpaint.
    Bug,
}

/// A failure as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorReport {
    /// What sort of failure.
    pub kind: ErrorKind,
    /// What is wrong and what to do, in sentences, without a trailing full stop.
    pub message: String,
}
