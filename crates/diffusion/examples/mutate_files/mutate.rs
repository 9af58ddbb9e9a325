//! Random changes to JSON and text.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Makes changes from a seed.
pub struct Mutator(u64);

impl Mutator {
    /// A mutator whose changes depend on the seed alone.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next random number (xorshift64*).
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A random number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 16) as usize % limit.max(1)
    }

    /// Changes one of the texts a few times, or leaves one out.
    pub fn change(&mut self, texts: &mut BTreeMap<String, String>) {
        let names: Vec<String> = texts.keys().cloned().collect();
        if names.len() > 1 && self.below(4) == 0 {
            texts.remove(&names[self.below(names.len())]);
        }
        let name = &names[self.below(names.len())];
        let Some(text) = texts.get_mut(name) else { return };
        match serde_json::from_str::<Value>(text) {
            Ok(mut value) if self.below(8) != 0 => {
                for _ in 0..=self.below(3) {
                    self.change_value(&mut value);
                }
                *text = value.to_string();
            }
            _ => *text = self.changed_bytes(text),
        }
    }

    /// Walks down to a random place and changes what is there.
    fn change_value(&mut self, value: &mut Value) {
        let goes_on = self.below(6) != 0;
        match value {
            Value::Object(map) if goes_on && !map.is_empty() => {
                let keys: Vec<String> = map.keys().cloned().collect();
                let key = keys[self.below(keys.len())].clone();
                match self.below(12) {
                    0 => drop(map.remove(&key)),
                    1 => {
                        let other = keys[self.below(keys.len())].clone();
                        let moved = map.get(&other).cloned().unwrap_or_default();
                        map.insert(key, moved);
                    }
                    2 => {
                        let new = self.odd_value();
                        map.insert(format!("{key}x"), new);
                    }
                    _ => {
                        if let Some(inner) = map.get_mut(&key) {
                            self.change_value(inner);
                        }
                    }
                }
            }
            Value::Array(list) if goes_on && !list.is_empty() => {
                let idx = self.below(list.len());
                match self.below(6) {
                    0 => drop(list.remove(idx)),
                    1 => list.extend(list.clone()),
                    2 => list.truncate(idx),
                    _ => self.change_value(&mut list[idx]),
                }
            }
            _ => *value = self.odd_value(),
        }
    }

    fn odd_value(&mut self) -> Value {
        let odd = [
            json!(0),
            json!(1),
            json!(2),
            json!(3),
            json!(-1),
            json!(1000),
            json!(65_537),
            json!(1_000_000_007),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(0.5),
            json!(-0.5),
            json!(1e-320),
            json!(1e308),
            json!(1e20),
            json!(true),
            json!(false),
            json!(null),
            json!(""),
            json!("\u{0}"),
            json!("epsilon"),
            json!("DownBlock2D"),
            json!("<|endoftext|>"),
            json!("é</w>"),
            json!([]),
            json!([0]),
            json!([1, 2, 3, 4]),
            json!([[1], [2, 3]]),
            json!(vec![1; 5000]),
            json!({}),
            json!({"content": "a", "id": 4_294_967_296_u64}),
            json!({"a": {"b": {"c": [{}]}}}),
        ];
        let idx = self.below(odd.len() + 1);
        odd.get(idx).cloned().unwrap_or_else(|| {
            (0..self.below(200))
                .fold(json!(1), |inner, depth| if depth % 2 == 0 { json!([inner]) } else { json!({ "a": inner }) })
        })
    }

    /// Cuts, doubles, exchanges or replaces some of the text.
    fn changed_bytes(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..=self.below(4) {
            if letters.is_empty() {
                break;
            }
            let place = self.below(letters.len());
            let end = (place + self.below(40)).min(letters.len());
            match self.below(5) {
                0 => letters.truncate(place),
                1 => drop(letters.drain(place..end)),
                2 => {
                    let copy: Vec<char> = letters[place..end].to_vec();
                    letters.splice(place..place, copy);
                }
                3 => letters[place] = ['"', '{', '[', ' ', '\n', '9', '-', '\u{0}', '\u{10ffff}'][self.below(9)],
                _ => {
                    let other = self.below(letters.len());
                    letters.swap(place, other);
                }
            }
        }
        letters.into_iter().collect()
    }
}
