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
action-keep = Keep as paint
action-save-picture = Save picture
action-save-sketch = Save sketch
action-lock-seed = Lock seed
action-new-seed = New seed
action-zoom-in = Zoom in
action-zoom-out = Zoom out
action-actual-size = Actual size
action-fit-view = Fit to window
action-help = Keys

## Steps of the history

step-brush-stroke = Brush stroke
step-eraser-stroke = Eraser stroke
step-straight-line = Straight line
step-clear = Clear
step-open-picture = Open picture
step-keep-picture = Keep picture

## What is said aloud

said-undid = Undid: { $step }
said-redid = Redid: { $step }
said-cleared = Cleared the canvas
said-colour-taken = Took the colour { $colour }
said-no-seed = A seed is a whole number from 0 on, not “{ $text }”
said-picture-opened = The picture lies on the canvas
said-nothing-to-keep = There is no picture to keep yet: press Render first
said-kept = The picture is paint now
said-nothing-to-save = There is no picture to save yet: press Render first
said-stroke-taken-back = Stroke taken back
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
easels-title = Easel in sight
tools-title = Tools
colour-title = Colour
colours-title = Colours
colour-used-before = Used before: { $colour }
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
prompt-examples = Prompts to try
negative-title = Negative prompt
negative-hint = What should not be in it
strength-title = Strength
strength-restyle = restyle
strength-transform = transform
strength-reimagine = reimagine
steps-title = Steps
guidance-title = Guidance
runs-no-steps = Runs no steps: the picture is your sketch
runs-steps = Runs { n-steps }
runs-from-noise = Runs { n-steps } from pure noise: the sketch is not looked at
sampler-title = Sampler
sampler-own = The model's own
sampler-own-named = The model's own: { $sampler }
free-paper = Bare paper may become anything
seed-title = Seed
seed-hint = New with each render
settings-more = All settings
settings-fewer = Fewer settings

## Keys

keys-title = Keys
keys-opacity-range = Opacity 10 % … 100 %
keys-held-colour = Pick a colour
keys-held-view = Move the view
keys-held-line = Straight line
key-space = Space
keys-hold = Hold { $key }

## Notices

notice-render-again = Render again
notice-dismiss = Dismiss
notice-update = A newer Underpaint is ready. Reloading clears the sketch; save it first if you want to keep it.
notice-save-sketch = Save sketch
notice-reload = Reload
notice-later = Later
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
step-layer-lock = Lock layer
step-layer-unlock = Unlock layer
step-layer-lock-alpha = Lock of transparency
step-layer-clip = Clip to the layer below
step-layer-kind = Use of a layer

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
said-layer-locked = { $layer } is locked
said-layer-unlocked = { $layer } is unlocked
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
