//! Convolution as a matrix product with the image's shifted copies.
//!
//! The weight is a matrix `[outputs, inputs · kernel²]` as it stands; the image becomes a matrix with a row for each of
//! those columns and a column for each output pixel, a stretch of pixels at a time so that it stays small. No
//! rearrangement of weights or results is needed: the product's rows are the output's planes.

use burn::tensor::{Device, Tensor, TensorData};

use super::{from_values, into_values, with_values};
use crate::layers::ConvShape;

/// The matrix of shifted copies has about this many values (1 MB) at most, but never fewer columns than the next number.
const MAX_PATCH_VALUES: usize = 1 << 18;
/// Narrower products do not fill the registers of the matrix product.
const MIN_PATCH_COLUMNS: usize = 128;

/// Convolves `[batch, inputs, height, width]` with `weight` (`[outputs, inputs · kernel²]`) and adds `bias`.
pub(in crate::layers) fn conv2d(
    input: Tensor<4>,
    weight: &Tensor<2>,
    bias: Option<&[f32]>,
    shape: ConvShape,
) -> Tensor<4> {
    let [batch, inputs, height, width] = input.dims();
    let padding = shape.padding.0 + shape.padding.1;
    let out_side = |side: usize| (side + padding).saturating_sub(shape.kernel) / shape.stride + 1;
    let image = Image { inputs, height, width, out_height: out_side(height), out_width: out_side(width) };
    let values = into_values(input);
    let depth = inputs * shape.kernel * shape.kernel;
    let plane = image.out_height * image.out_width;
    let mut output = vec![0.0_f32; batch * shape.outputs * plane];

    let max_columns = (MAX_PATCH_VALUES / depth).max(MIN_PATCH_COLUMNS);
    let rows_at_once = (max_columns / image.out_width).max(1);
    let rows: Vec<(usize, usize)> =
        (0..batch).flat_map(|image_idx| (0..image.out_height).map(move |row_idx| (image_idx, row_idx))).collect();
    for rows in rows.chunks(rows_at_once) {
        // Rows of one image are handled together; a stretch may reach over several images.
        let segments = segments(rows, image.out_width);
        let columns = rows.len() * image.out_width;
        let patches = patches(&values, &image, &shape, &segments, depth * columns);
        let patches = Tensor::<2>::from_data(TensorData::new(patches, [depth, columns]), &Device::flex());
        with_values(weight.clone().matmul(patches), |product| {
            for (channel, row) in product.chunks_exact(columns).enumerate() {
                let bias = bias.map_or(0.0, |bias| bias[channel]);
                for segment in &segments {
                    let start =
                        (segment.image_idx * shape.outputs + channel) * plane + segment.rows.0 * image.out_width;
                    let target = &mut output[start..start + segment.len(image.out_width)];
                    for (target, value) in target.iter_mut().zip(&row[segment.column..]) {
                        *target = value + bias;
                    }
                }
            }
        });
    }
    from_values(output, [batch, shape.outputs, image.out_height, image.out_width])
}

/// The sizes of one image, in and out.
struct Image {
    inputs: usize,
    height: usize,
    width: usize,
    out_height: usize,
    out_width: usize,
}

/// Neighbouring output rows of one image and where their pixels stand among the columns.
struct Segment {
    image_idx: usize,
    rows: (usize, usize),
    column: usize,
}

impl Segment {
    fn len(&self, out_width: usize) -> usize {
        (self.rows.1 - self.rows.0) * out_width
    }
}

fn segments(rows: &[(usize, usize)], out_width: usize) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    for (position, (image_idx, row_idx)) in rows.iter().enumerate() {
        match segments.last_mut() {
            Some(segment) if segment.image_idx == *image_idx => segment.rows.1 = row_idx + 1,
            _ => segments.push(Segment {
                image_idx: *image_idx,
                rows: (*row_idx, row_idx + 1),
                column: position * out_width,
            }),
        }
    }
    segments
}

/// The matrix of shifted copies: for every input channel and place in the kernel a row of the pixels that it meets.
///
/// It is written from its first value to its last, so that no value is written twice.
fn patches(values: &[f32], image: &Image, shape: &ConvShape, segments: &[Segment], count: usize) -> Vec<f32> {
    let keeps_width = shape.stride == 1 && image.out_width == image.width;
    let plane_len = image.height * image.width;
    let mut patches = Vec::with_capacity(count);
    for channel in 0..image.inputs {
        for kernel_y in 0..shape.kernel {
            for kernel_x in 0..shape.kernel {
                for segment in segments {
                    let plane = &values[(segment.image_idx * image.inputs + channel) * plane_len..][..plane_len];
                    if keeps_width {
                        push_shifted(&mut patches, plane, image, shape.padding.0, (kernel_y, kernel_x), segment);
                    } else {
                        push_gathered(&mut patches, plane, image, shape, (kernel_y, kernel_x), segment);
                    }
                }
            }
        }
    }
    patches
}

