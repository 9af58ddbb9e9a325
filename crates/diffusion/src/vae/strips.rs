//! Large images in horizontal strips, so that an autoencoder's memory grows with its narrowest image, not its widest.
//!
//! At full resolution one image of 256 channels takes a gigabyte where the picture has a megapixel, and a residual block
//! holds three. Here a stage is a chain of [`Rows`]: whoever needs some rows asks the stage before for them and for the
//! neighbours that its kernel reaches, and says which rows it will never ask for again. Numbers are those of the whole
//! image but for rounding: a group norm's mean and variance are gathered over all strips first (Chan et al., 1979).

use std::cell::RefCell;
use std::rc::Rc;

use burn::tensor::{DType, Tensor};

use crate::layers::{Conv2d, Downsample, GroupNorm, ResnetBlock, Upsample, same_dtype, silu};

/// When and how an autoencoder works in strips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryPlan {
    /// Images of at most this many bytes are computed in one piece.
    pub whole_bytes: usize,
    /// A strip has about this many bytes.
    pub strip_bytes: usize,
    /// Images that are used several times are kept up to this many bytes, and computed anew each time beyond.
    pub kept_bytes: usize,
}

impl Default for MemoryPlan {
    /// Some 600 MB for a picture of 512 × 512 and 900 MB for one of 1024 × 1024 with Stable Diffusion's sizes.
    fn default() -> Self {
        Self { whole_bytes: 64 << 20, strip_bytes: 24 << 20, kept_bytes: 420 << 20 }
    }
}

/// Bytes of an image `[batch, channels, height, width]`.
pub(super) fn bytes_of([batch, channels, height, width]: [usize; 4]) -> usize {
    batch * channels * height * width * size_of::<f32>()
}

impl MemoryPlan {
    /// Rows of an image that make a strip.
    fn strip_rows(&self, [batch, channels, height, width]: [usize; 4]) -> usize {
        (self.strip_bytes / bytes_of([batch, channels, 1, width]).max(1)).clamp(1, height.max(1))
    }
}

/// An image whose rows can be asked for, from the top to the bottom, any number of times.
pub(super) trait Rows {
    /// Batch, channels, height and width.
    fn shape(&self) -> [usize; 4];

    /// The rows from `start` up to but without `end`: `[batch, channels, end − start, width]`.
    fn rows(&self, start: usize, end: usize) -> Tensor<4>;

    /// Says that no row before this one will be asked for again.
    fn release(&self, before: usize);
}

/// An image in memory, strip by strip.
pub(super) struct Stored {
    shape: [usize; 4],
    strip_rows: usize,
    strips: RefCell<Vec<Option<Tensor<4>>>>,
}

impl Stored {
    /// An image that is there already.
    pub(super) fn whole(image: Tensor<4>) -> Self {
        let shape = image.dims();
        Self { shape, strip_rows: shape[2].max(1), strips: RefCell::new(vec![Some(image)]) }
    }

    /// Computes an image; `is_last_use` says that nobody needs its source afterwards.
    pub(super) fn compute(source: &dyn Rows, plan: &MemoryPlan, is_last_use: bool) -> Self {
        let shape = source.shape();
        let strip_rows = plan.strip_rows(shape);
        let mut strips = Vec::new();
        for start in (0..shape[2]).step_by(strip_rows) {
            let end = (start + strip_rows).min(shape[2]);
            strips.push(Some(source.rows(start, end)));
            if is_last_use {
                source.release(end);
            }
        }
        Self { shape, strip_rows, strips: RefCell::new(strips) }
    }

    /// The image in one piece.
    pub(super) fn into_whole(self) -> Tensor<4> {
        let strips: Vec<Tensor<4>> = self.strips.into_inner().into_iter().flatten().collect();
        Tensor::cat(strips, 2)
    }
}

impl Rows for Stored {
    fn shape(&self) -> [usize; 4] {
        self.shape
    }

    fn rows(&self, start: usize, end: usize) -> Tensor<4> {
        let strips = self.strips.borrow();
        let mut parts = Vec::new();
        for (idx, strip) in strips.iter().enumerate() {
            let first = idx * self.strip_rows;
            let (from, to) = (start.max(first), end.min(first + self.strip_rows));
            if let Some(strip) = strip
                && from < to
            {
                let is_all = to - from == strip.dims()[2];
                parts.push(if is_all { strip.clone() } else { strip.clone().narrow(2, from - first, to - from) });
            }
        }
        if parts.len() == 1 { parts.remove(0) } else { Tensor::cat(parts, 2) }
    }

    fn release(&self, before: usize) {
        let done = if before >= self.shape[2] { usize::MAX } else { before / self.strip_rows };
        for strip in self.strips.borrow_mut().iter_mut().take(done) {
            *strip = None;
        }
    }
}

