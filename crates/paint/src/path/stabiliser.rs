//! What steadies the hand: a string that the pointer pulls the brush by, or the mean of its last places.

use std::collections::VecDeque;

use crate::{BrushSettings, CanvasPoint, Stabiliser, StrokeSample};

/// How long the moving average looks back at its strongest, in seconds.
const LONGEST_AVERAGE_SECS: f64 = 0.5;
/// The most readings that it keeps.
const MAX_READINGS: usize = 512;
/// In how many steps it catches up with the pointer in the end.
const N_CATCH_UP_STEPS: u32 = 12;
/// The usual rate of a pointer, for clocks that say nothing, in seconds.
const USUAL_STEP_SECS: f64 = 1.0 / 120.0;

/// Steadies the places of a stroke's samples.
#[derive(Clone)]
pub(crate) struct Steadied {
    kind: Stabiliser,
    string_px: f32,
    window_secs: f64,
    /// Where the brush is.
    place: CanvasPoint,
    /// The pointer's last places with their times on a clock of our own that never stands still.
    readings: VecDeque<(CanvasPoint, f64)>,
    now_secs: f64,
    last: StrokeSample,
}

impl Steadied {
    pub(crate) fn new(brush: &BrushSettings, first: StrokeSample) -> Self {
        let kind = brush.stabiliser;
        let mut readings = VecDeque::new();
        if kind == Stabiliser::MovingAverage {
            readings.push_back((first.canvas_point, 0.0));
        }
        Self {
            kind,
            string_px: brush.string_px,
            window_secs: f64::from(brush.average) * LONGEST_AVERAGE_SECS,
            place: first.canvas_point,
            readings,
            now_secs: 0.0,
            last: first,
        }
    }

    /// Where the brush goes for a sample; `None` while the string is slack.
    pub(crate) fn steadied(&mut self, sample: StrokeSample) -> Option<StrokeSample> {
        let step_secs = sample.time_secs - self.last.time_secs;
        let step_secs = if step_secs > 0.0 && step_secs.is_finite() { step_secs } else { USUAL_STEP_SECS };
        self.last = sample;
        match self.kind {
            Stabiliser::None => return Some(sample),
            Stabiliser::PulledString => {
                let distance_px = self.place.distance_to(sample.canvas_point);
                if distance_px <= self.string_px {
                    return None;
                }
                self.place = sample.canvas_point.lerp(self.place, self.string_px / distance_px);
            }
            Stabiliser::MovingAverage => self.average(sample.canvas_point, step_secs),
        }
        Some(StrokeSample { canvas_point: self.place, ..sample })
    }

    /// What is left to do in the end, step by step: the average catches up with the pointer; a string is let go.
    pub(crate) fn catch_up(&mut self) -> Option<StrokeSample> {
        let is_behind = self.kind == Stabiliser::MovingAverage && self.place != self.last.canvas_point;
        if !is_behind {
            return None;
        }
        let step_secs = (self.window_secs / f64::from(N_CATCH_UP_STEPS)).max(1e-4);
        let end = self.last.canvas_point;
        self.average(end, step_secs);
        if self.place.distance_to(end) < 0.01 {
            self.place = end;
        }
        self.last.time_secs += step_secs;
        Some(StrokeSample { canvas_point: self.place, ..self.last })
    }

