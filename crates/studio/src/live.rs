//! Live mode: when a picture is made by itself while someone paints.
//!
//! The change signal is exact: what Render would send now ([`GenerateInput`], seed and revisions included) is compared
//! with what was asked for last. The latest state wins: a job for an older one gives way at its next step. The wait adapts
//! to what pictures have taken, with the figures that krita-ai-diffusion's live mode has proved: none up to 1.5 s a
//! picture; above, 0.25 s after the last change, and 3 s after the first one at the latest.
//!
//! Two rules keep pictures coming however restless the hand is: while a stroke is under way a job runs to its end, and
//! so it does when no picture has come for twice the time that one takes.

use std::collections::VecDeque;

use underpaint_protocol::GenerateInput;

/// Up to this mean duration of a picture nothing is waited for, in seconds.
pub const FAST_PICTURE_SECS: f64 = 1.5;
/// The quiet after the last change that is waited for otherwise, in seconds.
pub const QUIET_SECS: f64 = 0.25;
/// The longest that changes are waited for to end, in seconds.
pub const LONGEST_WAIT_SECS: f64 = 3.0;
/// Durations that the mean is taken of.
const N_MEASURED: usize = 10;
/// After so many failures in a row live mode rests.
const MAX_FAILURES: u32 = 3;

/// Whether live mode is on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LiveState {
    /// Pictures are made when Render is pressed.
    #[default]
    Off,
    /// Pictures follow the painting.
    On,
    /// It is on, and rests until a person resumes it.
    Paused,
}

/// What live mode wants to be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum LiveWish {
    /// Nothing, until something changes or the job ends.
    Nothing,
    /// To be asked again at this time.
    WakeAt { secs: f64 },
    /// A new job, in place of the one that runs, if one does.
    Render,
    /// The job that runs to be stopped: what it would show is no longer wanted, and what is wanted is there.
    Stop,
}

/// What live mode knows of the moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) now_secs: f64,
    pub(crate) is_stroking: bool,
    /// Whether its own job runs.
    pub(crate) is_running: bool,
}

/// The state of live mode.
#[derive(Debug, Default)]
pub(crate) struct Live {
    pub(crate) state: LiveState,
    /// What the last change was seen in.
    seen: Option<GenerateInput>,
    /// What was asked for last: what runs, or what has come of it.
    asked: Option<GenerateInput>,
    /// What the picture that is shown was made from.
    shown: Option<GenerateInput>,
    first_change_secs: f64,
    last_change_secs: f64,
    /// When the last picture came, or what it is counted from.
    last_picture_secs: f64,
    durations_secs: VecDeque<f64>,
    n_failures: u32,
}

impl Live {
    /// Turns it on, off, or lets it rest.
    pub(crate) fn set(&mut self, state: LiveState, now_secs: f64) {
        if self.state == LiveState::Off {
            (self.seen, self.asked, self.shown) = (None, None, None);
        }
        self.state = state;
        self.n_failures = 0;
        self.last_picture_secs = now_secs;
    }

    /// The mean of the last measured durations, in seconds; 0 where nothing was measured.
    pub(crate) fn mean_secs(&self) -> f64 {
        let n = self.durations_secs.len().max(1) as f64;
        self.durations_secs.iter().sum::<f64>() / n
    }

    /// Looks at what Render would send now, and says what is to be done.
    pub(crate) fn look(&mut self, input: &GenerateInput, moment: Moment) -> LiveWish {
        if self.state != LiveState::On {
            return LiveWish::Nothing;
        }
        let Moment { now_secs, is_stroking, is_running } = moment;
        if self.seen.as_ref() != Some(input) {
            // The first change since the last state that was asked for begins the time that is waited at most.
            if self.seen.is_none() || self.seen == self.asked {
                self.first_change_secs = now_secs;
            }
            self.last_change_secs = now_secs;
            self.seen = Some(input.clone());
        }
        if self.asked.as_ref() == Some(input) {
            return LiveWish::Nothing;
        }
        if self.shown.as_ref() == Some(input) {
            // Back at what is shown, by undo or by the slider.
            return if is_running { LiveWish::Stop } else { LiveWish::Nothing };
        }
        let mean_secs = self.mean_secs();
        let due_secs = if mean_secs <= FAST_PICTURE_SECS {
            self.last_change_secs
        } else {
            (self.last_change_secs + QUIET_SECS).min(self.first_change_secs + LONGEST_WAIT_SECS)
        };
        if is_running && is_stroking {
            return LiveWish::Nothing;
        }
        if now_secs < due_secs {
            return LiveWish::WakeAt { secs: due_secs };
        }
        // A state that only stands for a moment is not worth the picture that is nearly there.
        let is_starving = now_secs - self.last_picture_secs > 2.0 * mean_secs.max(0.5);
        if is_running && is_starving {
            return LiveWish::Nothing;
        }
        LiveWish::Render
    }

    /// A job was begun for this input: by live mode, or by a person (whose picture needs not be made again).
    /// `is_replacing`: it took the place of a job that had not ended.
    pub(crate) fn note_asked(&mut self, input: &GenerateInput, is_replacing: bool, now_secs: f64) {
        // As long as job replaces job the time without a picture counts on; after a rest it begins anew.
        if !is_replacing {
            self.last_picture_secs = now_secs;
        }
        self.asked = Some(input.clone());
        self.seen = Some(input.clone());
    }

    /// What is shown is what is wanted, however it came there: nothing is made before the next change.
    pub(crate) fn settle(&mut self, input: &GenerateInput) {
        self.asked = Some(input.clone());
        self.seen = Some(input.clone());
        self.shown = Some(input.clone());
    }

    /// The job was stopped because what is shown is wanted again.
    pub(crate) fn note_stopped(&mut self) {
        self.asked = self.shown.clone();
    }

    /// A picture came.
    pub(crate) fn note_picture(&mut self, input: &GenerateInput, duration_secs: f64, now_secs: f64) {
        self.shown = Some(input.clone());
        self.last_picture_secs = now_secs;
        self.n_failures = 0;
        if duration_secs.is_finite() && duration_secs >= 0.0 {
            if self.durations_secs.len() >= N_MEASURED {
                self.durations_secs.pop_front();
            }
            self.durations_secs.push_back(duration_secs);
        }
    }

    /// A job failed. The same input is not tried again; returns whether live mode rests from now on.
    pub(crate) fn note_failure(&mut self) -> bool {
        self.n_failures += 1;
        let rests = self.state == LiveState::On && self.n_failures >= MAX_FAILURES;
        if rests {
            self.state = LiveState::Paused;
        }
        rests
    }
}

#[cfg(test)]
#[path = "tests/live_rules.rs"]
mod tests;
