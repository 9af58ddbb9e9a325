//! The little XML that OpenRaster's list of layers is written in: elements, attributes, and nothing between them.

/// An element's beginning or end. Text, comments, declarations and processing instructions are passed over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// `<name a="b">`, or `<name a="b"/>`, which ends at once.
    Open { name: String, attributes: Vec<(String, String)>, is_closed: bool },
    /// `</name>`.
    Close { name: String },
}

/// The tags of a text, in their order. What is not XML ends it.
pub(crate) struct Tags<'a> {
    rest: &'a str,
}

impl<'a> Tags<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }
}

impl Iterator for Tags<'_> {
    type Item = Tag;

    fn next(&mut self) -> Option<Tag> {
        loop {
            self.rest = &self.rest[self.rest.find('<')?..];
            let skipped = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">")];
            if let Some((_, end)) = skipped.into_iter().find(|(begin, _)| self.rest.starts_with(begin)) {
                self.rest = &self.rest[self.rest.find(end)? + end.len()..];
                continue;
            }
            let end = tag_end(self.rest)?;
            let (tag, rest) = (&self.rest[1..end], &self.rest[end + 1..]);
            self.rest = rest;
            if let Some(name) = tag.strip_prefix('/') {
                return Some(Tag::Close { name: name.trim().into() });
            }
            let is_closed = tag.ends_with('/');
            let tag = tag.trim_end_matches('/').trim();
            let (name, rest) = tag.split_once(|it: char| it.is_ascii_whitespace()).unwrap_or((tag, ""));
            return Some(Tag::Open { name: name.into(), attributes: attributes(rest), is_closed });
        }
    }
}

/// Where the `>` of the tag is that a text begins with; one in quotes does not count.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn attributes(mut text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    while let Some((name, rest)) = text.split_once('=') {
        let rest = rest.trim_start();
        let Some(quote) = rest.chars().next().filter(|it| matches!(it, '"' | '\'')) else { break };
        let Some((value, after)) = rest[1..].split_once(quote) else { break };
        attributes.push((name.trim().into(), unescaped(value)));
        text = after;
    }
    attributes
}

/// A value with its entities replaced; what is no entity stays.
fn unescaped(mut value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    while let Some((before, after)) = value.split_once('&') {
        text.push_str(before);
        let entity = after.split_once(';').and_then(|(entity, rest)| Some((character(entity)?, rest)));
        match entity {
            Some((character, rest)) => {
                text.push(character);
                value = rest;
            }
            None => {
                text.push('&');
                value = after;
            }
        }
    }
    text.push_str(value);
    text
}

fn character(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let digits = entity.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

/// Writes ` name="value"`. Control characters, which XML cannot hold, become spaces.
pub(crate) fn put_attribute(text: &mut String, name: &str, value: &str) {
    text.push(' ');
    text.push_str(name);
    text.push_str("=\"");
    for character in value.chars() {
        match character {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            it if it.is_control() || matches!(it, '\u{fffe}' | '\u{ffff}') => text.push(' '),
            it => text.push(it),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(name: &str, attributes: &[(&str, &str)], is_closed: bool) -> Tag {
        let attributes = attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        Tag::Open { name: name.into(), attributes, is_closed }
    }

    #[test]
    fn tags_and_attributes_are_read_as_programs_write_them() {
        let text = "<?xml version='1.0'?><!DOCTYPE a [ ]>\n<!-- <no> --><image w=\"3\"\n h = '4'>text<layer name='a &gt; \
                    b/' alt=\"&amp;&#233;&#x2f;&no;&\"/></image>";
        let tags: Vec<_> = Tags::new(text).collect();
        let layer = open("layer", &[("name", "a > b/"), ("alt", "&é/&no;&")], true);
        assert_eq!(tags, [open("image", &[("w", "3"), ("h", "4")], false), layer, Tag::Close { name: "image".into() }]);
    }

    #[test]
    fn what_is_written_is_read() {
        let mut text = String::from("<layer");
        put_attribute(&mut text, "name", "<\"água\" & 'fogo'>\u{1}");
        text.push_str("/>");
        assert_eq!(Tags::new(&text).next(), Some(open("layer", &[("name", "<\"água\" & 'fogo'> ")], true)));
    }

    #[test]
    fn what_is_no_xml_ends() {
        for text in ["<", "<a", "<!--", "<a b='", "a < b", "<>", "</", "<a b=c>", "<a é=\"é"] {
            assert!(Tags::new(text).count() <= 1, "{text}");
        }
    }
}