    /// The mean of the pointer's way over the window. Between two readings it is taken to move evenly, so that the mean
    /// does not depend on how often it is read.
    fn average(&mut self, point: CanvasPoint, step_secs: f64) {
        self.now_secs += step_secs;
        self.readings.push_back((point, self.now_secs));
        let start_secs = self.now_secs - self.window_secs;
        // The last reading before the window stays: the way from it reaches into the window.
        while self.readings.len() > MAX_READINGS || self.readings.get(1).is_some_and(|second| second.1 <= start_secs) {
            self.readings.pop_front();
        }
        let mut sum = (0.0f64, 0.0f64);
        let mut covered_secs = 0.0;
        for (from, to) in self.readings.iter().zip(self.readings.iter().skip(1)) {
            let span_secs = to.1 - from.1;
            let cut_secs = (start_secs - from.1).clamp(0.0, span_secs);
            let cut = from.0.lerp(to.0, (cut_secs / span_secs) as f32);
            let weight = span_secs - cut_secs;
            sum.0 += f64::from(cut.x + to.0.x) / 2.0 * weight;
            sum.1 += f64::from(cut.y + to.0.y) / 2.0 * weight;
            covered_secs += weight;
        }
        // Before the first reading the pointer rested there.
        let rest_secs = (self.window_secs - covered_secs).max(0.0);
        if let Some((first, _)) = self.readings.front() {
            sum.0 += f64::from(first.x) * rest_secs;
            sum.1 += f64::from(first.y) * rest_secs;
        }
        let whole_secs = covered_secs + rest_secs;
        self.place = if whole_secs > 1e-6 {
            CanvasPoint::new((sum.0 / whole_secs) as f32, (sum.1 / whole_secs) as f32)
        } else {
            point
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(x: f32, y: f32, time_secs: f64) -> StrokeSample {
        StrokeSample::new(CanvasPoint::new(x, y), 1.0, time_secs)
    }

    fn steadied(stabiliser: Stabiliser) -> Steadied {
        let brush = BrushSettings { stabiliser, string_px: 20.0, average: 0.4, ..BrushSettings::default() };
        Steadied::new(&brush, sample(0.0, 0.0, 0.0))
    }

    #[test]
    fn a_slack_string_moves_nothing_and_a_taut_one_keeps_its_length() {
        let mut string = steadied(Stabiliser::PulledString);
        assert_eq!(string.steadied(sample(19.0, 0.0, 0.1)), None);
        assert_eq!(string.steadied(sample(50.0, 0.0, 0.2)).unwrap().canvas_point, CanvasPoint::new(30.0, 0.0));
        assert_eq!(string.steadied(sample(35.0, 12.0, 0.3)), None);
        assert_eq!(string.catch_up(), None);
    }

    #[test]
    fn an_average_takes_out_a_tremor_and_arrives() {
        let mut average = steadied(Stabiliser::MovingAverage);
        let mut places = Vec::new();
        for idx in 1..200 {
            let tremor = if idx % 2 == 0 { 3.0 } else { -3.0 };
            places.push(average.steadied(sample(idx as f32, tremor, f64::from(idx) * 0.005)).unwrap().canvas_point);
        }
        assert!(places[60..].iter().all(|place| place.y.abs() < 0.2));
        let mut n_steps = 0;
        while let Some(sample) = average.catch_up() {
            places.push(sample.canvas_point);
            n_steps += 1;
            assert!(n_steps < 100, "it never arrives");
        }
        assert_eq!(*places.last().unwrap(), CanvasPoint::new(199.0, -3.0));
        let longest = places.windows(2).map(|pair| pair[0].distance_to(pair[1])).fold(0.0, f32::max);
        assert!(longest < 10.0, "the end is walked, not jumped to: {longest}");
    }

    #[test]
    fn an_average_does_not_care_how_often_the_pointer_is_read() {
        let place_at = |n_readings: u32| {
            let mut average = steadied(Stabiliser::MovingAverage);
            let last = (1..=n_readings).map(|idx| {
                let share = idx as f32 / n_readings as f32;
                average.steadied(sample(400.0 * share, 100.0 * share, f64::from(share)))
            });
            last.last().flatten().unwrap().canvas_point
        };
        assert!(place_at(20).distance_to(place_at(200)) < 0.1, "{:?} {:?}", place_at(20), place_at(200));
    }

    #[test]
    fn a_clock_that_says_nothing_does_no_harm() {
        for kind in Stabiliser::ALL {
            let mut steadied = steadied(*kind);
            for time_secs in [f64::NAN, 0.0, -5.0, f64::INFINITY, 1.0] {
                if let Some(sample) = steadied.steadied(sample(30.0, 40.0, time_secs)) {
                    assert!(sample.canvas_point.is_finite());
                }
            }
            let mut n_steps = 0;
            while steadied.catch_up().is_some() {
                n_steps += 1;
                assert!(n_steps < 100);
            }
        }
    }
}
