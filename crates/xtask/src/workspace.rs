//! Where things are: the clone, the tools folder and the build output, and the environment that every child gets.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The wasm target that both browser programs are built for.
pub const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The places that every command works with.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The repository's root folder.
    pub root: PathBuf,
    /// Where `setup` installs tools: `$UNDERPAINT_TOOLS` or `~/.cache/underpaint/tools`.
    pub tools: PathBuf,
    /// Cargo's build output, outside the clone: `$CARGO_TARGET_DIR` or `~/.cache/underpaint/target`.
    pub target: PathBuf,
}

impl Workspace {
    /// Finds the clone that `cargo xtask` was called in: the nearest folder upwards that holds this crate. The compiled-in
    /// path would not do, since clones may share a build folder.
    pub fn find() -> Result<Self> {
        let here = env::current_dir().context("the current folder cannot be read")?;
        let Some(root) = here.ancestors().find(|folder| folder.join("crates/xtask/Cargo.toml").is_file()) else {
            bail!("{} is not inside a clone of Underpaint", here.display());
        };
        let root = root.to_path_buf();
        Ok(Self {
            root,
            tools: folder_from("UNDERPAINT_TOOLS", "tools")?,
            target: folder_from("CARGO_TARGET_DIR", "target")?,
        })
    }

    /// Where `trunk` puts the built site.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// The folders that hold our own tools, first in the search path of every child.
    pub fn tool_folders(&self) -> [PathBuf; 2] {
        [self.tools.join("bin"), self.tools.join("npm/node_modules/.bin")]
    }

    /// Finds a program by name, in our own tools first.
    pub fn which(&self, program: &str) -> Option<PathBuf> {
        let path = env::var_os("PATH").unwrap_or_default();
        let folders = self.tool_folders().into_iter().chain(env::split_paths(&path));
        find_program(program, folders)
    }

    /// A child process in the repository's root that finds our tools first and builds outside the clone.
    ///
    /// # Errors
    /// When no program of this name is found.
    pub fn command(&self, program: &str) -> Result<Command> {
        let found = self
            .which(program)
            .with_context(|| format!("`{program}` was not found; `cargo xtask setup` installs what it can"))?;
        let mut command = Command::new(found);
        command.current_dir(&self.root).env("PATH", self.search_path()?).env("CARGO_TARGET_DIR", &self.target);
        Ok(command)
    }

    fn search_path(&self) -> Result<OsString> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self.tool_folders().into_iter().chain(env::split_paths(&inherited));
        env::join_paths(folders).context("the tools folder's path holds a character that a search path cannot hold")
    }
}

/// The first file of this name in `folders` that can be run.
pub fn find_program(program: &str, folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let extensions: &[&str] = if cfg!(windows) { &[".exe", ".cmd", ".bat"] } else { &[""] };
    folders
        .flat_map(|folder| extensions.iter().map(move |extension| folder.join(format!("{program}{extension}"))))
        .find(|candidate| candidate.is_file())
}

/// The home folder, from the environment.
pub fn home() -> Result<PathBuf> {
    env::var_os("HOME")
        .or_else(|| env::var_os("USERPROFILE"))
        .map(PathBuf::from)
        .context("neither HOME nor USERPROFILE is set; set UNDERPAINT_TOOLS and CARGO_TARGET_DIR to folders of yours")
}

fn folder_from(variable: &str, default_name: &str) -> Result<PathBuf> {
    let folder = match env::var_os(variable) {
        Some(value) if !value.is_empty() => PathBuf::from(value),
        _ => home()?.join(".cache/underpaint").join(default_name),
    };
    std::path::absolute(&folder).with_context(|| format!("{variable} does not name a folder: {}", folder.display()))
}
