//! Renders that wait for their turn, and the grid of those that were asked for together.

use std::collections::VecDeque;
use std::rc::Rc;

use underpaint_protocol::GenerateInput;

use crate::{Form, PictureId};

/// Most renders that wait or run at a time.
pub const MAX_QUEUED: usize = 32;
/// Most variations that one press of Render makes.
pub const MAX_VARIATIONS: u32 = 16;
/// Cells of the grid that are kept; the oldest ones that have ended go.
const MAX_CELLS: usize = 64;

/// Counts the cells of a session; a number is never used twice.
pub type CellId = u64;

/// How far a render of the grid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellState {
    /// It waits for its turn.
    Waiting,
    /// It runs.
    Running,
    /// Its picture is in the gallery.
    Done(PictureId),
    /// It failed; the status says why.
    Failed,
    /// It was cancelled.
    Cancelled,
}

impl CellState {
    /// Whether it has not ended yet.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// A place of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its number.
    pub id: CellId,
    /// The seed of its picture.
    pub seed: u64,
    /// How far it is.
    pub state: CellState,
}

/// A render that waits: what is sent when its turn comes. Those that were asked for together share their pixels.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) cell: CellId,
    pub(crate) input: GenerateInput,
    pub(crate) form: Rc<Form>,
    pub(crate) payload: Rc<Vec<u8>>,
}

/// The renders that a person asked for: those that wait, and the grid that shows all of them.
#[derive(Debug, Default)]
pub struct RenderQueue {
    waiting: VecDeque<Waiting>,
    cells: Vec<Cell>,
    last_cell: CellId,
}

impl RenderQueue {
    /// The grid, the oldest first.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Renders that wait.
    #[must_use]
    pub fn n_waiting(&self) -> usize {
        self.waiting.len()
    }

    /// How many more may be asked for.
    pub(crate) fn room(&self) -> usize {
        MAX_QUEUED.saturating_sub(self.cells.iter().filter(|cell| cell.state.is_open()).count())
    }

    /// A new grid: all cells go. Nothing may be waiting or running.
    pub(crate) fn clear_grid(&mut self) {
        self.cells.retain(|cell| cell.state.is_open());
    }

    /// Puts renders at the end of the queue, one for each seed; as many as there is room for. Returns how many.
    pub(crate) fn push(
        &mut self,
        input: &GenerateInput,
        form: &Rc<Form>,
        payload: &Rc<Vec<u8>>,
        seeds: impl Iterator<Item = u64>,
    ) -> usize {
        let n_before = self.waiting.len();
        for seed in seeds.take(self.room()) {
            self.last_cell += 1;
            self.cells.push(Cell { id: self.last_cell, seed, state: CellState::Waiting });
            let input = GenerateInput { seed, ..input.clone() };
            let (form, payload) = (Rc::clone(form), Rc::clone(payload));
            self.waiting.push_back(Waiting { cell: self.last_cell, input, form, payload });
        }
        while self.cells.len() > MAX_CELLS {
            let Some(idx) = self.cells.iter().position(|cell| !cell.state.is_open()) else { break };
            self.cells.remove(idx);
        }
        self.waiting.len() - n_before
    }

    /// Takes the render whose turn it is; its cell runs now.
    pub(crate) fn pop(&mut self) -> Option<Waiting> {
        let next = self.waiting.pop_front()?;
        self.set_state(next.cell, CellState::Running);
        Some(next)
    }

    pub(crate) fn set_state(&mut self, id: CellId, state: CellState) {
        if let Some(cell) = self.cells.iter_mut().find(|cell| cell.id == id) {
            cell.state = state;
        }
    }

    /// Takes a waiting render out. Returns whether it was waiting.
    pub(crate) fn cancel_waiting(&mut self, id: CellId) -> bool {
        let n_before = self.waiting.len();
        self.waiting.retain(|waiting| waiting.cell != id);
        let was_waiting = self.waiting.len() < n_before;
        if was_waiting {
            self.set_state(id, CellState::Cancelled);
        }
        was_waiting
    }

    /// Takes all waiting renders out. Returns how many there were.
    pub(crate) fn cancel_all_waiting(&mut self) -> usize {
        let waiting = std::mem::take(&mut self.waiting);
        for render in &waiting {
            self.set_state(render.cell, CellState::Cancelled);
        }
        waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(queue: &mut RenderQueue, seeds: std::ops::Range<u64>) -> usize {
        queue.push(&GenerateInput::default(), &Rc::default(), &Rc::new(vec![1, 2]), seeds)
    }

    fn states(queue: &RenderQueue) -> Vec<CellState> {
        queue.cells().iter().map(|cell| cell.state).collect()
    }

    #[test]
    fn renders_come_in_their_order_each_with_its_seed_and_the_same_pixels() {
        let mut queue = RenderQueue::default();
        assert_eq!(push(&mut queue, 7..10), 3);
        let (first, second) = (queue.pop().unwrap(), queue.pop().unwrap());
        assert_eq!((first.input.seed, second.input.seed), (7, 8));
        assert!(Rc::ptr_eq(&first.payload, &second.payload));
        assert_eq!(states(&queue), [CellState::Running, CellState::Running, CellState::Waiting]);
    }

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let mut queue = RenderQueue::default();
        assert_eq!(push(&mut queue, 0..30), 30);
        assert_eq!((push(&mut queue, 0..30), push(&mut queue, 0..1)), (2, 0));
        // One that runs takes room as well, until it has ended.
        let first = queue.pop().unwrap();
        assert_eq!(queue.room(), 0);
        queue.set_state(first.cell, CellState::Done(1));
        assert_eq!(queue.room(), 1);
    }

    #[test]
    fn one_or_all_that_wait_can_be_cancelled() {
        let mut queue = RenderQueue::default();
        push(&mut queue, 0..4);
        let running = queue.pop().unwrap();
        assert!(!queue.cancel_waiting(running.cell));
        assert!(queue.cancel_waiting(3));
        assert_eq!(queue.cancel_all_waiting(), 2);
        assert!(queue.pop().is_none());
        let cancelled = CellState::Cancelled;
        assert_eq!(states(&queue), [CellState::Running, cancelled, cancelled, cancelled]);
    }

    #[test]
    fn the_grid_forgets_its_oldest_ends_and_never_what_is_open() {
        let mut queue = RenderQueue::default();
        for _ in 0..10 {
            push(&mut queue, 0..16);
            while let Some(next) = queue.pop() {
                queue.set_state(next.cell, CellState::Failed);
            }
        }
        push(&mut queue, 0..2);
        assert_eq!(queue.cells().len(), MAX_CELLS);
        assert_eq!(queue.cells().iter().filter(|cell| cell.state.is_open()).count(), 2);
        queue.clear_grid();
        assert_eq!(queue.cells().len(), 2);
    }
}
