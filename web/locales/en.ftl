### English. Every text that a person reads or hears, by its id.
###
### What Rust asks for is an id in kebab-case; a test (crates/studio/src/tests/texts.rs) holds that each id is used, that each
### used id is in every file, and that a message has the same variables everywhere. The syntax is Fluent's
### (https://projectfluent.org); what the tables of crates/studio/build.rs cannot hold is refused there.

## The page

language-english = English
language-portuguese = Português (Brasil)
n-steps = { $steps ->
    [one] { $steps } step
   *[other] { $steps } steps
}
n-percent = { $percent } %
n-pixels = { $pixels } pixels
error-sentence = { $sentence }

## Actions: what stands on buttons and in the list of keys

action-brush = Brush
action-eraser = Eraser
action-eyedropper = Eyedropper
action-pan = Move the view
action-smaller-brush = Smaller brush
action-larger-brush = Larger brush
action-softer-brush = Softer brush
action-harder-brush = Harder brush
action-opacity = Opacity { $percent } %
action-swap-colours = Swap colours
action-reset-colours = Black and white
action-undo = Undo
action-redo = Redo
action-clear = Clear
action-render = Render
action-cancel = Cancel
action-keep = Paint on the picture
action-open-file = Open file…
action-save = Save
action-save-as = Save as…
action-save-picture = Save picture
action-save-sketch = Save sketch
action-lock-seed = Lock seed
action-new-seed = New seed
action-zoom-in = Zoom in
action-zoom-out = Zoom out
action-actual-size = Actual size
action-fit-view = Fit to window
action-side-by-side = Side by side
action-wipe = Wipe between sketch and picture
action-under = Picture under the strokes
action-sketch-only = Sketch only
action-picture-only = Picture only
action-next-view = Next view
action-symmetry = Symmetry: { $kind }
action-thirds = Guide: thirds
action-perspective = Perspective: { $kind }
action-snap = Strokes follow the perspective
action-guide-handles = Handles of the guides
action-docks = Docks
action-settings = Settings
action-palette = All commands
palette-hint = Type a few letters
palette-nothing = No command has these letters
upscaled = Double size
action-help = Keys

## Steps of the history

step-brush-stroke = Brush stroke
step-eraser-stroke = Eraser stroke
step-straight-line = Straight line
step-clear = Clear
step-open-picture = Open picture
step-example = Example sketch

## What is said aloud

said-brush-size = { $size } px, hardness { $hardness } %
said-undid = Undid: { $step }
said-redid = Redid: { $step }
said-cleared = Cleared the canvas
said-colour-taken = Took the colour { $colour }
said-no-seed = A seed is a whole number from 0 on, not “{ $text }”
said-picture-opened = The picture lies on the canvas
said-nothing-to-keep = There is no picture to keep yet: press Render first
said-kept = The picture is on the canvas now
said-nothing-to-save = There is no picture to save yet: press Render first
said-stroke-taken-back = Stroke taken back
said-key-set = Key set: { $action }
said-pressed = Pressed at { $x }, { $y }
said-lifted = Lifted at { $x }, { $y }
said-example = { $title } lies on the canvas; press Render
said-render-waits = The picture will be rendered as soon as the model is loaded

## The engine's state

status-starting = Starting the engine
status-loading = Loading the model
status-loading-percent = Loading the model: { $percent } %
status-waits = { $status }; your picture is next
status-ready = Ready
status-ready-gpu = Ready on the graphics card
status-ready-cpu = Ready on the processor
status-restarted = The engine stopped and was restarted; your drawing is as it was, and you can go on
status-reading-prompt = Reading the prompt
status-looking = Looking at the sketch
status-painting = Painting: step { $step } of { $steps }
status-finishing = Finishing the picture
status-stopping = Stopping after this step
status-elapsed = { $status }, { $seconds } s
status-done = Done in { $seconds } s with seed { $seed }
device-gpu = The graphics processor computes: { $name }
device-gpu-software = The graphics processor was asked for; { $name } is software, so this is slow
device-cpu-software = The processor computes, because the graphics processor here is software, which is slower
device-cpu-no-webgpu = The processor computes, because this browser offers no WebGPU here
device-cpu-asked = The processor was asked for
device-cpu = The processor computes, because no graphics processor can be used here
status-cancelled = Cancelled
status-offline = Works offline
error-sketch-size = The sketch cannot be scaled for this model: { $error }
error-picture-broken = The picture arrived broken: { $error }; render again
error-engine-stopped = The engine stopped
error-engine-stopped-rendering = The engine stopped in the middle of the render
error-because = { $what } ({ $reason })
error-engine-restarts = { $what } and is being restarted. Your drawing is as it was; press Render to try again
error-engine-lost = { $what }, { $times } times in a row. Your drawing is as it was; press Render to try once more

