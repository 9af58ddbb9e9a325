//! Long prompts in chunks that the text encoder can read one by one.

use std::sync::Arc;

use crate::clip::{TokenVector, Tokens};

/// How far before a full chunk's end a comma may be for the text after it to move to the next chunk, in tokens.
const COMMA_REACH: usize = 20;
/// The id that stands where a learnt vector does; any id that is neither the greatest nor the end token's would do.
const PLACE_HOLDER: u32 = 0;

/// Ids that frame and fill a chunk, and what a chunk can hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChunkFrame {
    pub(super) start_id: u32,
    pub(super) end_id: u32,
    pub(super) pad_id: u32,
    /// The id of a comma that ends a word, where the vocabulary has one.
    pub(super) comma_id: Option<u32>,
    /// Tokens per chunk without start and end: 75 for CLIP.
    pub(super) capacity: usize,
}

/// A chunk with its frame, ready for the encoder.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chunk {
    pub(super) tokens: Tokens,
    /// A weight for every token, 1 for the frame and the padding.
    pub(super) weights: Vec<f32>,
    /// The number of tokens without frame and padding.
    pub(super) words: usize,
}

/// What goes into chunks, in its order.
#[derive(Debug, Clone)]
pub(super) enum Item {
    /// A token of the vocabulary.
    Token(u32, f32),
    /// The vectors of a learnt word, which are never torn apart.
    Learnt(Arc<[Arc<[f32]>]>, f32),
    /// The chunk ends here.
    Break,
}

/// One token of a chunk in the making.
#[derive(Debug, Clone)]
struct Place {
    id: u32,
    weight: f32,
    vector: Option<Arc<[f32]>>,
}

/// Fills chunks as AUTOMATIC1111's web interface does.
///
/// Where a chunk is full and one of its last 20 tokens is a comma, what follows the last comma moves to the next chunk. A
/// learnt word that does not fit begins a new chunk. There is always at least one chunk.
pub(super) fn fill(items: &[Item], frame: &ChunkFrame) -> Vec<Chunk> {
    let mut filler = Filler { frame, chunks: Vec::new(), places: Vec::new(), last_comma: None };
    for item in items {
        match item {
            Item::Token(id, weight) => {
                filler.make_room(*id);
                filler.places.push(Place { id: *id, weight: *weight, vector: None });
            }
            Item::Learnt(vectors, weight) => {
                filler.make_room(PLACE_HOLDER);
                if filler.places.len() + vectors.len() > frame.capacity {
                    filler.close();
                }
                let place =
                    |vector: &Arc<[f32]>| Place { id: PLACE_HOLDER, weight: *weight, vector: Some(Arc::clone(vector)) };
                filler.places.extend(vectors.iter().map(place));
            }
            Item::Break => filler.close(),
        }
    }
    if !filler.places.is_empty() || filler.chunks.is_empty() {
        filler.close();
    }
    filler.chunks
}

/// Appends chunks of the empty prompt until there are `count`.
pub(super) fn extend_to(chunks: &mut Vec<Chunk>, count: usize, frame: &ChunkFrame) {
    while chunks.len() < count {
        chunks.push(framed(Vec::new(), frame));
    }
}

struct Filler<'a> {
    frame: &'a ChunkFrame,
    chunks: Vec<Chunk>,
    places: Vec<Place>,
    /// Where the last comma stands in the chunk in the making.
    last_comma: Option<usize>,
}

impl Filler<'_> {
    /// Closes the chunk where it is full, before a token of this id is added.
    fn make_room(&mut self, id: u32) {
        let length = self.places.len();
        let is_full = length >= self.frame.capacity;
        if self.frame.comma_id == Some(id) {
            // A comma that opens the next chunk is remembered by its place in this one; so it is in the reference.
            self.last_comma = Some(length);
        } else if let Some(comma) = self.last_comma
            && is_full
            && length.saturating_sub(comma) <= COMMA_REACH
            && comma < length
        {
            let moved = self.places.split_off(comma + 1);
            self.close();
            self.places = moved;
        }
        if self.places.len() >= self.frame.capacity {
            self.close();
        }
    }

    fn close(&mut self) {
        self.chunks.push(framed(std::mem::take(&mut self.places), self.frame));
        self.last_comma = None;
    }
}

