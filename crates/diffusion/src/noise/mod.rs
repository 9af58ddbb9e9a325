//! The noise of PyTorch's generators.
//!
//! Diffusion pictures are remembered by their seed. Drawing the same numbers as `torch.Generator` makes a seed mean the
//! same picture here as in Python, and the same picture on every machine and in every browser.
//!
//! [`TorchCpuGenerator`] draws what diffusers draws by default advice, on the processor; [`PhiloxGenerator`] draws what
//! programs draw that let the graphics card make the noise.

mod philox;
mod torch_cpu;

pub use philox::PhiloxGenerator;
pub use torch_cpu::TorchCpuGenerator;

/// Which generator makes the noise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NoiseKind {
    /// PyTorch's generator on the processor.
    #[default]
    TorchCpu,
    /// PyTorch's generator on CUDA.
    Philox,
}

impl NoiseKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::TorchCpu, Self::Philox];

    /// The name on the command line and in messages.
    pub fn id(self) -> &'static str {
        match self {
            Self::TorchCpu => "cpu",
            Self::Philox => "philox",
        }
    }

    /// The kind of this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// A seeded source of normal noise. Two sources of one kind and seed give the same numbers to the same calls.
#[derive(Clone, Debug)]
pub enum NoiseSource {
    /// PyTorch's generator on the processor.
    TorchCpu(Box<TorchCpuGenerator>),
    /// PyTorch's generator on CUDA.
    Philox(PhiloxGenerator),
}

impl NoiseSource {
    /// A source of this kind.
    pub fn new(kind: NoiseKind, seed: u64) -> Self {
        match kind {
            NoiseKind::TorchCpu => Self::TorchCpu(Box::new(TorchCpuGenerator::new(seed))),
            NoiseKind::Philox => Self::Philox(PhiloxGenerator::new(seed)),
        }
    }

    /// `n` standard normal numbers, as one call of `torch.randn` draws them.
    pub fn normal(&mut self, n: usize) -> Vec<f32> {
        match self {
            Self::TorchCpu(generator) => generator.normal(n),
            Self::Philox(generator) => generator.normal(n),
        }
    }

    /// `n` standard normal numbers of half precision, as one call of `torch.randn` with `dtype=torch.float16` draws
    /// them: what diffusers' pipelines in half precision draw.
    pub fn normal_half(&mut self, n: usize) -> Vec<f32> {
        match self {
            Self::TorchCpu(generator) => generator.normal_half(n),
            Self::Philox(generator) => generator.normal_half(n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_draws_its_own_numbers() {
        for kind in NoiseKind::ALL {
            assert_eq!(NoiseKind::from_id(kind.id()), Some(kind));
        }
        let draw = |kind| NoiseSource::new(kind, 3).normal(20);
        assert_eq!(draw(NoiseKind::TorchCpu), TorchCpuGenerator::new(3).normal(20));
        assert_ne!(draw(NoiseKind::TorchCpu), draw(NoiseKind::Philox));
    }
}