/// Runs a 3 × 3 convolution's rows `start..end`, given the rows around them from `first` on.
///
/// The convolution pads what it is given with zeros, which is right at the image's edges alone: elsewhere the outermost
/// rows that come out are wrong, and are left away.
fn valid_rows(output: Tensor<4>, first: usize, start: usize, end: usize) -> Tensor<4> {
    if output.dims()[2] == end - start { output } else { output.narrow(2, start - first, end - start) }
}

/// The rows that a 3 × 3 kernel reaches from `start..end`.
fn around(start: usize, end: usize, height: usize) -> (usize, usize) {
    (start.saturating_sub(1), (end + 1).min(height))
}

/// A 3 × 3 convolution that keeps the image's size, perhaps after a group norm and its activation.
pub(super) struct Convolved<'a> {
    source: Rc<dyn Rows + 'a>,
    norm: Option<Normal>,
    conv: &'a Conv2d,
    outputs: usize,
}

impl<'a> Convolved<'a> {
    /// The convolution of a source, with so many channels out.
    pub(super) fn new(source: Rc<dyn Rows + 'a>, conv: &'a Conv2d, outputs: usize) -> Self {
        Self { source, norm: None, conv, outputs }
    }

    /// The convolution of a source after a group norm and the sigmoid linear unit.
    pub(super) fn after_norm(
        source: Rc<dyn Rows + 'a>,
        norm: &GroupNorm,
        conv: &'a Conv2d,
        outputs: usize,
        plan: &MemoryPlan,
    ) -> Self {
        let norm = Some(Normal::of(norm, source.as_ref(), plan));
        Self { source, norm, conv, outputs }
    }
}

impl Convolved<'_> {
    /// The shape of the image that it is made of.
    pub(super) fn source_shape(&self) -> [usize; 4] {
        self.source.shape()
    }
}

impl Rows for Convolved<'_> {
    fn shape(&self) -> [usize; 4] {
        let [batch, _, height, width] = self.source.shape();
        [batch, self.outputs, height, width]
    }

    fn rows(&self, start: usize, end: usize) -> Tensor<4> {
        let (first, last) = around(start, end, self.source.shape()[2]);
        let rows = self.source.rows(first, last);
        let rows = match &self.norm {
            Some(norm) => norm.apply_silu(rows),
            None => rows,
        };
        valid_rows(self.conv.forward(rows), first, start, end)
    }

    fn release(&self, before: usize) {
        let height = self.source.shape()[2];
        self.source.release(if before >= height { height } else { before.saturating_sub(1) });
    }
}

/// An image of twice the height and width, then convolved.
pub(super) struct Enlarged<'a> {
    source: Rc<dyn Rows + 'a>,
    upsample: &'a Upsample,
}

impl<'a> Enlarged<'a> {
    /// The doubled image of a source.
    pub(super) fn new(source: Rc<dyn Rows + 'a>, upsample: &'a Upsample) -> Self {
        Self { source, upsample }
    }
}

impl Rows for Enlarged<'_> {
    fn shape(&self) -> [usize; 4] {
        let [batch, channels, height, width] = self.source.shape();
        [batch, channels, 2 * height, 2 * width]
    }

    fn rows(&self, start: usize, end: usize) -> Tensor<4> {
        let [_, _, height, width] = self.source.shape();
        let (first, last) = around(start, end, 2 * height);
        let (first, last) = (first / 2, last.div_ceil(2));
        let rows = self.source.rows(first, last);
        let enlarged = self.upsample.forward(rows, [2 * (last - first), 2 * width]);
        valid_rows(enlarged, 2 * first, start, end)
    }

    fn release(&self, before: usize) {
        let height = self.source.shape()[2];
        self.source.release(if before >= 2 * height { height } else { before.saturating_sub(1) / 2 });
    }
}

/// An image of half the height and width, as encoders halve: zeros at the bottom and right only.
pub(super) struct Halved<'a> {
    source: Rc<dyn Rows + 'a>,
    downsample: &'a Downsample,
}

impl<'a> Halved<'a> {
    /// The halved image of a source.
    pub(super) fn new(source: Rc<dyn Rows + 'a>, downsample: &'a Downsample) -> Self {
        Self { source, downsample }
    }
}

impl Rows for Halved<'_> {
    fn shape(&self) -> [usize; 4] {
        let [batch, channels, height, width] = self.source.shape();
        [batch, channels, height / 2, width / 2]
    }

    fn rows(&self, start: usize, end: usize) -> Tensor<4> {
        let height = self.source.shape()[2];
        // The row below is the convolution's own zeros at the image's edge, and a real row elsewhere.
        let rows = self.source.rows(2 * start, (2 * end + 1).min(height));
        self.downsample.forward(rows)
    }

    fn release(&self, before: usize) {
        let [_, _, height, _] = self.source.shape();
        self.source.release(if before >= height / 2 { height } else { 2 * before });
    }
}

