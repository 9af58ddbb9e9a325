//! What a brush is one of: its tip, its grain, how its dabs gather, how it turns, and how the hand is steadied.

/// An enum whose values have names, for menus and for the text form of brushes.
macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$says:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$says])* $value,)* }

        impl $name {
            /// Every value, in the order of menus.
            pub const ALL: &'static [Self] = &[$(Self::$value,)*];
            /// Their names in the text form of brushes, in the same order.
            pub const NAMES: &'static [&'static str] = &[$($text,)*];

            /// Its name in the text form of brushes.
            #[must_use]
            pub fn name(self) -> &'static str {
                Self::NAMES[self as usize]
            }
        }
    };
}

named! {
    /// The shape that a dab leaves.
    TipKind {
        /// A disc or an ellipse whose edge is as soft as the hardness says.
        #[default]
        Round = "round",
        /// A crumbly lump: full of holes, with a ragged edge.
        Chalk = "chalk",
        /// Hairs in a round ferrule: streaks along the stroke where the tip follows it.
        Bristle = "bristle",
        /// Hairs side by side in a flat ferrule.
        FlatBristle = "flat-bristle",
    }
}

named! {
    /// The paper that a brush feels. It lies still on the canvas, whatever the stroke does.
    GrainKind {
        /// Smooth.
        #[default]
        None = "none",
        /// The tooth of drawing paper.
        Paper = "paper",
        /// The weave of a canvas.
        Canvas = "canvas",
        /// Blotches and tooth of wet watercolour paper.
        Blotch = "blotch",
    }
}

named! {
    /// How the dabs of one stroke come together.
    Gathering {
        /// The strongest dab counts: however often a stroke crosses itself, its tone stays even.
        #[default]
        Wash = "wash",
        /// Dabs add up, to the stroke's opacity at most: where the brush lingers, it gets denser.
        BuildUp = "build-up",
    }
}

named! {
    /// How a stroke's colour joins what is under it.
    BrushBlend {
        /// It covers.
        #[default]
        Normal = "normal",
        /// It glazes: the colours multiply, as of two filters one behind the other.
        Multiply = "multiply",
    }
}

named! {
    /// What turns the tip, besides its own rotation.
    RotationSource {
        /// Nothing.
        #[default]
        Fixed = "fixed",
        /// The direction of the stroke.
        Direction = "direction",
        /// The side to which the pen leans; without a tilt it stays as it is.
        Tilt = "tilt",
        /// The pen's own rotation.
        Twist = "twist",
    }
}

named! {
    /// What steadies the hand, besides the smoothing.
    Stabiliser {
        /// Nothing.
        #[default]
        None = "none",
        /// The brush hangs on a string that the pointer pulls: it moves only when the string is taut.
        PulledString = "pulled-string",
        /// The brush follows the mean of the pointer's last places.
        MovingAverage = "moving-average",
    }
}

named! {
    /// A quantity of a dab that pressure, tilt and speed may change.
    BrushParameter {
        /// The diameter.
        #[default]
        Size = "size",
        /// The most that a dab covers.
        Opacity = "opacity",
        /// How far a dab goes towards that.
        Flow = "flow",
        /// The hardness.
        Hardness = "hardness",
        /// How narrow the tip is.
        Aspect = "aspect",
        /// How far dabs are strewn.
        Scatter = "scatter",
    }
}

named! {
    /// What a parameter may follow.
    BrushInput {
        /// The pen's pressure, 0 to 1; 1 where there is none.
        #[default]
        Pressure = "pressure",
        /// The pen's lean: 0 upright (and for mice), 1 flat on the surface.
        Tilt = "tilt",
        /// The pointer's speed: 0 at rest, 1 from [`crate::FAST_PX_PER_SEC`] on.
        Speed = "speed",
    }
}