## Colours of the palette

colour-titanium-white = Titanium white
colour-sky-blue = Sky blue
colour-ultramarine = Ultramarine
colour-sea-green = Sea green
colour-meadow-green = Meadow green
colour-fir-green = Fir green
colour-lemon-yellow = Lemon yellow
colour-yellow-ochre = Yellow ochre
colour-sunset-orange = Sunset orange
colour-barn-red = Barn red
colour-burnt-umber = Burnt umber
colour-slate = Slate

## The sketch and the paint box

sketch-title = Sketch
sketch-canvas = Canvas: paint with mouse, pen or finger; press ? for the keys
sketch-hint = Begin with large shapes
sketch-hint-detail = Sky, ground, a sun. It need not be neat.
view-title = View
page-title = Page
docks-title = Docks
stroke-opacity = Strokes
tools-title = Tools
tools-all = All tools
colour-title = Colour
colour-hue = Hue
colour-saturation = Saturation
colour-value = Brightness
colour-hex = Colour as #rrggbb
said-no-colour = “{ $text }” is no colour: write it like #4a7fc1
colours-title = Colours
colour-used-before = Used before: { $colour }
brush-title = Brush
quick-title = Brush size and opacity
brush-size = Size
brush-size-unit = px
brush-hardness = Hardness
brush-opacity = Opacity
brush-pressure-size = Pen pressure changes the size
brush-pressure-opacity = Pen pressure changes the opacity

## The picture

picture-title = Picture
picture-none = No picture yet
picture-hint = The picture hangs here
picture-hint-detail = Say what the sketch is, then press Render.
picture-untitled = Without words
picture-facts = Seed { $seed } · strength { $strength } · { $steps } · { $seconds } s
picture-keep = Paint on it
picture-save = Save PNG
progress-title = Progress
progress-starting = Starting the engine…
progress-loading = Loading the model…
progress-stopping = Stopping…
progress-reading-prompt = Reading the prompt…
progress-looking = Looking at the sketch…
progress-step = Step { $step } of { $steps }
progress-finishing = Finishing…

## What to paint, and how

prompt-title = Prompt
prompt-hint = What is it? A lake at dawn, a lighthouse in a storm…
composer-more = Strength, style and live mode
prompt-examples = Prompts to try
negative-title = Negative prompt
negative-hint = What should not be in it
strength-title = Strength
strength-restyle = restyle
strength-transform = transform
strength-reimagine = reimagine
steps-title = Steps
guidance-title = Guidance
sampler-title = Sampler
sampler-own = The model's own
sampler-own-named = The model's own: { $sampler }
free-paper = Bare paper may become anything
seed-title = Seed
seed-hint = New with each render
render-settings-title = Picture settings

## Keys

keys-title = Keys
keys-opacity-range = Opacity 10 % … 100 %
keys-held-colour = Pick a colour
keys-held-view = Move the view
keys-held-line = Straight line
keys-size-by-dragging = Brush size, hardness
keys-single-layers = Choose single layers
keys-alt-drag = Alt + right drag
keys-ctrl-alt-drag = { $ctrl } + Alt + drag
keys-alt-eye = Alt + click its eye
keys-ctrl-thumbnail = { $ctrl } + click its thumbnail
keys-ctrl-arrows = { $ctrl } + ↑ ↓
keys-ctrl-space = { $ctrl } + Space
key-enter = Enter
key-escape = Esc
key-delete = Delete
keys-by-keyboard = Paint by keyboard: go to the canvas with Tab, move with the arrow keys (Shift: far, Ctrl: one pixel), press and lift with Enter or Space
keys-reset-all = Reset all keys
keys-note = Press a line’s button, then the new keys. Escape leaves it as it was.
keys-press = Press the new keys…
keys-none = none
keys-remove = Remove the key
keys-reset = Reset
keys-taken = { $action } has this key; give it another one first
keys-of-browser = The browser keeps this key for itself
keys-of-page = This key moves about the page and presses buttons
key-space = Space
keys-hold = Hold { $key }

