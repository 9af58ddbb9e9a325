//! How long a picture will take on this device, from those that it made before.

use underpaint_protocol::{DeviceKind, GenerateInput};

/// How much of a new measurement goes into the average.
const SHARE_OF_NEW: f64 = 0.3;
/// The first picture of a size prepares kernels and caches, so the second one counts for more.
const SHARE_OF_SECOND: f64 = 0.8;
/// What is not steps, where nothing is known yet: text encoder and autoencoder of a small model.
const USUAL_FIXED_SHARE: f64 = 0.25;
/// More kinds of pictures than anyone makes in one sitting.
const MAX_ENTRIES: usize = 24;

/// What a duration depends on besides the number of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimingKey {
    /// Width and height of the picture in pixels.
    pub size: (u32, u32),
    /// Whether each step runs twice, for classifier-free guidance.
    pub is_guided: bool,
    /// Whether the picture is enlarged at the end.
    pub is_upscaled: bool,
    /// Where it is computed.
    pub device: DeviceKind,
}

impl TimingKey {
    /// The key of an input on a device.
    #[must_use]
    pub fn new(input: &GenerateInput, device: DeviceKind) -> Self {
        let size = (input.width, input.height);
        Self { size, is_guided: input.guidance > 1.0, is_upscaled: input.is_upscaled, device }
    }

    /// Its work in pixels that go through the network once: what unknown sizes are judged by.
    fn work(self) -> f64 {
        f64::from(self.size.0) * f64::from(self.size.1) * if self.is_guided { 2.0 } else { 1.0 }
    }
}

/// What one picture took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// Steps that ran.
    pub n_steps: u32,
    /// From start to picture, in seconds.
    pub total_secs: f64,
    /// One step, in seconds, where it was seen.
    pub step_secs: Option<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: TimingKey,
    step_secs: f64,
    fixed_secs: f64,
    n_measured: u32,
}

/// Measured times: a fixed part and a part for each step, by size and device, as moving averages.
#[derive(Clone, Debug, Default)]
pub struct TimingBook {
    /// The latest last.
    entries: Vec<Entry>,
}

impl TimingBook {
    /// Takes what a picture took. Numbers that cannot be are left out.
    pub fn note(&mut self, key: TimingKey, measured: Measurement) {
        let Measurement { n_steps, total_secs, step_secs } = measured;
        if !(total_secs.is_finite() && total_secs > 0.0) {
            return;
        }
        let n = f64::from(n_steps);
        let former = self.entries.iter().position(|entry| entry.key == key).map(|idx| self.entries.remove(idx));
        let step_secs = match step_secs {
            _ if n_steps == 0 => former.map_or(0.0, |former| former.step_secs),
            Some(step_secs) if step_secs.is_finite() && step_secs > 0.0 => step_secs.min(total_secs / n),
            // Only the whole was seen: its parts are as they were before.
            _ => match former {
                Some(former) => total_secs * former.step_secs / (former.fixed_secs + n * former.step_secs).max(1e-9),
                None => total_secs * (1.0 - USUAL_FIXED_SHARE) / n,
            },
        };
        let fixed_secs = (total_secs - n * step_secs).max(0.0);
        let new = Entry { key, step_secs, fixed_secs, n_measured: 1 };
        let entry = former.map_or(new, |former| {
            let share = if former.n_measured == 1 { SHARE_OF_SECOND } else { SHARE_OF_NEW };
            let mean = |old: f64, new: f64| old + (new - old) * share;
            Entry {
                key,
                step_secs: mean(former.step_secs, step_secs),
                fixed_secs: mean(former.fixed_secs, fixed_secs),
                n_measured: former.n_measured.saturating_add(1),
            }
        });
        if self.entries.len() >= MAX_ENTRIES {
            self.entries.remove(0);
        }
        self.entries.push(entry);
    }

