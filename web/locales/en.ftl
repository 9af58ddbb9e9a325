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
action-side-by-side = Side by side
action-wipe = Wipe between sketch and picture
action-under = Picture under the strokes
action-sketch-only = Sketch only
action-picture-only = Picture only
action-next-view = Next view
action-docks = Docks
action-settings = Settings
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
said-key-set = Key set: { $action }
said-pressed = Pressed at { $x }, { $y }
said-lifted = Lifted at { $x }, { $y }
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
key-enter = Enter
key-escape = Esc
key-delete = Delete
keys-taken = { $action } has this key; give it another one first
keys-of-browser = The browser keeps this key for itself
keys-of-page = This key moves about the page and presses buttons
key-space = Space
keys-hold = Hold { $key }

## Settings

theme-system = As the system
theme-light = Light
theme-dark = Dark

## Notices

notice-render-again = Render again
notice-dismiss = Dismiss
notice-update = A newer Underpaint is ready. Reloading clears the sketch; save it first if you want to keep it.
notice-save-sketch = Save sketch
notice-reload = Reload
notice-later = Later
close = Close

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
action-copy = Copy
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
said-nothing-selected = Nothing is selected: draw around something first
said-copied = Copied
said-nothing-to-copy = There is no paint to copy here
said-pasted = Pasted as a new layer
said-nothing-to-paste = Nothing was copied yet
said-nothing-to-transform = There is no paint to transform here
said-transformed = Transformed
said-tool-taken-back = Taken back
said-layer-closed = This layer cannot be changed: it is a group, locked or hidden
