//! Writing a WebM file: encoded video frames in the container that every browser plays.
//!
//! WebM is a part of Matroska (RFC 9559), which is written in EBML (RFC 8794): elements of an identifier, a length and
//! contents, which may be elements. This writes one video track, its frames in clusters that each begin with a key frame,
//! and an index of the clusters (`Cues`), so that a player can jump.

use std::ops::Range;

/// How the frames are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VideoCodec {
    /// VP8 (RFC 6386).
    Vp8,
    /// VP9.
    Vp9,
}

/// How the numbers of the video stand for colours, as ITU-T H.273 counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoColour {
    /// Colour primaries.
    pub primaries: u8,
    /// Transfer characteristics.
    pub transfer: u8,
    /// Matrix coefficients.
    pub matrix: u8,
    /// The full range 0 to 255 is used, and not 16 to 235.
    pub is_full_range: bool,
}

/// What is the same for all frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoTrack {
    /// How the frames are encoded.
    pub codec: VideoCodec,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// What the colours mean; without it players guess.
    pub colour: Option<VideoColour>,
}

/// A frame as the encoder gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedFrame {
    /// When it is shown, in milliseconds from the start; frames come in this order.
    pub time_millis: u64,
    /// It needs no other frame. The first one must be such a frame.
    pub is_key: bool,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// Names of elements, with the bits that tell their own length.
mod id {
    pub(super) const EBML: u32 = 0x1A45_DFA3;
    pub(super) const EBML_VERSION: u32 = 0x4286;
    pub(super) const EBML_READ_VERSION: u32 = 0x42F7;
    pub(super) const EBML_MAX_ID_LENGTH: u32 = 0x42F2;
    pub(super) const EBML_MAX_SIZE_LENGTH: u32 = 0x42F3;
    pub(super) const DOC_TYPE: u32 = 0x4282;
    pub(super) const DOC_TYPE_VERSION: u32 = 0x4287;
    pub(super) const DOC_TYPE_READ_VERSION: u32 = 0x4285;
    pub(super) const SEGMENT: u32 = 0x1853_8067;
    pub(super) const SEEK_HEAD: u32 = 0x114D_9B74;
    pub(super) const SEEK: u32 = 0x4DBB;
    pub(super) const SEEK_ID: u32 = 0x53AB;
    pub(super) const SEEK_POSITION: u32 = 0x53AC;
    pub(super) const INFO: u32 = 0x1549_A966;
    pub(super) const TIMESTAMP_SCALE: u32 = 0x002A_D7B1;
    pub(super) const DURATION: u32 = 0x4489;
    pub(super) const MUXING_APP: u32 = 0x4D80;
    pub(super) const WRITING_APP: u32 = 0x5741;
    pub(super) const TRACKS: u32 = 0x1654_AE6B;
    pub(super) const TRACK_ENTRY: u32 = 0xAE;
    pub(super) const TRACK_NUMBER: u32 = 0xD7;
    pub(super) const TRACK_UID: u32 = 0x73C5;
    pub(super) const TRACK_TYPE: u32 = 0x83;
    pub(super) const FLAG_LACING: u32 = 0x9C;
    pub(super) const CODEC_ID: u32 = 0x86;
    pub(super) const VIDEO: u32 = 0xE0;
    pub(super) const PIXEL_WIDTH: u32 = 0xB0;
    pub(super) const PIXEL_HEIGHT: u32 = 0xBA;
    pub(super) const COLOUR: u32 = 0x55B0;
    pub(super) const MATRIX_COEFFICIENTS: u32 = 0x55B1;
    pub(super) const RANGE: u32 = 0x55B9;
    pub(super) const TRANSFER_CHARACTERISTICS: u32 = 0x55BA;
    pub(super) const PRIMARIES: u32 = 0x55BB;
    pub(super) const CLUSTER: u32 = 0x1F43_B675;
    pub(super) const TIMESTAMP: u32 = 0xE7;
    pub(super) const SIMPLE_BLOCK: u32 = 0xA3;
    pub(super) const CUES: u32 = 0x1C53_BB6B;
    pub(super) const CUE_POINT: u32 = 0xBB;
    pub(super) const CUE_TIME: u32 = 0xB3;
    pub(super) const CUE_TRACK_POSITIONS: u32 = 0xB7;
    pub(super) const CUE_TRACK: u32 = 0xF7;
    pub(super) const CUE_CLUSTER_POSITION: u32 = 0xF1;
}

const APP: &[u8] = b"Underpaint";

