//! Live mode's rules against a clock, with an engine that takes as long as it is told to.

use super::*;

/// A person who changes things, an engine that works, and a clock in steps of 10 ms.
struct Easel {
    live: Live,
    input: GenerateInput,
    picture_secs: f64,
    now_secs: f64,
    is_stroking: bool,
    running: Option<(f64, GenerateInput)>,
    /// When jobs began, and of what.
    begun: Vec<(f64, GenerateInput)>,
    /// When pictures came, and of what.
    pictures: Vec<(f64, GenerateInput)>,
    n_stopped: u32,
}

impl Easel {
    /// Live mode is on, and the engine is known to take so long.
    fn new(picture_secs: f64) -> Self {
        let mut live = Live::default();
        live.set(LiveState::On, 0.0);
        let input = GenerateInput::default();
        live.settle(&input);
        for _ in 0..3 {
            live.note_picture(&input, picture_secs, 0.0);
        }
        Self {
            live,
            input,
            picture_secs,
            now_secs: 10.0,
            is_stroking: false,
            running: None,
            begun: Vec::new(),
            pictures: Vec::new(),
            n_stopped: 0,
        }
    }

    fn change(&mut self) {
        self.input.revision += 1;
        self.look();
    }

    fn look(&mut self) {
        let moment =
            Moment { now_secs: self.now_secs, is_stroking: self.is_stroking, is_running: self.running.is_some() };
        match self.live.look(&self.input, moment) {
            LiveWish::Nothing => {}
            LiveWish::WakeAt { secs } => assert!(secs > self.now_secs, "woken for nothing"),
            LiveWish::Stop => {
                self.running = None;
                self.live.note_stopped();
                self.n_stopped += 1;
            }
            LiveWish::Render => {
                assert_ne!(self.begun.last().map(|begun| &begun.1), Some(&self.input), "the same input again");
                let is_replacing = self.running.is_some();
                self.live.note_asked(&self.input, is_replacing, self.now_secs);
                self.running = Some((self.now_secs + self.picture_secs, self.input.clone()));
                self.begun.push((self.now_secs, self.input.clone()));
            }
        }
    }

    /// Lets time pass; `tick` may change something every 10 ms.
    fn pass(&mut self, secs: f64, mut tick: impl FnMut(&mut Self)) {
        let end_secs = self.now_secs + secs - 1e-9;
        while self.now_secs < end_secs {
            self.now_secs += 0.01;
            if let Some((_, input)) = self.running.take_if(|running| running.0 <= self.now_secs) {
                self.live.note_picture(&input, self.picture_secs, self.now_secs);
                self.pictures.push((self.now_secs, input));
            }
            tick(self);
            self.look();
        }
    }

    fn is_current(&self) -> bool {
        self.pictures.last().is_some_and(|picture| picture.1 == self.input)
    }
}

#[test]
fn nothing_is_made_of_what_is_shown_already() {
    let mut easel = Easel::new(0.5);
    easel.pass(10.0, |_| {});
    assert!(easel.begun.is_empty());
    easel.change();
    easel.pass(10.0, |_| {});
    assert_eq!((easel.begun.len(), easel.is_current()), (1, true));
}

#[test]
fn a_fast_picture_waits_for_nothing() {
    let mut easel = Easel::new(1.5);
    let changed_secs = easel.now_secs;
    easel.change();
    assert_eq!(easel.begun[0].0, changed_secs);
}

#[test]
fn a_slow_picture_waits_for_a_quarter_of_a_second_of_quiet() {
    let mut easel = Easel::new(1.6);
    for _ in 0..10 {
        easel.change();
        easel.pass(0.2, |_| {});
    }
    assert!(easel.begun.is_empty());
    let last_secs = easel.now_secs - 0.2;
    easel.pass(1.0, |_| {});
    assert!((easel.begun[0].0 - last_secs - QUIET_SECS).abs() < 0.02, "{:?}", easel.begun[0].0);
}

