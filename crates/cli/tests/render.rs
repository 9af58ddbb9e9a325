//! The program as a person calls it, with the tiny random model of the pipeline's fixtures.

#![expect(clippy::unwrap_used, reason = "a test may stop where its surroundings are not what they should be")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder of this test's own, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("underpaint-cli-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The model of the fixtures, with the tokenizer that is a fixture of its own.
    fn model(&self) -> PathBuf {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
        copy_folder(&fixtures.join("pipeline/model"), &self.path("model"));
        copy_folder(&fixtures.join("tokenizer"), &self.path("model/tokenizer"));
        self.path("model")
    }

    /// Blue above green, with transparent corners, as a PNG.
    fn sketch(&self, width: u32, height: u32) -> PathBuf {
        let pixel = |x: u32, y: u32| match y * 2 < height {
            true => [90, 140, 230, if x < 3 { 0 } else { 255 }],
            false => [60, 150, 70, 255],
        };
        let pixels: Vec<u8> = (0..width * height).flat_map(|idx| pixel(idx % width, idx / width)).collect();
        let file = fs::File::create(self.path("sketch.png")).unwrap();
        let mut encoder = png::Encoder::new(file, width, height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
        self.path("sketch.png")
    }

    fn render(&self, output: &str, extra: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_underpaint"))
            .args(["render", "--prompt", "a quiet lake", "--device", "cpu"])
            .args(["--model".as_ref(), self.path("model").as_os_str()])
            .args(["--sketch".as_ref(), self.path("sketch.png").as_os_str()])
            .args(["-o".as_ref(), self.path(output).as_os_str()])
            .args(extra)
            .output()
            .unwrap()
    }

    fn pixels(&self, name: &str) -> (u32, u32, Vec<u8>) {
        let file = std::io::BufReader::new(fs::File::open(self.path(name)).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut bytes).unwrap();
        (frame.width, frame.height, bytes)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_sketch_becomes_a_picture_of_the_size_that_was_asked_for() {
    let scratch = Scratch::new("picture");
    scratch.model();
    scratch.sketch(60, 40);
    let output = scratch.render("out.png", &["--steps", "2", "--size", "48x32", "--seed", "7"]);
    assert!(output.status.success(), "{}", stderr(&output));
    // Nobody watches: progress is for terminals.
    assert_eq!(stderr(&output), "");
    assert!(output.stdout.is_empty());
    let (width, height, first) = scratch.pixels("out.png");
    assert_eq!((width, height), (48, 32));

    assert!(scratch.render("again.png", &["--steps", "2", "--size", "48x32", "--seed", "7"]).status.success());
    assert_eq!(scratch.pixels("again.png").2, first);
    assert!(scratch.render("other.png", &["--steps", "2", "--size", "48x32", "--seed", "8"]).status.success());
    assert!(scratch.pixels("other.png").2 != first);
}

#[test]
fn strength_zero_writes_the_sketch_back() {
    let scratch = Scratch::new("zero");
    scratch.model();
    scratch.sketch(32, 32);
    assert!(scratch.render("out.png", &["--strength", "0", "--size", "32x32"]).status.success());
    assert_eq!(scratch.pixels("out.png"), scratch.pixels("sketch.png"));
}

#[test]
fn failures_end_with_one_and_wrong_command_lines_with_two() {
    let scratch = Scratch::new("failures");
    scratch.sketch(32, 32);
    let no_model = scratch.render("out.png", &[]);
    assert_eq!(no_model.status.code(), Some(1));
    assert_eq!(stderr(&no_model).lines().count(), 1, "{}", stderr(&no_model));

    scratch.model();
    let no_size = scratch.render("out.png", &["--size", "30x31"]);
    assert_eq!(no_size.status.code(), Some(1));
    assert!(stderr(&no_size).contains("30"), "{}", stderr(&no_size));
    assert!(!scratch.path("out.png").exists());

    assert_eq!(scratch.render("out.png", &["--strength", "2"]).status.code(), Some(2));
    assert_eq!(scratch.render("out.png", &["--scheduler", "magic"]).status.code(), Some(2));
}