/// A block counts its time from its cluster's in 16 bits with a sign.
const CLUSTER_LIMIT_MILLIS: u64 = 30_000;

/// The bytes of a WebM file of these frames, which lasts `duration_millis` in all.
#[must_use]
pub fn write_webm(track: &VideoTrack, frames: &[EncodedFrame], duration_millis: u64) -> Vec<u8> {
    let info = element(
        id::INFO,
        &[
            &number(id::TIMESTAMP_SCALE, 1_000_000),
            &element(id::DURATION, &[&(duration_millis as f64).to_be_bytes()]),
            &element(id::MUXING_APP, &[APP]),
            &element(id::WRITING_APP, &[APP]),
        ],
    );
    let tracks = element(id::TRACKS, &[&track_entry(track)]);
    let ranges = cluster_ranges(frames);

    // Positions count from the segment's contents. The index stands at the end, so that the clusters' positions are
    // known when it is written; where it stands is told at the beginning, in numbers whose length is fixed.
    let seek_head_bytes = seek_head(0, 0, 0).len();
    let info_position = seek_head_bytes;
    let tracks_position = info_position + info.len();
    let mut clusters = Vec::with_capacity(frames.iter().map(|it| it.bytes.len() + 16).sum());
    let mut cue_points = Vec::new();
    for range in ranges {
        let position = tracks_position + tracks.len() + clusters.len();
        let frames = frames.get(range).unwrap_or_default();
        let time_millis = frames.first().map_or(0, |it| it.time_millis);
        cue_points.extend(cue_point(time_millis, position as u64));
        write_cluster(&mut clusters, time_millis, frames);
    }
    let cues_position = tracks_position + tracks.len() + clusters.len();
    let seek_head = seek_head(info_position as u64, tracks_position as u64, cues_position as u64);
    let cues = element(id::CUES, &[&cue_points]);

    let mut file = ebml_header();
    let contents: [&[u8]; 5] = [&seek_head, &info, &tracks, &clusters, &cues];
    file.extend(identifier(id::SEGMENT));
    file.extend(length(contents.iter().map(|it| it.len()).sum()));
    contents.iter().for_each(|it| file.extend_from_slice(it));
    file
}

fn ebml_header() -> Vec<u8> {
    element(
        id::EBML,
        &[
            &number(id::EBML_VERSION, 1),
            &number(id::EBML_READ_VERSION, 1),
            &number(id::EBML_MAX_ID_LENGTH, 4),
            &number(id::EBML_MAX_SIZE_LENGTH, 8),
            &element(id::DOC_TYPE, &[b"webm"]),
            // The colour is of version 4, and a reader of version 2 may pass over it.
            &number(id::DOC_TYPE_VERSION, 4),
            &number(id::DOC_TYPE_READ_VERSION, 2),
        ],
    )
}

fn seek_head(info_position: u64, tracks_position: u64, cues_position: u64) -> Vec<u8> {
    let seek = |name: u32, position: u64| {
        let position = element(id::SEEK_POSITION, &[&position.to_be_bytes()]);
        element(id::SEEK, &[&element(id::SEEK_ID, &[&identifier(name)]), &position])
    };
    element(
        id::SEEK_HEAD,
        &[&seek(id::INFO, info_position), &seek(id::TRACKS, tracks_position), &seek(id::CUES, cues_position)],
    )
}

fn track_entry(track: &VideoTrack) -> Vec<u8> {
    let colour = track.colour.map(|colour| {
        element(
            id::COLOUR,
            &[
                &number(id::MATRIX_COEFFICIENTS, u64::from(colour.matrix)),
                &number(id::RANGE, if colour.is_full_range { 2 } else { 1 }),
                &number(id::TRANSFER_CHARACTERISTICS, u64::from(colour.transfer)),
                &number(id::PRIMARIES, u64::from(colour.primaries)),
            ],
        )
    });
    let video = element(
        id::VIDEO,
        &[
            &number(id::PIXEL_WIDTH, u64::from(track.width)),
            &number(id::PIXEL_HEIGHT, u64::from(track.height)),
            &colour.unwrap_or_default(),
        ],
    );
    let codec: &[u8] = match track.codec {
        VideoCodec::Vp8 => b"V_VP8",
        VideoCodec::Vp9 => b"V_VP9",
    };
    element(
        id::TRACK_ENTRY,
        &[
            &number(id::TRACK_NUMBER, 1),
            &number(id::TRACK_UID, 1),
            &number(id::TRACK_TYPE, 1),
            &number(id::FLAG_LACING, 0),
            &element(id::CODEC_ID, &[codec]),
            &video,
        ],
    )
}