## Settings

language-title = Language
language-browser = As the browser
theme-title = Theme
theme-system = As the system
theme-light = Light
theme-dark = Dark
fingers-title = A finger on the canvas
fingers-automatic = Paints until a pen is seen
fingers-paint = Paints
fingers-pan = Moves the view
fingers-note = Two fingers move, zoom and turn the view, and show all of it when they close quickly. A tap of two undoes, of three redoes, of four folds the panels. A finger that rests takes the colour below it.

## Notices

notice-render-again = Render again
notice-dismiss = Dismiss
notice-update = A newer Underpaint is ready. What you paint is kept on this device while the page reloads.
notice-save-sketch = Save sketch
notice-reload = Reload
notice-later = Later
## First run

welcome-title = Paint a rough sketch, say what it is
welcome-text = A model in this very tab turns it into a picture; nothing leaves your machine. Try one of these, or begin on bare paper.
welcome-blank = Begin on bare paper
welcome-again = Show the first-run card again
example-meadow = Meadow
example-lake = Lake at sunset
example-winter = Winter night

close = Close

## Layers and the history

layer-named = { $name }
layer-unnamed-paint = Layer { $number }
layer-unnamed-group = Group { $number }
layer-unnamed-reference = Reference { $number }
layer-unnamed-render = Live picture { $number }

step-layer-add = New layer
step-layer-delete = Delete layer
step-layer-duplicate = Duplicate layer
step-layer-merge = Merge down
step-layer-flatten-group = Flatten group
step-layer-flatten = Flatten all layers
step-layer-group = Group
step-layer-ungroup = Ungroup
step-layer-move = Move layer
step-layer-bake = Make it paint
step-layer-rename = Rename layer
step-layer-opacity = Opacity of a layer
step-layer-blend = Blend mode
step-layer-show = Show layer
step-layer-hide = Hide layer
step-layer-alone = Show one layer alone
step-layer-lock = Lock layer
step-layer-unlock = Unlock layer
step-layer-lock-alpha = Lock of transparency
step-layer-clip = Clip to the layer below
step-layer-kind = Use of a layer
step-layers-delete = Delete layers
step-layers-duplicate = Duplicate layers
step-layers-merge = Merge layers
step-layers-move = Move layers
step-layers-show = Show layers
step-layers-hide = Hide layers

said-layer-chosen = { $layer } is active
said-layer-added = { $layer } was added
said-layer-deleted = { $layer } was deleted
said-layer-duplicated = { $layer } was duplicated
said-layer-merged = Merged into { $layer }
said-layer-flattened = { $layer } is one layer now
said-layers-flattened = All layers are one now: { $layer }
said-layer-grouped = { $layer } lies in a new group
said-layer-ungrouped = { $layer } was ungrouped
said-layer-moved = { $layer } was moved
said-layer-raised = { $layer } moved up
said-layer-lowered = { $layer } moved down
said-layer-baked = { $layer } is paint now
said-layer-shown = { $layer } is shown
said-layer-hidden = { $layer } is hidden
said-layer-alone = Only { $layer } is shown
said-layer-locked = { $layer } is locked
said-layer-unlocked = { $layer } is unlocked
said-layers-chosen = { $layers ->
    [one] One layer is chosen
   *[other] { $layers } layers are chosen
}
said-layers-deleted = { $layers ->
    [one] One layer was deleted
   *[other] { $layers } layers were deleted
}
said-layers-duplicated = { $layers ->
    [one] One layer was duplicated
   *[other] { $layers } layers were duplicated
}
said-layers-merged = { $layers } layers are one now
said-layers-grouped = { $layers ->
    [one] One layer lies in a new group
   *[other] { $layers } layers lie in a new group
}
said-layers-moved = { $layers ->
    [one] One layer was moved
   *[other] { $layers } layers were moved
}
said-layers-shown = { $layers ->
    [one] One layer is shown
   *[other] { $layers } layers are shown
}
said-layers-hidden = { $layers ->
    [one] One layer is hidden
   *[other] { $layers } layers are hidden
}
said-obstacle-locked = This layer is locked: unlock it or choose another to paint
said-obstacle-hidden = This layer is hidden: show it or choose another to paint
said-obstacle-group = This is a group: choose a layer in it to paint
said-history-at = Back at: { $step }
said-history-at-start = Back at the beginning

