//! Sizes of pictures.

use std::fmt;
use std::str::FromStr;

/// Width and height in pixels, each at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Size {
    /// The size with these proportions that suits a model best: about as many pixels as it was trained on, sides
    /// multiples of what it needs.
    pub fn best_for(self, native_size: u32, multiple: u32) -> Self {
        let (width, height) = (f64::from(self.width.max(1)), f64::from(self.height.max(1)));
        let multiple = f64::from(multiple.max(1));
        let scale = f64::from(native_size.max(1)) / (width * height).sqrt();
        let side = |length: f64| ((length * scale / multiple).round().max(1.0) * multiple) as u32;
        Self { width: side(width), height: side(height) }
    }

    /// The size with both sides rounded down to what a model needs, as diffusers does.
    pub fn rounded_down(self, multiple: u32) -> Self {
        let side = |length: u32| (length / multiple.max(1)).max(1) * multiple.max(1);
        Self { width: side(self.width), height: side(self.height) }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {}", self.width, self.height)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text.split_once(['x', 'X', '×']);
        match sides.map(|(width, height)| (width.trim().parse(), height.trim().parse())) {
            Some((Ok(width), Ok(height))) if width > 0 && height > 0 => Ok(Self { width, height }),
            _ => Err("width and height in pixels are expected, such as 512x384".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_size_keeps_proportions_and_area() {
        let best = |width, height| Size { width, height }.best_for(128, 8);
        assert_eq!(best(512, 512), Size { width: 128, height: 128 });
        assert_eq!(best(1920, 1080), Size { width: 168, height: 96 });
        assert_eq!(best(1, 100_000), Size { width: 8, height: 40_480 });
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let expected = Size { width: 512, height: 384 };
        assert_eq!("512x384".parse::<Size>().unwrap(), expected);
        assert_eq!("512 × 384".parse::<Size>().unwrap(), expected);
        for wrong in ["512", "0x8", "x", "-8x8", "8x8x8"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn rounding_down_never_ends_at_nothing() {
        assert_eq!(Size { width: 131, height: 5 }.rounded_down(8), Size { width: 128, height: 8 });
    }
}
