//! The table of token vectors, which stays in the processor's memory.

use half::f16;

use crate::error::DiffusionError;
use crate::layers::Loader;

/// One vector for every token of the vocabulary.
///
/// A prompt needs 77 of 49408 rows, and the whole table in full precision (152 MB for CLIP-L) is more than one buffer
/// of WebGPU holds by default (128 MiB). So the rows are gathered here, and only they go to the device.
#[derive(Debug, Clone)]
pub(super) struct TokenTable {
    rows: Rows,
    width: usize,
}

/// Half precision where that loses nothing, which is so for every file published in half precision.
#[derive(Debug, Clone)]
enum Rows {
    Half(Vec<f16>),
    Full(Vec<f32>),
}

impl TokenTable {
    /// Reads `weight` (`[count, width]`) at the loader's place.
    ///
    /// # Errors
    /// Where the tensor is missing or has another shape.
    pub(super) fn load(loader: &Loader<'_>, count: usize, width: usize) -> Result<Self, DiffusionError> {
        let values = loader.values("weight", &[&[count, width]])?;
        Ok(Self { rows: Rows::new(values), width })
    }

    /// The number of tokens.
    pub(super) fn count(&self) -> usize {
        let n_values = match &self.rows {
            Rows::Half(values) => values.len(),
            Rows::Full(values) => values.len(),
        };
        n_values / self.width
    }

    /// Appends a token's vector to `to`; false where there is no such token.
    pub(super) fn append(&self, id: u32, to: &mut Vec<f32>) -> bool {
        // Checked against the count first, so that no product below can overflow.
        if id as usize >= self.count() {
            return false;
        }
        let range = id as usize * self.width..(id as usize + 1) * self.width;
        match &self.rows {
            Rows::Half(values) => {
                values.get(range).map(|row| to.extend(row.iter().map(|value| value.to_f32()))).is_some()
            }
            Rows::Full(values) => values.get(range).map(|row| to.extend_from_slice(row)).is_some(),
        }
    }
}

impl Rows {
    fn new(values: Vec<f32>) -> Self {
        let is_exact = |value: &f32| f16::from_f32(*value).to_f32().to_bits() == value.to_bits();
        if values.iter().all(is_exact) {
            Self::Half(values.iter().map(|value| f16::from_f32(*value)).collect())
        } else {
            Self::Full(values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_halved_only_where_nothing_is_lost() {
        assert!(matches!(Rows::new(vec![0.5, -2.0, 0.099_975_586]), Rows::Half(_)));
        assert!(matches!(Rows::new(vec![0.5, 0.1]), Rows::Full(_)));
        assert!(matches!(Rows::new(vec![1e9]), Rows::Full(_)));
    }

    #[test]
    fn rows_come_back_as_they_were_and_only_where_they_are() {
        for values in [vec![0.5, 1.0, 1.5, 2.0], vec![0.1, 0.2, 0.3, 0.4]] {
            let table = TokenTable { rows: Rows::new(values.clone()), width: 2 };
            let mut rows = Vec::new();
            assert!(table.append(1, &mut rows) && table.append(0, &mut rows));
            assert_eq!(rows, [values[2], values[3], values[0], values[1]]);
            assert!(!table.append(2, &mut rows) && !table.append(u32::MAX, &mut rows));
            assert_eq!(table.count(), 2);
        }
    }
}