/// As many pixels out as in: the plane moved by a fixed number of pixels, with zeros where the move left it.
fn push_shifted(
    patches: &mut Vec<f32>,
    plane: &[f32],
    image: &Image,
    padding: usize,
    (kernel_y, kernel_x): (usize, usize),
    segment: &Segment,
) {
    let width = image.width;
    let len = segment.len(width);
    // Where in the plane the first pixel comes from; before its beginning near the top left.
    let place = (segment.rows.0 + kernel_y) * width + kernel_x;
    let margin = padding * width + padding;
    let skipped = margin.saturating_sub(place).min(len);
    let start = place.saturating_sub(margin).min(plane.len());
    let count = (len - skipped).min(plane.len() - start);
    let first = patches.len();
    patches.resize(first + skipped, 0.0);
    patches.extend_from_slice(&plane[start..start + count]);
    patches.resize(first + len, 0.0);
    // The move wraps around at the left and right edges; those pixels are padding.
    let wrapped = if kernel_x < padding {
        0..(padding - kernel_x).min(width)
    } else {
        width - (kernel_x - padding).min(width)..width
    };
    if !wrapped.is_empty() {
        for line in patches[first..].chunks_exact_mut(width) {
            line[wrapped.clone()].fill(0.0);
        }
    }
}

/// Any stride and size, pixel by pixel.
fn push_gathered(
    patches: &mut Vec<f32>,
    plane: &[f32],
    image: &Image,
    shape: &ConvShape,
    (kernel_y, kernel_x): (usize, usize),
    segment: &Segment,
) {
    for out_y in segment.rows.0..segment.rows.1 {
        let y = (out_y * shape.stride + kernel_y).checked_sub(shape.padding.0).filter(|y| *y < image.height);
        let source = y.map_or(&[][..], |y| &plane[y * image.width..][..image.width]);
        patches.extend((0..image.out_width).map(|out_x| {
            let x = (out_x * shape.stride + kernel_x).checked_sub(shape.padding.0);
            x.and_then(|x| source.get(x)).copied().unwrap_or(0.0)
        }));
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::ops::ConvOptions;

    use super::super::tests::{largest_difference, numbers};
    use super::*;

    #[test]
    fn every_geometry_is_that_of_the_tensor_operation() {
        for (kernel, stride, padding) in
            [(3, 1, (1, 1)), (3, 2, (1, 1)), (3, 2, (0, 1)), (5, 1, (2, 2)), (1, 1, (0, 0))]
        {
            for (batch, height, width) in [(2, 6, 4), (1, 5, 7), (3, 2, 2), (1, 3, 1), (2, 1, 1)] {
                if height.min(width) + padding.0 + padding.1 < kernel {
                    continue; // There is no place for the kernel.
                }
                let shape = ConvShape { inputs: 3, outputs: 5, kernel, stride, padding };
                let weight = numbers([5, 3, kernel, kernel], 5);
                let bias = numbers([5], 6);
                let input = numbers([batch, 3, height, width], 7);
                let options = ConvOptions::new_with_padding([stride; 2], [padding; 2], [1, 1], 1);
                let expected = burn::tensor::module::conv2d(input.clone(), weight.clone(), Some(bias.clone()), options);
                let weight = weight.reshape([5, 3 * kernel * kernel]);
                let found = conv2d(input, &weight, Some(&into_values(bias)), shape);
                let difference = largest_difference(found, expected);
                assert!(difference < 1e-5, "kernel {kernel}/{stride}, {height} x {width}: {difference}");
            }
        }
    }

    #[test]
    fn an_image_that_takes_several_stretches_has_no_seams() {
        let shape = ConvShape::same(40, 2, 3);
        let weight = numbers([2, 40, 3, 3], 8);
        let input = numbers([3, 40, 45, 60], 9);
        const { assert!(3 * 45 * 60 * 40 * 9 > 2 * MAX_PATCH_VALUES) };
        let options = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        let expected = burn::tensor::module::conv2d(input.clone(), weight.clone(), None, options);
        let found = conv2d(input, &weight.reshape([2, 360]), None, shape);
        assert!(largest_difference(found, expected) < 1e-4);
    }
}