#[test]
fn and_for_three_seconds_of_restlessness_at_most() {
    let mut easel = Easel::new(4.0);
    let first_secs = easel.now_secs;
    easel.pass(3.5, Easel::change);
    assert!((easel.begun[0].0 - first_secs - LONGEST_WAIT_SECS).abs() < 0.05, "{:?}", easel.begun[0].0);
}

#[test]
fn the_latest_state_takes_the_place_of_a_job_for_an_older_one() {
    let mut easel = Easel::new(1.0);
    easel.change();
    easel.pass(0.3, |_| {});
    easel.change();
    assert_eq!(easel.begun.len(), 2);
    easel.pass(1.1, |_| {});
    assert_eq!((easel.pictures.len(), easel.is_current()), (1, true));
}

#[test]
fn while_a_stroke_is_under_way_jobs_run_to_their_end_and_its_end_takes_their_place() {
    let mut easel = Easel::new(0.5);
    easel.is_stroking = true;
    easel.pass(4.2, Easel::change);
    assert!((7..=8).contains(&easel.pictures.len()), "{}", easel.pictures.len());
    assert!(easel.begun.len() <= easel.pictures.len() + 1);
    let n_begun = easel.begun.len();
    easel.is_stroking = false;
    easel.change();
    assert_eq!(easel.begun.len(), n_begun + 1);
}

#[test]
fn going_back_to_what_is_shown_stops_the_job() {
    let mut easel = Easel::new(1.0);
    easel.change();
    easel.pass(0.2, |_| {});
    easel.input.revision -= 1;
    easel.look();
    assert_eq!((easel.n_stopped, easel.running.is_none()), (1, true));
    easel.pass(5.0, |_| {});
    assert_eq!(easel.begun.len(), 1);
    // And forward again makes it after all.
    easel.input.revision += 2;
    easel.pass(2.0, |_| {});
    assert!(easel.is_current());
}

#[test]
fn a_restless_hand_gets_pictures_all_the_same() {
    for picture_secs in [0.05, 0.3, 1.0, 1.49, 1.51, 2.5, 6.0] {
        for every in [1, 3, 20, 27, 60] {
            for is_stroking in [false, true] {
                let mut easel = Easel::new(picture_secs);
                easel.is_stroking = is_stroking;
                let mut n_ticks = 0;
                easel.pass(60.0, |easel| {
                    n_ticks += 1;
                    if n_ticks % every == 0 {
                        easel.change();
                    }
                });
                let mut last_secs = 10.0;
                let longest_secs = 3.0 * picture_secs.max(0.5) + LONGEST_WAIT_SECS + QUIET_SECS + 0.1;
                for (secs, _) in easel.pictures.iter().chain([&(70.0, GenerateInput::default())]) {
                    assert!(
                        secs - last_secs < longest_secs,
                        "{picture_secs} s a picture, a change every {every} ticks, stroking: {is_stroking}: none from \
                         {last_secs:.2} to {secs:.2}"
                    );
                    last_secs = *secs;
                }
                // And the last state, soon after the hand has come to rest.
                easel.is_stroking = false;
                easel.pass(2.0 * picture_secs + QUIET_SECS + 0.1, |_| {});
                assert!(easel.is_current(), "{picture_secs} {every} {is_stroking}");
            }
        }
    }
}

#[test]
fn paused_it_does_nothing_and_resumed_it_catches_up() {
    let mut easel = Easel::new(0.5);
    easel.live.set(LiveState::Paused, easel.now_secs);
    easel.change();
    easel.pass(2.0, |_| {});
    assert!(easel.begun.is_empty());
    easel.live.set(LiveState::On, easel.now_secs);
    easel.pass(2.0, |_| {});
    assert!(easel.is_current());
}

#[test]
fn what_failed_is_not_tried_again_and_three_failures_are_enough() {
    let mut easel = Easel::new(0.5);
    for n_failures in 1..=3 {
        easel.change();
        easel.running = None;
        assert_eq!(easel.live.note_failure(), n_failures == 3);
        easel.pass(1.0, |_| {});
        assert_eq!(easel.begun.len(), n_failures);
    }
    easel.change();
    easel.pass(1.0, |_| {});
    assert_eq!((easel.live.state, easel.begun.len()), (LiveState::Paused, 3));
}