/// Where the clusters begin and end: at every key frame, and where a cluster grows longer than its blocks can count.
fn cluster_ranges(frames: &[EncodedFrame]) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    let mut start_millis = 0;
    for (index, frame) in frames.iter().enumerate() {
        if starts.is_empty() || frame.is_key || frame.time_millis.saturating_sub(start_millis) > CLUSTER_LIMIT_MILLIS {
            starts.push(index);
            start_millis = frame.time_millis;
        }
    }
    let ends = starts.iter().skip(1).copied().chain([frames.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn write_cluster(clusters: &mut Vec<u8>, cluster_millis: u64, frames: &[EncodedFrame]) {
    const BLOCK_HEAD_BYTES: usize = 4;
    let timestamp = number(id::TIMESTAMP, cluster_millis);
    let block_bytes = |frame: &EncodedFrame| BLOCK_HEAD_BYTES + frame.bytes.len();
    let blocks_bytes: usize = frames.iter().map(|it| 1 + length(block_bytes(it)).len() + block_bytes(it)).sum();
    clusters.extend(identifier(id::CLUSTER));
    clusters.extend(length(timestamp.len() + blocks_bytes));
    clusters.extend(timestamp);
    for frame in frames {
        clusters.extend(identifier(id::SIMPLE_BLOCK));
        clusters.extend(length(block_bytes(frame)));
        // Track 1 as a length, the time within the cluster, and one flag.
        clusters.push(0x81);
        let offset_millis = frame.time_millis.saturating_sub(cluster_millis).min(i16::MAX as u64) as i16;
        clusters.extend(offset_millis.to_be_bytes());
        clusters.push(if frame.is_key { 0x80 } else { 0 });
        clusters.extend_from_slice(&frame.bytes);
    }
}

fn cue_point(time_millis: u64, cluster_position: u64) -> Vec<u8> {
    let place = [number(id::CUE_TRACK, 1), number(id::CUE_CLUSTER_POSITION, cluster_position)].concat();
    element(id::CUE_POINT, &[&number(id::CUE_TIME, time_millis), &element(id::CUE_TRACK_POSITIONS, &[&place])])
}

/// An element of these contents.
fn element(name: u32, contents: &[&[u8]]) -> Vec<u8> {
    let content_bytes = contents.iter().map(|it| it.len()).sum();
    let mut bytes = identifier(name);
    bytes.extend(length(content_bytes));
    contents.iter().for_each(|it| bytes.extend_from_slice(it));
    bytes
}

/// An element that is a number, in as few bytes as it needs.
fn number(name: u32, value: u64) -> Vec<u8> {
    let n_zeros = (value.leading_zeros() / 8).min(7) as usize;
    element(name, &[value.to_be_bytes().get(n_zeros..).unwrap_or_default()])
}

/// The bytes of an identifier, without leading zeros.
fn identifier(name: u32) -> Vec<u8> {
    name.to_be_bytes().into_iter().skip_while(|it| *it == 0).collect()
}

/// A length: seven bits for each byte, and as many leading zeros as bytes follow the first. All ones mean "unknown", so
/// the largest number of each width goes to the next one.
fn length(bytes: usize) -> Vec<u8> {
    let value = bytes as u64;
    let width = (1..8).find(|width| value < (1 << (7 * width)) - 1).unwrap_or(8);
    let marked = value | 1 << (7 * width);
    marked.to_be_bytes().into_iter().skip(8 - width as usize).collect()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// Reads an element: its name, its contents, and what follows it.
    fn read(bytes: &[u8]) -> (u32, &[u8], &[u8]) {
        let name_bytes = bytes[0].leading_zeros() as usize + 1;
        let name = bytes[..name_bytes].iter().fold(0, |name, it| name << 8 | u32::from(*it));
        let rest = &bytes[name_bytes..];
        let width = rest[0].leading_zeros() as usize + 1;
        let marked = rest[..width].iter().fold(0u64, |value, it| value << 8 | u64::from(*it));
        let length = (marked & !(1 << (7 * width))) as usize;
        (name, &rest[width..width + length], &rest[width + length..])
    }

    fn children(mut bytes: &[u8]) -> Vec<(u32, &[u8])> {
        let mut children = Vec::new();
        while !bytes.is_empty() {
            let (name, contents, rest) = read(bytes);
            children.push((name, contents));
            bytes = rest;
        }
        children
    }

    fn child(bytes: &[u8], name: u32) -> &[u8] {
        children(bytes).into_iter().find(|it| it.0 == name).unwrap().1
    }

    fn value(bytes: &[u8]) -> u64 {
        bytes.iter().fold(0, |value, it| value << 8 | u64::from(*it))
    }

    fn frames() -> Vec<EncodedFrame> {
        let times = [(0, true), (40, false), (20_000, false), (40_000, false), (40_100, true), (40_200, false)];
        let frame = |(time_millis, is_key): (u64, bool)| EncodedFrame {
            time_millis,
            is_key,
            bytes: vec![time_millis as u8; 100 + time_millis as usize],
        };
        times.into_iter().map(frame).collect()
    }

    fn track() -> VideoTrack {
        let colour = VideoColour { primaries: 1, transfer: 13, matrix: 6, is_full_range: false };
        VideoTrack { codec: VideoCodec::Vp9, width: 640, height: 480, colour: Some(colour) }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_file_is_two_elements_and_says_webm() {
        let file = write_webm(&track(), &frames(), 41_000);
        let (name, header, rest) = read(&file);
        assert_eq!((name, child(header, id::DOC_TYPE)), (id::EBML, b"webm".as_slice()));
        let (name, segment, rest) = read(rest);
        assert_eq!((name, rest.len()), (id::SEGMENT, 0));
        let duration = child(child(segment, id::INFO), id::DURATION);
        assert_eq!(f64::from_be_bytes(duration.try_into().unwrap()), 41_000.0);
        let entry = child(child(segment, id::TRACKS), id::TRACK_ENTRY);
        assert_eq!(child(entry, id::CODEC_ID), b"V_VP9");
        let video = child(entry, id::VIDEO);
        assert_eq!((value(child(video, id::PIXEL_WIDTH)), value(child(video, id::PIXEL_HEIGHT))), (640, 480));
        assert_eq!(value(child(child(video, id::COLOUR), id::TRANSFER_CHARACTERISTICS)), 13);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_frame_is_there_at_its_time() {
        let file = write_webm(&track(), &frames(), 41_000);
        let segment = read(read(&file).2).1;
        let mut found = Vec::new();
        for (_, cluster) in children(segment).into_iter().filter(|it| it.0 == id::CLUSTER) {
            let start_millis = value(child(cluster, id::TIMESTAMP));
            for (_, block) in children(cluster).into_iter().filter(|it| it.0 == id::SIMPLE_BLOCK) {
                let offset_millis = i16::from_be_bytes([block[1], block[2]]);
                let time_millis = start_millis + u64::try_from(offset_millis).unwrap();
                found.push(EncodedFrame { time_millis, is_key: block[3] & 0x80 != 0, bytes: block[4..].to_vec() });
            }
        }
        assert_eq!(found, frames());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_index_and_the_seek_head_point_at_what_they_name() {
        let file = write_webm(&track(), &frames(), 41_000);
        let segment = read(read(&file).2).1;
        for (_, seek) in children(child(segment, id::SEEK_HEAD)) {
            let position = value(child(seek, id::SEEK_POSITION)) as usize;
            assert_eq!(u64::from(read(&segment[position..]).0), value(child(seek, id::SEEK_ID)));
        }
        let mut times = Vec::new();
        for (_, point) in children(child(segment, id::CUES)) {
            let places = child(point, id::CUE_TRACK_POSITIONS);
            let (name, cluster, _) = read(&segment[value(child(places, id::CUE_CLUSTER_POSITION)) as usize..]);
            assert_eq!(name, id::CLUSTER);
            assert_eq!(value(child(point, id::CUE_TIME)), value(child(cluster, id::TIMESTAMP)));
            times.push(value(child(point, id::CUE_TIME)));
        }
        // At key frames, and where a block could not count its time any more.
        assert_eq!(times, [0, 40_000, 40_100]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn lengths_have_the_widths_of_the_specification() {
        assert_eq!(length(0), [0x80]);
        assert_eq!(length(126), [0xfe]);
        assert_eq!(length(127), [0x40, 127]);
        assert_eq!(length(16_382), [0x7f, 0xfe]);
        assert_eq!(length(16_383), [0x20, 0x3f, 0xff]);
        assert_eq!(number(id::CUE_TIME, 0), [0xB3, 0x81, 0]);
        assert_eq!(number(id::CUE_TIME, 256), [0xB3, 0x82, 1, 0]);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_video_without_frames_is_a_file_still() {
        let file = write_webm(&VideoTrack { colour: None, ..track() }, &[], 0);
        let segment = read(read(&file).2).1;
        assert!(child(segment, id::CUES).is_empty());
    }
}
