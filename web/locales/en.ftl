# English. One message for everything a person reads or hears; sections are named after the part of the studio.

### brushes

## Names
brush-round = Round
brush-pencil = Pencil
brush-ink = Ink
brush-flat = Flat bristle
brush-chalk = Chalk
brush-airbrush = Airbrush
brush-watercolour = Watercolour
brush-marker = Marker
brush-smudge = Smudge
brush-eraser = Eraser

## What was done
brush-chosen = { $name }
brush-saved = Changes of the brush kept
brush-saved-as = Kept as { $name }
brush-renamed = The brush is called { $name } now
brush-deleted = Brush taken off the list
brush-was-reset = Brush as it was before
brushes-restored = The brushes that came with Underpaint are back
brushes-imported = { $count ->
    [0] Nothing new: all of these brushes are on the list
    [one] One brush added
   *[other] { $count } brushes added
}
brush-import-failed = No brush was added: { $reason }. Choose a file that was exported here
brush-needs-name = A brush needs a name: type one
brush-list-full = The list of brushes is full: take one off first
brush-last-stays = The last brush of its kind stays: add another one first

## The list
brushes-title = Brushes
brush-save = Keep changes
brush-save-as = Keep as a new brush
brush-rename = Rename
brush-delete = Take off the list
brush-reset = Reset
brush-reset-hint = Gives up the changes; a second time, a brush that came with Underpaint becomes as it came
brush-export = Export this brush
brushes-export = Export all brushes
brushes-import = Import brushes
brushes-restore = Bring back the built-in brushes
brush-is-changed = changed

## Numbers
brush-number-size-px = Size
brush-number-hardness = Hardness
brush-number-opacity = Opacity
brush-number-flow = Flow
brush-number-spacing = Spacing
brush-number-aspect = Width of the tip
brush-number-rotation-degrees = Rotation
brush-number-rotation-jitter = Rotation by chance
brush-number-size-jitter = Size by chance
brush-number-tone-jitter = Tone by chance
brush-number-scatter = Scatter
brush-number-grain-depth = Depth of the grain
brush-number-grain-scale = Size of the grain
brush-number-edge = Dark rim
brush-number-smudge-rate = Smudge
brush-number-smudge-colour = Own colour in the smudge
brush-number-smoothing = Smoothing
brush-number-string-px = Length of the string
brush-number-average = Length of the average

## Choices
brush-tip = Tip
brush-tip-round = Round
brush-tip-chalk = Chalk
brush-tip-bristle = Bristle
brush-tip-flat-bristle = Flat bristle
brush-grain = Grain
brush-grain-none = None
brush-grain-paper = Paper
brush-grain-canvas = Canvas
brush-grain-blotch = Wet paper
brush-gathering = Within a stroke
brush-gathering-wash = Even wash
brush-gathering-build-up = Builds up
brush-blend = On what is there
brush-blend-normal = Covers
brush-blend-multiply = Glazes
brush-rotation-source = Turned by
brush-rotation-source-fixed = Nothing
brush-rotation-source-direction = The stroke
brush-rotation-source-tilt = The pen's lean
brush-rotation-source-twist = The pen's twist
brush-stabiliser = Steady hand
brush-stabiliser-none = Off
brush-stabiliser-pulled-string = Pulled string
brush-stabiliser-moving-average = Moving average

## Curves
brush-curves = Pen dynamics
brush-curve-label = { $parameter } by { $input }
brush-parameter-size = Size
brush-parameter-opacity = Opacity
brush-parameter-flow = Flow
brush-parameter-hardness = Hardness
brush-parameter-aspect = Width of the tip
brush-parameter-scatter = Scatter
brush-input-pressure = Pressure
brush-input-tilt = Tilt
brush-input-speed = Speed
