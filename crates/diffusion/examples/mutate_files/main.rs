//! Searches the readers of configurations and tokenizer files for panics, endless work and endless memory.
//!
//! ```text
//! ulimit -v 4000000
//! cargo run --release -p underpaint-diffusion --example mutate_files -- tests/fixtures 600 config_parser
//! cargo run --release -p underpaint-diffusion --example mutate_files -- tests/fixtures 600 tokenizer_files
//! ```
//!
//! It takes the fixtures' files, changes them at random (values, keys, nesting, bytes) and reads them. Unlike the targets
//! in `tests/fuzz` it is not guided by coverage: compiling Burn with that instrumentation takes far longer than the search.
//! The case at hand is in `mutate_files.case` of the temporary folder, so that even an abort leaves it behind.

mod mutate;

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, fs};

use underpaint_diffusion::clip::ClipTextConfig;
use underpaint_diffusion::control::{ControlNetConfig, T2IAdapterConfig};
use underpaint_diffusion::schedulers::{Plan, SchedulerConfig, SchedulerName, Span};
use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_diffusion::tokenizer::ClipTokenizer;
use underpaint_diffusion::unet::UNetConfig;
use underpaint_diffusion::vae::{AutoencoderKlConfig, AutoencoderTinyConfig};

use mutate::Mutator;

/// What takes longer than this has been sent on a long way by a number in a file.
const MAX_TIME: Duration = Duration::from_secs(5);
/// The tokenizer's files.
const TOKENIZER_FILES: [&str; 6] = [
    "vocab.json",
    "merges.txt",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
];

/// The texts of one case by their paths.
#[derive(Debug, Clone, Default)]
struct Texts(BTreeMap<String, String>);

impl ModelSource for Texts {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        Ok(self.0.get(path).cloned())
    }

    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        Err(SourceError::new(format!("there are no weights for {component}")))
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, seconds, target, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: mutate_files <fixtures> <seconds> config_parser|tokenizer_files [seed]");
        return ExitCode::from(2);
    };
    let seed = rest.first().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let seconds = seconds.parse().unwrap_or(60);
    let seeds = match target.as_str() {
        "config_parser" => configs(Path::new(folder)),
        _ => vec![tokenizer(&Path::new(folder).join("tokenizer"))],
    };
    if seeds.iter().all(|seed| seed.0.is_empty()) {
        eprintln!("{folder} holds no files of that kind");
        return ExitCode::from(2);
    }
    search(&seeds, Duration::from_secs(seconds), target, Mutator::new(seed))
}

/// Reads changed files until the time is over.
fn search(seeds: &[Texts], time: Duration, target: &str, mut mutator: Mutator) -> ExitCode {
    let case_path = env::temp_dir().join(format!("mutate_files.{target}.case"));
    let (started, mut findings) = (Instant::now(), 0);
    let (mut n_cases, mut n_read, mut last_said) = (0_u64, 0_u64, Instant::now());
    while started.elapsed() < time {
        let mut case = seeds[mutator.below(seeds.len())].clone();
        mutator.change(&mut case.0);
        if fs::write(&case_path, format!("{:#?}", case.0)).is_err() {
            eprintln!("{} cannot be written", case_path.display());
            return ExitCode::FAILURE;
        }
        let case_started = Instant::now();
        let outcome = catch_unwind(|| read(&case, target));
        let took = case_started.elapsed();
        n_cases += 1;
        n_read += u64::from(matches!(outcome, Ok(true)));
        if outcome.is_err() || took > MAX_TIME {
            findings += 1;
            let kept = env::temp_dir().join(format!("mutate_files.{target}.{findings}"));
            let _ = fs::copy(&case_path, &kept);
            eprintln!(
                "FOUND {} after {took:?}: {}",
                if outcome.is_err() { "a panic" } else { "slowness" },
                kept.display()
            );
            if findings == 20 {
                break;
            }
        }
        if last_said.elapsed() > Duration::from_secs(60) {
            eprintln!("{n_cases} cases, {n_read} of them read whole, {findings} findings");
            last_said = Instant::now();
        }
    }
    eprintln!("{target}: {n_cases} cases, {n_read} of them read whole, {findings} findings in {:?}", started.elapsed());
    if findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Reads a case; the answer is whether every reader took it.
fn read(case: &Texts, target: &str) -> bool {
    if target == "config_parser" {
        return case.0.values().all(|text| read_config(text));
    }
    match ClipTokenizer::from_source(case) {
        Ok(tokenizer) => {
            for prompt in ["a photo of a lake's 3 trees, (sunset:1.2) \u{1f600}", "", "<|endoftext|> né \u{0}\u{feff}"]
            {
                let ids = tokenizer.encode(prompt, 77);
                assert_eq!(ids.len(), 77);
            }
            true
        }
        Err(_) => false,
    }
}

/// Gives a text to every reader: each must bear the files of the others.
fn read_config(text: &str) -> bool {
    let mut is_read = UNetConfig::from_json(text).is_ok();
    is_read |= AutoencoderKlConfig::from_json(text).is_ok();
    is_read |= AutoencoderTinyConfig::from_json(text).is_ok();
    is_read |= ClipTextConfig::from_json(text).is_ok();
    is_read |= ControlNetConfig::from_json(text).is_ok();
    is_read |= T2IAdapterConfig::from_json(text).is_ok();
    if let Ok(config) = SchedulerConfig::from_json(text) {
        for name in SchedulerName::all() {
            for span in [Span::from_strength(0.6, 5), Span::as_diffusers(0.5, 4)] {
                is_read |= Plan::new(&config, name, span).is_ok();
            }
        }
    }
    is_read
}

/// Every configuration below a folder, each a case of its own.
fn configs(folder: &Path) -> Vec<Texts> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(configs(&path));
        } else if path.file_name().is_some_and(|name| name == "config.json" || name == "scheduler_config.json") {
            let Ok(text) = fs::read_to_string(&path) else { continue };
            found.push(Texts(BTreeMap::from([("config.json".to_owned(), text)])));
        }
    }
    found
}

/// The files of one tokenizer.
fn tokenizer(folder: &Path) -> Texts {
    let text = |name: &&str| Some((format!("tokenizer/{name}"), fs::read_to_string(folder.join(name)).ok()?));
    Texts(TOKENIZER_FILES.iter().filter_map(text).collect())
}
