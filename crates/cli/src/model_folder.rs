//! Where the model is.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

/// The environment variable that names the starter's folder.
const VARIABLE: &str = "UNDERPAINT_STARTER";
/// The starter's place in a checkout of the repository.
const IN_REPOSITORY: &str = "web/starter";

/// The folder that was asked for, else the starter's: named by the environment, below the current folder, beside the
/// program, or where the program was built.
///
/// # Errors
/// Where there is none of them.
pub fn model_folder(asked_for: Option<&Path>) -> Result<PathBuf> {
    if let Some(folder) = asked_for.map(Path::to_owned).or_else(|| env::var_os(VARIABLE).map(PathBuf::from)) {
        return Ok(folder);
    }
    let beside_program = env::current_exe().ok().and_then(|program| Some(program.parent()?.parent()?.join("starter")));
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(IN_REPOSITORY);
    [Some(PathBuf::from(IN_REPOSITORY)), beside_program, Some(built_from)]
        .into_iter()
        .flatten()
        .find(|folder| folder.join("model_index.json").is_file())
        .ok_or_else(|| anyhow!("the starter model was not found; name a model's folder with --model or in {VARIABLE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_asked_for_is_taken_as_it_is() {
        let asked_for = Path::new("no/such/model");
        assert_eq!(model_folder(Some(asked_for)).unwrap(), asked_for);
    }
}
