//! Layers: what each is called, how it lies on those below, and where it stands in the tree.

use crate::{BlendMode, PixelRect, Raster};

/// Most layers and groups that a document may have.
pub const MAX_LAYERS: usize = 500;
/// How deeply groups may lie in groups.
pub const MAX_DEPTH: u8 = 8;

/// Tells layers of one document apart. Never given twice, and kept through undo and redo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LayerId(pub(crate) u32);

impl LayerId {
    /// The number behind it: the first layer of a document is 1, the next 2. Good for a name of a layer that has none.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The id with this number, which some layer may have or not.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }
}

/// What a layer is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LayerKind {
    /// Paint.
    #[default]
    Paint,
    /// Other layers, blended among themselves first (isolated) and then as one.
    Group,
    /// Something to look at while painting: seen, never rendered, never exported.
    Reference,
    /// Holds the live picture: seen and exported, not part of what is rendered. Can be baked to paint.
    Render,
}

/// What a person sets of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerProperties {
    /// As a person named it; empty where nobody did, and the page shows a name of its own.
    pub name: String,
    /// What it is for.
    pub kind: LayerKind,
    /// 0 to 1.
    pub opacity: f32,
    /// How its colours meet those below.
    pub blend_mode: BlendMode,
    /// Whether it is seen.
    pub is_visible: bool,
    /// Whether nothing in it may change.
    pub is_locked: bool,
    /// Whether paint changes colours only, and never where there is paint.
    pub is_alpha_locked: bool,
    /// Whether it shows only where the next layer below that is not clipped has paint.
    pub is_clipped: bool,
}

impl Default for LayerProperties {
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: LayerKind::Paint,
            opacity: 1.0,
            blend_mode: BlendMode::Normal,
            is_visible: true,
            is_locked: false,
            is_alpha_locked: false,
            is_clipped: false,
        }
    }
}

impl LayerProperties {
    /// Those of a new layer of some kind.
    #[must_use]
    pub fn of_kind(kind: LayerKind) -> Self {
        Self { kind, ..Self::default() }
    }

    /// Whether a layer shows the same with either.
    pub(crate) fn looks_like(&self, other: &Self) -> bool {
        let look = |it: &Self| (it.kind, it.opacity.to_bits(), it.blend_mode, it.is_visible, it.is_clipped);
        look(self) == look(other)
    }

    /// The same with an opacity that is a number between 0 and 1.
    pub(crate) fn clamped(mut self) -> Self {
        self.opacity = if self.opacity.is_nan() { 1.0 } else { self.opacity.clamp(0.0, 1.0) };
        self
    }
}

/// A layer or a group of a document.
///
/// [`crate::Document::layers`] lists them from the bottom up. A group stands directly above what is in it, and what is in
/// it lies one deeper: `[sky (1), hills (1), landscape (0, a group), boat (0)]`.
#[derive(Clone)]
pub struct Layer {
    pub(crate) id: LayerId,
    pub(crate) depth: u8,
    pub(crate) properties: LayerProperties,
    /// Blank for a group.
    pub(crate) raster: Raster,
}

impl std::fmt::Debug for Layer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Layer({}, depth {}, {:?})", self.id.0, self.depth, self.properties.kind)
    }
}

impl Layer {
    /// Tells it apart.
    #[must_use]
    pub fn id(&self) -> LayerId {
        self.id
    }

    /// In how many groups it lies.
    #[must_use]
    pub fn depth(&self) -> u8 {
        self.depth
    }

    /// What a person sets of it.
    #[must_use]
    pub fn properties(&self) -> &LayerProperties {
        &self.properties
    }

    /// Its pixels; blank for a group.
    #[must_use]
    pub fn raster(&self) -> &Raster {
        &self.raster
    }

    /// Whether it holds other layers instead of pixels.
    #[must_use]
    pub fn is_group(&self) -> bool {
        self.properties.kind == LayerKind::Group
    }
}

/// Why a layer cannot be painted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no such layer.
    Missing,
    /// It is a group: only the layers in it have pixels.
    Group,
    /// It, or a group around it, is locked.
    Locked,
    /// It, or a group around it, is not seen.
    Hidden,
}

/// Where the subtree that ends with `layers[index]` begins: the index itself for anything but a group with something in it.
pub(crate) fn subtree_start(layers: &[Layer], index: usize) -> usize {
    let depth = layers[index].depth;
    layers[..index].iter().rposition(|layer| layer.depth <= depth).map_or(0, |it| it + 1)
}

/// The index of the group around `layers[index]`.
pub(crate) fn parent_of(layers: &[Layer], index: usize) -> Option<usize> {
    let depth = layers[index].depth;
    (index + 1..layers.len()).find(|at| layers[*at].depth < depth)
}

/// Whether depths and kinds make a tree: from the bottom up they may rise at will, but fall by one only, onto a group, and
/// end at 0; a group alone has something in it.
pub(crate) fn is_tree<'a>(mut nodes: impl Iterator<Item = (u8, &'a LayerProperties)>) -> bool {
    let Some((mut below, _)) = nodes.next() else { return false };
    if below > MAX_DEPTH {
        return false;
    }
    for (depth, properties) in nodes {
        let closes_group = below.checked_sub(1) == Some(depth) && properties.kind == LayerKind::Group;
        if depth > MAX_DEPTH || (depth < below && !closes_group) {
            return false;
        }
        below = depth;
    }
    below == 0
}

/// The tiles on which a run of layers has paint.
pub(crate) fn painted_bounds(layers: &[Layer]) -> PixelRect {
    layers.iter().fold(PixelRect::EMPTY, |bounds, layer| bounds.union(layer.raster.tile_bounds()))
}
