//! Colours as painters name them: opaque sRGB, 8 bits a channel.

/// An opaque sRGB colour, 8 bits a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rgb8 {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Rgb8 {
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);
    /// White, the colour of the paper.
    pub const WHITE: Self = Self::new(255, 255, 255);

    /// A colour from its channels.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb` or `#rgb`, with or without the `#`, in either case; `None` for anything else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.trim();
        let digits = digits.strip_prefix('#').unwrap_or(digits).as_bytes();
        let digit = |idx: usize| (digits[idx] as char).to_digit(16).map(|value| value as u8);
        let channel = |idx: usize| match digits.len() {
            6 => Some(digit(2 * idx)? * 16 + digit(2 * idx + 1)?),
            3 => Some(digit(idx)? * 17),
            _ => None,
        };
        Some(Self::new(channel(0)?, channel(1)?, channel(2)?))
    }

    /// Writes `#rrggbb` in lower case, as a colour field of a page wants it.
    #[must_use]
    pub fn to_hex(self) -> String {
        let mut text = String::with_capacity(7);
        text.push('#');
        for channel in [self.red, self.green, self.blue] {
            for digit in [channel >> 4, channel & 15] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_reads_both_forms_and_refuses_the_rest() {
        assert_eq!(Rgb8::from_hex("#1a2B3c"), Some(Rgb8::new(0x1a, 0x2b, 0x3c)));
        assert_eq!(Rgb8::from_hex("f80"), Some(Rgb8::new(0xff, 0x88, 0x00)));
        for wrong in ["", "#", "#12345", "#12345g", "#1234567", "äöü", "ä12"] {
            assert_eq!(Rgb8::from_hex(wrong), None, "{wrong}");
        }
        assert_eq!(Rgb8::new(0x1a, 0x2b, 0x3c).to_hex(), "#1a2b3c");
    }
}