    /// How long a picture will take, in seconds; `None` where nothing was measured on this device. A size that was not
    /// made before is judged by the nearest that was, in proportion to its pixels.
    #[must_use]
    pub fn expected_secs(&self, key: TimingKey, n_steps: u32) -> Option<f64> {
        let same_device = self.entries.iter().filter(|entry| entry.key.device == key.device);
        let distance = |entry: &&Entry| (entry.key.work() / key.work().max(1.0)).ln().abs();
        let nearest = same_device.min_by(|one, other| distance(one).total_cmp(&distance(other)))?;
        let factor = key.work() / nearest.key.work().max(1.0);
        // The autoencoder sees the pixels once, guided or not.
        let pixels = |key: TimingKey| f64::from(key.size.0) * f64::from(key.size.1);
        let fixed_factor = pixels(key) / pixels(nearest.key).max(1.0);
        Some(nearest.fixed_secs * fixed_factor + nearest.step_secs * factor * f64::from(n_steps))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(edge: u32) -> TimingKey {
        TimingKey { size: (edge, edge), is_guided: false, is_upscaled: false, device: DeviceKind::Gpu }
    }

    fn measured(n_steps: u32, total_secs: f64, step_secs: Option<f64>) -> Measurement {
        Measurement { n_steps, total_secs, step_secs }
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 0.02 * expected)
    }

    #[test]
    fn steps_and_the_rest_are_counted_apart() {
        let mut book = TimingBook::default();
        assert_eq!(book.expected_secs(key(512), 6), None);
        book.note(key(512), measured(4, 1.0, Some(0.2)));
        assert!(near(book.expected_secs(key(512), 4), 1.0));
        assert!(near(book.expected_secs(key(512), 20), 4.2));
        assert!(near(book.expected_secs(key(512), 0), 0.2));
    }

    #[test]
    fn the_first_picture_warms_up_and_is_soon_forgotten() {
        let mut book = TimingBook::default();
        book.note(key(512), measured(4, 9.0, Some(0.25)));
        for _ in 0..6 {
            book.note(key(512), measured(4, 1.4, Some(0.3)));
        }
        let expected = book.expected_secs(key(512), 4).unwrap();
        assert!((1.35..1.8).contains(&expected), "{expected}");
    }

    #[test]
    fn a_size_that_was_never_made_is_judged_by_its_nearest_and_guidance_doubles_the_steps() {
        let mut book = TimingBook::default();
        book.note(key(256), measured(10, 1.1, Some(0.1)));
        book.note(key(1024), measured(10, 100.0, Some(9.0)));
        assert!(
            near(book.expected_secs(key(512), 10), 0.4 + 4.0) || near(book.expected_secs(key(512), 10), 2.5 + 22.5)
        );
        assert!(near(book.expected_secs(key(300), 10), 1.1 * 300.0 * 300.0 / 65536.0));
        let guided = TimingKey { is_guided: true, ..key(256) };
        assert!(near(book.expected_secs(guided, 10), 2.1));
        assert_eq!(book.expected_secs(TimingKey { device: DeviceKind::Cpu, ..key(256) }, 10), None);
    }

    #[test]
    fn a_whole_without_its_parts_keeps_their_proportion() {
        let mut book = TimingBook::default();
        book.note(key(512), measured(10, 2.0, None));
        assert!(near(book.expected_secs(key(512), 10), 2.0));
        assert!(near(book.expected_secs(key(512), 20), 3.5));
        let mut book = TimingBook::default();
        book.note(key(512), measured(10, 2.0, Some(0.1)));
        book.note(key(512), measured(10, 4.0, None));
        assert!(near(book.expected_secs(key(512), 0), 1.0 + 0.8));
    }

    #[test]
    fn impossible_numbers_are_left_out() {
        let mut book = TimingBook::default();
        for total_secs in [f64::NAN, -1.0, 0.0, f64::INFINITY] {
            book.note(key(512), measured(4, total_secs, None));
        }
        assert_eq!(book.expected_secs(key(512), 4), None);
        // More in the steps than in the whole: the clock of the page was late.
        book.note(key(512), measured(4, 1.0, Some(2.0)));
        assert!(near(book.expected_secs(key(512), 4), 1.0));
        for edge in 0..100 {
            book.note(key(edge), measured(0, 1.0, None));
        }
        assert!(book.entries.len() <= MAX_ENTRIES);
    }
}