blend-normal = Normal
blend-multiply = Multiply
blend-screen = Screen
blend-overlay = Overlay
blend-darken = Darken
blend-lighten = Lighten
blend-color-dodge = Colour dodge
blend-color-burn = Colour burn
blend-hard-light = Hard light
blend-soft-light = Soft light
blend-difference = Difference
blend-exclusion = Exclusion
blend-hue = Hue
blend-saturation = Saturation
blend-color = Colour
blend-luminosity = Luminosity
blend-add = Add
blend-subtract = Subtract
blend-divide = Divide
blend-linear-burn = Linear burn
blend-linear-light = Linear light
blend-vivid-light = Vivid light
blend-pin-light = Pin light
blend-hard-mix = Hard mix

## Rendering as part of painting

action-strength-brush = Strength brush
action-add-to-queue = Add to the queue
action-live = Live
action-pause-live = Pause live
action-keep-layer = Keep as a layer
step-strength = Painted strength
step-strength-clear = Clear painted strength
step-keep-live = Picture into the live layer
step-keep-layer = Keep as a layer
said-live-on = Live: pictures follow your painting
said-live-paused = Live mode rests
said-live-off = Live mode is off
said-live-rests = Live mode rests: three pictures in a row have failed
said-queue-full = The queue is full: { $pictures } pictures wait already
said-remembered = The picture is in the gallery
said-picture-deleted = Picture deleted; it can be brought back
said-picture-undeleted = The picture is back
said-restored = The settings are those of the picture
said-styles-added = { $styles ->
    [one] { $styles } style added
   *[other] { $styles } styles added
}
plan-steps = { n-steps } from noise level { $level }, { $width } × { $height }
plan-steps-timed = { plan-steps }, about { $seconds } s on this device
plan-noise = { n-steps } from pure noise, { $width } × { $height }: the sketch is not looked at
plan-noise-timed = { plan-noise }, about { $seconds } s on this device
plan-sketch = No steps, { $width } × { $height }: the picture is your sketch as it is
plan-sketch-timed = { plan-sketch }, about { $seconds } s on this device
plan-painted = { n-steps }, where it is freest from noise level { $level }, { $width } × { $height }
plan-painted-timed = { plan-painted }, about { $seconds } s on this device
plan-enlarged = { $plan }; enlarged to { $width } × { $height }
plan-selection = { $plan }; only the selection
plan-pictures = { $pictures } pictures: { $plan }
prompt-keys = Ctrl+Up and Ctrl+Down weigh the words under the caret; Up at the start and Down at the end walk through former prompts
unknown-words = The model does not know:
unknown-replace = The model does not know “{ $word }”: use “{ $known }” instead
styles-title = Styles
style-none = No style
style-new = New style
style-name = Name
style-words = Words, with {"{prompt}"} where the prompt goes
style-add = New
style-remove = Delete
styles-import = Import
styles-export = Export
styles-restore = Restore
variations-title = Variations
variations-count = Pictures for each press of Render
queue-cancel-waiting = Cancel those that wait
queue-cancel-all = Cancel all
cell-waiting = Seed { $seed }: waits; press to cancel
cell-running = Seed { $seed }: is being painted; press to cancel
cell-done = Seed { $seed }: done; press to show it
cell-failed = Seed { $seed }: failed
cell-cancelled = Seed { $seed }: cancelled
gallery-title = Gallery
gallery-empty = Press Render, and each finished picture is gathered here
gallery-left-out = Older pictures that have no room in the document and go when the page is closed: { $pictures }
gallery-picture = Picture { $number }
gallery-remember = Remember
gallery-restore = Use its settings
gallery-compare = Compare
gallery-keep-layer = Keep as a layer
gallery-keep-live = Into the live layer
gallery-save = Save
gallery-delete = Delete
gallery-undelete = Bring back
gallery-parameters = Parameters of the picture
gallery-copy = Copy parameters
said-parameters-copied = The parameters are copied
said-no-parameters = There is no text to paste: copy the parameters of a picture first
compare-left = Left of the line
compare-right = Right of the line
freedom-title = The model here is
freedom-keep = kept off
freedom-less = held back
freedom-neutral = as set
freedom-more = freer
freedom-free = free
freedom-opacity = Stroke
selection-only = Render the selection only
render-more = More
size-title = Picture
size-own = Its own
size-own-known = Own: { $pixels }
aspect-title = Canvas
aspect-own = { $width } × { $height }
sigmas-title = Noise levels
sigmas-own = As the model says
sigmas-timesteps = Even timesteps
sigmas-karras = Karras
sigmas-exponential = Exponential
compat-title = Strength counts
compat-continuous = As a noise level
compat-diffusers = As steps, like diffusers
clip-skip-title = Clip skip
parameters-paste = Paste parameters
style-oil = Oil
style-watercolour = Watercolour
style-gouache = Gouache
style-pastel = Pastel
style-ink = Ink
style-impressionist = Impressionist
style-poster = Travel poster
style-pixel = Pixel art
style-low-poly = Low poly
style-photograph = Photograph

