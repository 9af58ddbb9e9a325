//! What the engine computes on, and why.

use std::sync::OnceLock;

use burn::tensor::Device;
use underpaint_protocol::{DeviceKind, DeviceReport};

use crate::{EngineError, Platform};

/// Who chooses the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// By what the machine has.
    #[default]
    Auto,
    /// The processor, whatever there is.
    Cpu,
    /// The graphics processor, also one in software.
    Gpu,
}

impl From<Option<DeviceKind>> for Choice {
    fn from(forced: Option<DeviceKind>) -> Self {
        match forced {
            None => Self::Auto,
            Some(DeviceKind::Cpu) => Self::Cpu,
            Some(DeviceKind::Gpu) => Self::Gpu,
        }
    }
}

/// What a look for a graphics processor found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GpuProbe {
    /// There is none; `reason` is a sentence without a full stop.
    Unavailable {
        /// Why there is none.
        reason: String,
    },
    /// There is one.
    Adapter(GpuAdapter),
}

/// A graphics processor, or what passes for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GpuAdapter {
    /// A name to show.
    pub name: String,
    /// It computes in software: correct, and many times slower than the processor's own path.
    pub is_software: bool,
}

/// Chooses the device and starts it; the report says in a sentence why it is this one.
///
/// A real graphics processor is preferred. Without one, or with one in software (about 1 GFLOP/s where SIMD on the same
/// cores does ten times that), the processor computes.
///
/// # Errors
/// When a graphics processor is asked for and there is none, or the chosen one does not start.
pub async fn open_device(choice: Choice, platform: &impl Platform) -> Result<(Device, DeviceReport), EngineError> {
    let probe = match choice {
        // Not even a look: drivers have been known to hang while they are asked.
        Choice::Cpu => GpuProbe::Unavailable { reason: String::new() },
        Choice::Auto | Choice::Gpu => platform.probe_gpu().await,
    };
    let report = choose(choice, &probe)?;
    let device = match report.kind {
        DeviceKind::Cpu => Device::flex(),
        DeviceKind::Gpu => open_gpu().await?,
    };
    Ok((device, report))
}

/// The choice alone.
fn choose(choice: Choice, probe: &GpuProbe) -> Result<DeviceReport, EngineError> {
    let cpu = |reason: String| DeviceReport { kind: DeviceKind::Cpu, name: "processor with SIMD".to_owned(), reason };
    let gpu = |name: &str, reason: String| DeviceReport { kind: DeviceKind::Gpu, name: name.to_owned(), reason };
    match (choice, probe) {
        (Choice::Cpu, _) => Ok(cpu("The processor was asked for".to_owned())),
        (Choice::Auto, GpuProbe::Unavailable { reason }) => {
            Ok(cpu(format!("The processor computes, because {}", lower_first(reason))))
        }
        (Choice::Auto, GpuProbe::Adapter(adapter)) if adapter.is_software => Ok(cpu(format!(
            "The processor computes, because the graphics processor here is software ({}), which is slower",
            adapter.name
        ))),
        (Choice::Auto, GpuProbe::Adapter(adapter)) => {
            Ok(gpu(&adapter.name, format!("The graphics processor computes: {}", adapter.name)))
        }
        (Choice::Gpu, GpuProbe::Adapter(adapter)) => {
            let software = if adapter.is_software { "; it is software, so this is slow" } else { "" };
            Ok(gpu(&adapter.name, format!("The graphics processor was asked for: {}{software}", adapter.name)))
        }
        (Choice::Gpu, GpuProbe::Unavailable { reason }) => Err(EngineError::device(format!(
            "the graphics processor was asked for and cannot be used, because {}; take it out of the address \
             (?device=gpu) or the command line, and the processor computes",
            lower_first(reason)
        ))),
    }
}

/// Half a sentence of a whole one; names such as `WebGPU` keep their capitals.
fn lower_first(sentence: &str) -> String {
    let mut chars = sentence.chars();
    match (chars.next(), sentence.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() && !sentence.starts_with("WebGPU") => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => sentence.to_owned(),
    }
}

/// Burn's runtime is started once in a program and refuses a second time, so the device is kept for the next model.
static GPU: OnceLock<Device> = OnceLock::new();

async fn open_gpu() -> Result<Device, EngineError> {
    if let Some(device) = GPU.get() {
        return Ok(device.clone());
    }
    let device = Device::wgpu_options().init_async().await.map_err(|error| {
        EngineError::device(format!("the graphics processor does not start ({error}); choose the processor instead"))
    })?;
    Ok(GPU.get_or_init(|| device).clone())
}

/// A look at the graphics processors of a native program.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) async fn probe_native() -> GpuProbe {
    use burn::tensor::wgpu::wgpu;

    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let options =
        wgpu::RequestAdapterOptions { power_preference: wgpu::PowerPreference::HighPerformance, ..Default::default() };
    match instance.request_adapter(&options).await {
        Ok(adapter) => {
            let info = adapter.get_info();
            let is_software = info.device_type == wgpu::DeviceType::Cpu;
            GpuProbe::Adapter(GpuAdapter { name: info.name, is_software })
        }
        Err(_) => GpuProbe::Unavailable { reason: "no graphics processor was found".to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(is_software: bool) -> GpuProbe {
        GpuProbe::Adapter(GpuAdapter { name: "the adapter".to_owned(), is_software })
    }

    fn none() -> GpuProbe {
        GpuProbe::Unavailable { reason: "This browser offers no WebGPU here".to_owned() }
    }

    #[test]
    fn a_real_graphics_processor_is_preferred_and_one_in_software_is_not() {
        assert_eq!(choose(Choice::Auto, &adapter(false)).unwrap().kind, DeviceKind::Gpu);
        let report = choose(Choice::Auto, &adapter(true)).unwrap();
        assert_eq!(report.kind, DeviceKind::Cpu);
        assert!(report.reason.contains("software") && report.reason.contains("the adapter"), "{}", report.reason);
    }

    #[test]
    fn without_a_graphics_processor_the_processor_computes_and_the_reason_is_said() {
        let report = choose(Choice::Auto, &none()).unwrap();
        assert_eq!(report.kind, DeviceKind::Cpu);
        assert_eq!(report.reason, "The processor computes, because this browser offers no WebGPU here");
    }

    #[test]
    fn a_forced_device_is_taken_also_in_software_and_never_replaced_in_silence() {
        assert_eq!(choose(Choice::Gpu, &adapter(true)).unwrap().kind, DeviceKind::Gpu);
        assert_eq!(choose(Choice::Cpu, &adapter(false)).unwrap().kind, DeviceKind::Cpu);
        let error = choose(Choice::Gpu, &none()).unwrap_err();
        assert!(error.to_string().contains("this browser offers no WebGPU here"), "{error}");
    }
}