/// Start token, the tokens, end token, padding.
fn framed(places: Vec<Place>, frame: &ChunkFrame) -> Chunk {
    let (words, length) = (places.len(), frame.capacity + 2);
    let mut tokens = Tokens::new(vec![frame.start_id]);
    let mut weights = vec![1.0];
    for (idx, place) in places.into_iter().enumerate() {
        tokens.ids.push(place.id);
        weights.push(place.weight);
        tokens.vectors.extend(place.vector.map(|values| TokenVector { position: idx + 1, values }));
    }
    tokens.ids.push(frame.end_id);
    tokens.ids.resize(length, frame.pad_id);
    weights.resize(length, 1.0);
    Chunk { tokens, weights, words }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: ChunkFrame = ChunkFrame { start_id: 90, end_id: 91, pad_id: 92, comma_id: Some(7), capacity: 25 };

    fn words(count: usize) -> Vec<Item> {
        vec![Item::Token(1, 1.0); count]
    }

    /// The ids of every chunk without frame and padding.
    fn filled(items: &[Item]) -> Vec<Vec<u32>> {
        let chunks = fill(items, &FRAME);
        chunks
            .iter()
            .map(|chunk| {
                assert_eq!((chunk.tokens.ids.len(), chunk.weights.len()), (27, 27));
                assert_eq!(chunk.tokens.ids[0], 90);
                let end = chunk.tokens.ids.iter().position(|id| *id == 91).unwrap();
                assert!(chunk.tokens.ids[end + 1..].iter().all(|id| *id == 92));
                chunk.tokens.ids[1..end].to_vec()
            })
            .collect()
    }

    fn lengths(items: &[Item]) -> Vec<usize> {
        filled(items).iter().map(Vec::len).collect()
    }

    #[test]
    fn chunks_are_filled_one_after_the_other() {
        assert_eq!(lengths(&[]), [0]);
        assert_eq!(lengths(&words(25)), [25]);
        assert_eq!(lengths(&words(26)), [25, 1]);
        assert_eq!(lengths(&words(80)), [25, 25, 25, 5]);
    }

    #[test]
    fn text_after_a_near_comma_moves_to_the_next_chunk() {
        let with_comma =
            |before: usize, after: usize| [words(before), vec![Item::Token(7, 1.0)], words(after)].concat();
        assert_eq!(lengths(&with_comma(20, 10)), [21, 10]);
        assert_eq!(lengths(&with_comma(5, 30)), [6, 25, 5]);
        // 25 - 4 = 21 tokens back is too far.
        assert_eq!(lengths(&with_comma(4, 30)), [25, 10]);
        // A comma that is the last token of a full chunk moves nothing.
        assert_eq!(lengths(&with_comma(24, 3)), [25, 3]);
        // A comma that comes when the chunk is full opens the next one.
        assert_eq!(lengths(&with_comma(25, 3)), [25, 4]);
        assert_eq!(lengths(&with_comma(20, 4)), [25]);
    }

    #[test]
    fn a_break_closes_its_chunk_also_an_empty_one() {
        assert_eq!(lengths(&[words(3), vec![Item::Break], words(2)].concat()), [3, 2]);
        assert_eq!(lengths(&[vec![Item::Break], words(2)].concat()), [0, 2]);
        assert_eq!(lengths(&[words(2), vec![Item::Break]].concat()), [2]);
    }

    #[test]
    fn learnt_words_stay_whole() {
        let vectors: Arc<[Arc<[f32]>]> = vec![Arc::from([0.5_f32]), Arc::from([0.25_f32])].into();
        let chunks = fill(&[words(24), vec![Item::Learnt(vectors, 1.5)]].concat(), &FRAME);
        assert_eq!(chunks.len(), 2);
        let positions: Vec<usize> = chunks[1].tokens.vectors.iter().map(|vector| vector.position).collect();
        assert_eq!(positions, [1, 2]);
        assert_eq!(chunks[1].weights[..4], [1.0, 1.5, 1.5, 1.0]);
    }

    #[test]
    fn empty_chunks_fill_up_to_a_number() {
        let mut chunks = fill(&words(3), &FRAME);
        extend_to(&mut chunks, 3, &FRAME);
        assert_eq!(chunks.len(), 3);
        assert_eq!(chunks[2], fill(&[], &FRAME)[0]);
    }
}