## Brushes

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
brush-parameter-size = Size
brush-parameter-opacity = Opacity
brush-parameter-flow = Flow
brush-parameter-hardness = Hardness
brush-parameter-aspect = Width of the tip
brush-parameter-scatter = Scatter
brush-input-pressure = Pressure
brush-input-tilt = Tilt
brush-input-speed = Speed

## Tools

action-line = Line
action-rectangle = Rectangle
action-ellipse = Ellipse
action-polygon = Polygon
action-fill = Fill
action-gradient = Gradient
action-select-rectangle = Select a rectangle
action-select-ellipse = Select an ellipse
action-lasso = Lasso
action-wand = Magic wand
action-transform = Move and transform
action-crop = Crop
action-select-all = Select all
action-deselect = Deselect
action-invert-selection = Invert the selection
action-select-pixels = Select the layer’s pixels
action-show-layer = Show or hide the layer
action-layer-alone = Show only this layer
action-copy = Copy
action-copy-merged = Copy merged
action-cut = Cut
action-paste = Paste
action-fill-selection = Fill with the colour
action-delete-selected = Delete
action-flip-across = Flip left and right
action-flip-down = Flip above and below
action-turn-canvas-right = Turn the canvas right
action-turn-canvas-left = Turn the canvas left
action-flip-canvas = Flip the canvas
action-apply = Apply
action-mirror-view = Mirror the view
action-turn-view-right = Turn the view right
action-turn-view-left = Turn the view left
action-straighten-view = View upright
step-line = Line
step-rectangle = Rectangle
step-ellipse = Ellipse
step-polygon = Polygon
step-fill = Fill
step-gradient = Gradient
step-select = Select
step-select-pixels = Select pixels
step-select-all = Select all
step-deselect = Deselect
step-invert-selection = Invert the selection
step-feather-selection = Soften the selection
step-grow-selection = Grow the selection
step-shrink-selection = Shrink the selection
step-move-selection = Move the selection
step-cut = Cut
step-paste = Paste
step-delete = Delete
step-transform = Transform
step-canvas-size = Canvas size
step-scale-canvas = Scale the picture
step-flip-canvas = Flip the canvas
step-turn-canvas = Turn the canvas
said-selected = Selected
said-deselected = Nothing is selected
said-layer-empty = There is no paint on this layer
said-nothing-selected = Nothing is selected: draw around something first
said-copied = Copied
said-nothing-to-copy = There is no paint to copy here
said-pasted = Pasted as a new layer
said-nothing-to-paste = Nothing was copied yet
said-nothing-to-transform = There is no paint to transform here
said-transformed = Transformed
said-tool-taken-back = Taken back
said-layer-closed = This layer cannot be changed: it is a group, locked or hidden