/// What a residual block makes of an image.
pub(super) struct Residual<'a> {
    source: Rc<dyn Rows + 'a>,
    second: Convolved<'a>,
    block: &'a ResnetBlock,
}

impl<'a> Residual<'a> {
    /// The block's result; its inner image is kept where there is room.
    pub(super) fn new(source: Rc<dyn Rows + 'a>, block: &'a ResnetBlock, plan: &MemoryPlan) -> Self {
        let outputs = block.outputs();
        let first = Convolved::after_norm(source.clone(), &block.norm1, &block.conv1, outputs, plan);
        let inner: Rc<dyn Rows + 'a> = if bytes_of(source.shape()) + bytes_of(first.shape()) <= plan.kept_bytes {
            Rc::new(Stored::compute(&first, plan, false))
        } else {
            Rc::new(first)
        };
        let second = Convolved::after_norm(inner, &block.norm2, &block.conv2, outputs, plan);
        Self { source, second, block }
    }
}

impl Rows for Residual<'_> {
    fn shape(&self) -> [usize; 4] {
        self.second.shape()
    }

    fn rows(&self, start: usize, end: usize) -> Tensor<4> {
        let straight = self.source.rows(start, end);
        let straight = match &self.block.shortcut {
            Some(shortcut) => shortcut.forward(straight),
            None => straight,
        };
        let sum = self.second.rows(start, end) + straight;
        if self.block.output_scale == 1.0 { sum } else { sum / self.block.output_scale }
    }

    fn release(&self, before: usize) {
        // What is kept of the inner image goes first; where it is computed anew, this passes through to the source.
        self.second.release(before);
        let height = self.source.shape()[2];
        // Both convolutions still reach two rows up.
        self.source.release(if before >= height { height } else { before.saturating_sub(2) });
    }
}

/// A group norm whose mean and variance are known: `(x − mean) · scale + shift`, each `[batch, channels, 1, 1]`, in 32
/// bits whatever the precision of the image.
struct Normal {
    mean: Tensor<4>,
    scale: Tensor<4>,
    shift: Tensor<4>,
}

impl Normal {
    /// Gathers mean and variance over all strips of an image.
    fn of(norm: &GroupNorm, source: &dyn Rows, plan: &MemoryPlan) -> Self {
        let shape = source.shape();
        let [batch, channels, height, _] = shape;
        let group_channels = channels / norm.groups;
        let strip_rows = plan.strip_rows(shape);
        // Number of values, their mean and the sum of their squared deviations from it, for each group.
        let mut gathered: Option<(f64, Tensor<2>, Tensor<2>)> = None;
        for start in (0..height).step_by(strip_rows) {
            let rows = same_dtype(source.rows(start, (start + strip_rows).min(height)), DType::F32);
            let [_, _, count_rows, width] = rows.dims();
            let count = (group_channels * count_rows * width) as f64;
            let lines = rows.reshape([batch * norm.groups, group_channels * count_rows, width]);
            // Means of means: sums of millions of numbers in one go would lose digits.
            let mean = lines.clone().mean_dim(2).mean_dim(1);
            let centred = lines - mean.clone();
            let deviation = (centred.clone() * centred).mean_dim(2).mean_dim(1);
            let mean = mean.reshape([batch * norm.groups, 1]);
            let deviation = deviation.reshape([batch * norm.groups, 1]) * count;
            gathered = Some(match gathered {
                None => (count, mean, deviation),
                Some((other_count, other_mean, other_deviation)) => {
                    let total = other_count + count;
                    let apart = mean - other_mean.clone();
                    let deviation =
                        other_deviation + deviation + apart.clone() * apart.clone() * (other_count * count / total);
                    (total, other_mean + apart * (count / total), deviation)
                }
            });
        }
        let of_channels = |values: Tensor<2>| {
            let values = values.reshape([batch, norm.groups, 1]).repeat_dim(2, group_channels);
            values.reshape([batch, channels, 1, 1])
        };
        match gathered {
            Some((count, mean, deviation)) => {
                let deviation = (deviation / count + norm.epsilon).sqrt();
                Self {
                    mean: of_channels(mean),
                    scale: norm.scale.clone() / of_channels(deviation),
                    shift: norm.shift.clone(),
                }
            }
            // An image of no rows has nothing to be normalised.
            None => Self { mean: norm.shift.clone() * 0.0, scale: norm.scale.clone(), shift: norm.shift.clone() },
        }
    }

    fn apply_silu(&self, rows: Tensor<4>) -> Tensor<4> {
        let dtype = rows.dtype();
        let rows = same_dtype(rows, DType::F32);
        same_dtype(silu((rows - self.mean.clone()) * self.scale.clone() + self.shift.clone()), dtype)
    }
}
