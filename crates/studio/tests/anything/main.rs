//! Whatever a person does, in whatever order: thousands of random actions with all tools, layers, selections, transforms,
//! the canvas's size, pictures, painted strength, undo, redo, saving and loading, and what must hold after each.
//!
//! `UNDERPAINT_ACTIONS=100000 UNDERPAINT_SEED=7 cargo test -p underpaint-studio --test anything` looks further.

#![expect(clippy::unwrap_used, reason = "a sitting in which that fails has failed")]

mod page;
mod random;

use page::Page;
use random::Random;

/// Actions of a sitting in the test suite; four sittings of other seeds run beside each other.
const N_ACTIONS: usize = 2500;

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// One sitting.
fn sit(seed: u64) {
    let n_actions = number("UNDERPAINT_ACTIONS", N_ACTIONS as u64) as usize;
    let mut random = Random::new(seed);
    let mut page = Page::new();
    let (mut n_steps, mut n_whole, mut n_blank) = (0, 0, 0);
    for action in 0..n_actions {
        match random.below(1000) {
            0 => {
                let (steps, is_whole) = page.walk();
                n_steps += steps;
                n_whole += usize::from(is_whole);
                n_blank += usize::from(is_whole && page.is_start_blank());
                match random.below(2) {
                    0 => page.reopen(),
                    _ => page.begin_anew(),
                }
            }
            1..=8 => page.save_and_load(),
            9..=30 => page.finish_job([random.below(256) as u8, random.below(256) as u8, 90, 255]),
            _ => {
                for event in random.action(&page.session) {
                    page.handle(event);
                }
            }
        }
        page.check();
        if std::env::var_os("UNDERPAINT_TELL").is_some() && action % 1000 == 0 {
            eprintln!("seed {seed}: {action} actions, {:?}", page.session.document());
        }
    }
    let (steps, is_whole) = page.walk();
    n_steps += steps;
    n_whole += usize::from(is_whole);
    n_blank += usize::from(is_whole && page.is_start_blank());
    page.save_and_load();
    assert!(n_steps > n_actions / 20, "seed {seed}: only {n_steps} steps of {n_actions} actions");
    assert!(n_whole > 0 && n_blank > 0, "seed {seed}: no way back to an empty canvas");
}

macro_rules! sittings {
    ($($name:ident = $seed:literal),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                sit(number("UNDERPAINT_SEED", 0) * 100 + $seed);
            }
        )*
    };
}

sittings! {
    whatever_is_done_the_document_holds_together_and_undo_returns_every_bit = 1,
    the_same_for_a_second_sitting = 2,
    the_same_for_a_third_sitting = 3,
    the_same_for_a_fourth_sitting = 4,
}