### Panels: tool options, layers, history, brushes

options-title = Tool options
options-guides = Guides
options-more = More
option-opacity = Opacity %
option-tolerance = Tolerance
option-gap = Close gaps px
option-expand = Expand px
option-contiguous = Connected only
option-all-layers = All layers
option-smooth-edge = Smooth edges
option-outline = Outline
option-filled = Filled
option-width = Width px
option-round = Round
option-gradient = Kind
gradient-linear = Linear
gradient-radial = Radial
option-fades = Fades out
option-selection-mode = Mode
selection-replace = New
selection-add = Add
selection-subtract = Subtract
selection-intersect = Intersect
option-feather = Feather px
option-grow = Grow by px
option-soften = Soften by px
option-move-across = Right px
option-move-down = Down px
option-turn = Turn °
option-scale = Scale %
option-skew = Skew °
option-pick-layer = This layer only
option-symmetry = Symmetry
symmetry-off = Off
symmetry-vertical = Left and right
symmetry-horizontal = Above and below
symmetry-both = Both
symmetry-radial = Radial
symmetry-kaleidoscope = Kaleidoscope
option-folds = Folds
option-symmetry-turn = Turned °
option-thirds = Thirds
option-perspective = Perspective
perspective-none = None
perspective-one = One point
perspective-two = Two points
perspective-three = Three points
option-snap = Snap strokes

layers-title = Layers
layers-actions = What to do with layers
layer-visible = Shown
layer-visible-hint = Shown (Alt+click: only this layer)
layer-lock = Lock layer
layer-alpha-lock = Lock transparency
layer-clip = Clip to the layer below
layer-opacity = Opacity
layer-blend = Blend mode
layer-kind = Use
layer-kind-paint = Paint
layer-kind-reference = Reference
layer-kind-render = Live picture
layer-add = New layer
layer-group = Group layer
layer-duplicate = Duplicate layer
layer-up = Move up
layer-down = Move down
layer-merge = Merge down
layer-flatten = Flatten all
layer-delete = Delete layer
layer-ungroup = Ungroup
layer-flatten-group = Flatten group
layer-bake = Make it paint
layer-rename = Rename layer
layer-fold = Fold group
layers-several = Choose several
history-title = History
history-start = Bare paper
brush-name = Name of the brush
brush-all = All settings
brush-curve-of = Quantity
brush-curve-by = Follows
brush-curve-add = Add a point
brush-curve-off = Off
brush-more = More
brush-curve-point = Point { $number }: at { $input } % { $factor } %
brush-keep-name = Keep

### handles on the canvas

option-size = Size
option-brush-opacity = Opacity
option-flow = Flow
option-crop-aspect = Shape
option-crop-width = Width
option-crop-height = Height
option-move-guides = Handles
crop-free = Free
crop-own = As the canvas
crop-1-1 = 1 : 1
crop-4-3 = 4 : 3
crop-3-4 = 3 : 4
crop-3-2 = 3 : 2
crop-2-3 = 2 : 3
crop-16-9 = 16 : 9
crop-9-16 = 9 : 16
said-handle = Arrow keys move { $handle }
said-handle-left = Arrow keys move no handle any more
said-handle-upper-left = the upper left corner
said-handle-upper-right = the upper right corner
said-handle-lower-right = the lower right corner
said-handle-lower-left = the lower left corner
said-handle-upper = the upper side
said-handle-right = the right side
said-handle-lower = the lower side
said-handle-left-side = the left side
said-handle-frame = the frame
said-handle-symmetry = the centre of the symmetry
said-handle-vanishing = a vanishing point
said-symmetry-centred = The symmetry is in the middle
said-guide-on = { $guide }: on
said-guide-off = { $guide }: off

### documents

