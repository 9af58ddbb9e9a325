//! Whether a model fits into memory, estimated before it is loaded.

use underpaint_models::{ModelError, ModelStore};
use underpaint_protocol::DeviceKind;

use crate::EngineError;

/// What a step needs for its intermediate results, at the sizes a browser renders.
const WORKING_BYTES: u64 = 256 << 20;
/// Weights are computed in 32-bit floating point.
const BYTES_PER_PARAMETER: u64 = 4;

/// Refuses a model whose files, weights and intermediate results are more than `limit_bytes` together. On a graphics
/// processor the weights lie in its own memory, whose size no browser tells.
pub(crate) fn check_memory(
    store: &dyn ModelStore,
    parameters: u64,
    kind: DeviceKind,
    limit_bytes: Option<u64>,
) -> Result<(), EngineError> {
    let Some(limit_bytes) = limit_bytes else { return Ok(()) };
    let files_bytes = store.files().iter().map(|path| store.len_bytes(path)).sum::<Result<u64, ModelError>>()?;
    let weights_bytes = match kind {
        DeviceKind::Cpu => parameters.saturating_mul(BYTES_PER_PARAMETER),
        DeviceKind::Gpu => 0,
    };
    let needed_bytes = files_bytes.saturating_add(weights_bytes).saturating_add(WORKING_BYTES);
    if needed_bytes > limit_bytes {
        return Err(EngineError::Memory { needed_mib: needed_bytes >> 20, limit_mib: limit_bytes >> 20 });
    }
    Ok(())
}