files-title = Files
files-note = What you paint is kept on this device by itself. The saved PNG is the whole project: drop it here to go on.
new-size = Size of the new document
new-document = New
import-layer = Import as layer…
new-size-own = Own size
files-export = Save a copy
writing-file = Writing the file
save-project = PNG project
export-ora = OpenRaster
export-flat = Flat PNG
export-jpeg = JPEG
export-webp = WebP
export-quality = Quality
export-note = JPEG and WebP are the picture alone, on white paper: layers stay behind.
copy-picture = Copy picture
show-film = Time-lapse…
drop-here = Drop to open
document-untitled = Untitled
document-open = Open { $name }
document-rename = Name of { $name }
document-duplicate = Duplicate { $name }
document-delete = Delete { $name }
document-copy-of = { $name } copy
duplicate = Duplicate
delete = Delete
film-title = Time-lapse
film-empty = Nothing has been painted yet
film-play = Play
film-length = Length
film-size = Size
film-export = Export WebM
film-cancel = Stop
step-add-picture = Add picture
said-new-document = New document
said-document-opened = Document opened
said-document-restored = { $name } is as you left it
said-document-elsewhere = This document is open in another tab: close it there first
said-document-taken = Another tab paints this document now; here it can be looked at
said-read-only = Another tab paints this document: paint here again, or paint on a copy
elsewhere-title = Open in another tab
elsewhere-text = “{ $name }” is open in another tab. Painting in two tabs at once would lose strokes of one of them.
elsewhere-here = Paint here
elsewhere-copy = Paint on a copy
notice-taken = Another tab paints “{ $name }” now. Here it can be looked at.
notice-take-back = Paint here again
notice-deleted = Deleted “{ $name }”
said-older-version = The last version was damaged: this is the one before
said-only-picture = Only the picture came: { $error }
said-not-kept = The document could not be kept: { $error }
said-picture-added = Picture added as a layer
said-picture-copied = Picture copied
said-saved-as = Saved as { $name }
said-file-saved = File saved
said-file-refused = { $name } was not opened: { $problem }
said-files-refused = { $first }. Nor were: { $others }
said-made-smaller = { $name } was made smaller: { $width } × { $height } pixels are now { $new-width } × { $new-height }
error-damaged = the { $format } file is damaged
error-cut-short = the { $format } file is cut short
error-size = { $width } × { $height } pixels do not work; both edges must be between 1 and { $limit }
error-not-a-picture = it is damaged, or no picture that this browser reads; PNG, JPEG and WebP always work
error-storage-full = the browser has no room left for this site; delete documents or free space on the disk, and save the drawing as a file
error-encrypted = it is encrypted
error-psb = it is a large document (PSB); save it as PSD
error-colour-mode = its colours are neither RGB nor grayscale; change its mode to RGB
error-bit-depth = it has neither 8 nor 16 bits a channel
error-newer-version = a newer version of this program made it; reload the page
error-unknown-format = it is none of PNG, OpenRaster (.ora) and Photoshop (.psd)
error-odd-file = it breaks the rules of { $format } files; save it anew where it was made
error-brush-file = it is no file of brushes
error-layer-count = there can be no more than { $limit } layers; merge some
error-misfit = its parts do not fit together
error-file-unreadable = the file cannot be read: moved or changed meanwhile? Open it again
error-file-too-large = it is larger than { $limit } MB
error-too-many-pixels = { $width } × { $height } pixels are too many; make it smaller
error-no-document-store = this browser keeps no documents here; save the drawing as a file before you close the page, or use an ordinary window
error-document-missing = the document is not there any more: deleted in another tab?
error-document-broken = the document is damaged; open a file that was saved of it
error-clipboard-closed = the browser does not open the clipboard; press Ctrl+V
error-no-video = this browser cannot make videos; current Chrome, Edge and Firefox can
error-missing = this browser has no { $interface } here; use a current one and an https:// address
error-refused = the browser refused ({ $action }: { $message })
error-broken-site = a part of this page is missing or broken; reload it
leave-unkept = “{ $name }” could not be kept on this device: unless you have saved it as a file, it will be lost. Go on without it?
error-no-picture = there is no picture in it
