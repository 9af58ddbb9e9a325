"""Trains Underpaint's starter model from nothing: `python training/train.py --preset cpu` (or `--preset gpu`).

Run it again after a break and it goes on from its last checkpoint. `--stage` runs one stage only; `--smoke` proves in
a minute or so that a recipe starts, trains, exports and loads, on any machine.
"""

import argparse
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads sleep: other jobs share the machine
sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np  # noqa: E402
import torch  # noqa: E402

from underpaint_training import autoencoder, common, data, decoder, diffusion, evaluate, export, presets, tokenizer  # noqa: E402

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("data", "autoencoder", "latents", "diffusion", "decoder", "export", "evaluate")


def log(text):
    print(time.strftime("%H:%M:%S"), text, flush=True)


def arguments():
    home = Path(os.environ.get("UNDERPAINT_CACHE", Path.home() / ".cache" / "underpaint")) / "training"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=sorted(presets.PRESETS), default="cpu")
    parser.add_argument("--stage", choices=("all", *STAGES), default="all")
    parser.add_argument("--smoke", action="store_true", help="tiny batches for seconds on a stand-in dataset")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    parser.add_argument("--state", type=Path, help="folder of checkpoints and caches")
    parser.add_argument("--data", type=Path, help="dataset folder (made if absent)")
    parser.add_argument("--eval-data", type=Path, help="evaluation dataset folder (made if absent)")
    parser.add_argument("--out", type=Path, default=ROOT / "web" / "starter", help="where to write the model")
    parser.add_argument("--vae-minutes", type=float)
    parser.add_argument("--unet-minutes", type=float)
    parser.add_argument("--decoder-minutes", type=float)
    parser.add_argument("--vae-start", type=Path, help="autoencoder checkpoint to start from")
    parser.add_argument("--pictures", type=int, help="use the first so many pictures")
    found = parser.parse_args()
    preset = presets.PRESETS[found.preset]
    if found.smoke:
        preset = presets.smoke(preset)
        home = Path("/tmp/underpaint-smoke")
        if found.out == ROOT / "web" / "starter":
            found.out = home / f"starter-{preset.size}"
    changes = {"vae_minutes": found.vae_minutes, "unet_minutes": found.unet_minutes,
               "decoder_minutes": found.decoder_minutes, "pictures": found.pictures}
    preset = replace(preset, **{name: value for name, value in changes.items() if value is not None})
    found.state = found.state or home / f"state-{found.preset}"
    found.data = found.data or home / f"data-{preset.size}"
    found.eval_data = found.eval_data or home / f"eval-{preset.size}"
    return found, preset


def main():
    options, preset = arguments()
    torch.set_num_threads(options.threads)
    torch.backends.cuda.matmul.allow_tf32 = True
    wanted = STAGES if options.stage == "all" else STAGES[: STAGES.index(options.stage) + 1]
    state, size = options.state, preset.size
    state.mkdir(parents=True, exist_ok=True)
    if options.smoke:
        scenes = data.stand_in(options.data, preset.pictures, size)
        trial = data.stand_in(options.eval_data, 24, size, seed=1)
    else:
        scenes = data.ensure(options.data, preset.pictures, 1, size, os.cpu_count())
        trial = data.ensure(options.eval_data, 600, 900001, size, os.cpu_count())
    log(f"data: {scenes.count} pictures of {size}x{size}, {trial.count} for evaluation")

    def vae_trained():
        """The finished autoencoder, normalised; trained on the first call."""
        path = state / "autoencoder-done.pt"
        kept = common.load(path)
        if kept is None:
            model = autoencoder.train(preset, scenes, state / "autoencoder.pt", options.vae_start, log)
            common.save(path, {"model": {name: value.cpu() for name, value in model.state_dict().items()}})
            kept = common.load(path)
        model = autoencoder.build(preset)
        model.load_state_dict(kept["model"])
        return model.eval().to(preset.device)

    if "autoencoder" not in wanted:
        return
    vae = vae_trained()
    log("autoencoder: %.2f dB on evaluation pictures" % autoencoder.psnr(vae, trial.pictures[:64], preset.device)[0])
    if options.stage == "decoder":  # needs nothing of the stages between, so that it can run beside them
        decoder.train(preset, vae, scenes, state / "decoder.pt", log)
        return
    if "latents" not in wanted:
        return
    count = min(preset.pictures, scenes.count)
    cached = {}
    for name, limit in (("pictures", count), ("sketches", count)):
        path = state / f"latents-{name}-{limit}.npy"
        if not path.exists():
            pixels = getattr(scenes, name)[:limit]
            encoded = autoencoder.encode_all(vae, pixels, preset.encode_batch, preset.device, log, name)
            np.save(path.with_suffix(".partial.npy"), encoded)
            os.replace(path.with_suffix(".partial.npy"), path)
        cached[name] = np.load(path)
    if not (state / "tokenizer" / "tokenizer.json").exists():
        vocab, merges = tokenizer.learn([text for group in scenes.captions for text in group], preset.vocab_size)
        tokenizer.write(state / "tokenizer", vocab, merges)
        log(f"tokenizer: {len(vocab)} tokens, {len(merges)} merges")
    if "diffusion" not in wanted:
        return
    fast = tokenizer.load(state / "tokenizer")
    start_id, end_id = fast.token_to_id(tokenizer.START), fast.token_to_id(tokenizer.END)
    text, unet = diffusion.build(preset, fast.get_vocab_size(), start_id, end_id)
    empty = tokenizer.encode(fast, [""])[0]
    tokens = diffusion.all_tokens(state / "tokenizer", scenes.captions[:count], log)
    batches = diffusion.Batches(preset, cached["pictures"], cached["sketches"], tokens, empty, preset.device)
    log("parameters: " + ", ".join(f"{n} {sum(p.numel() for p in m.parameters()) / 1e6:.2f} M" for n, m in
                                   (("vae", vae), ("text", text), ("unet", unet))))
    key = f"{preset.unet} {preset.text}"
    diffusion.train(preset, text, unet, batches, state / "diffusion.pt", key, log)
    text, unet = text.float().cpu(), unet.float().cpu()
    if "export" not in wanted:
        return
    if options.stage != "all":  # an early look: whatever the decoder has learnt so far
        log(f"decoder: as of step {decoder.averaged(vae, state / 'decoder.pt', preset)}")
    else:
        vae = decoder.train(preset, vae, scenes, state / "decoder.pt", log)
    write(options.out, preset, scenes, trial, vae.cpu(), text, unet, state / "tokenizer")
    log(f"export: {options.out}, {export.sizes(options.out)['all'] / 1e6:.1f} MB")
    if "evaluate" not in wanted:
        return
    found = evaluate.report(options.out, trial, state / "evaluation")
    log(json.dumps(found, indent=1))
    drawn = export.check_pipeline(options.out, evaluate.hand_drawn(size), evaluate.MEADOW)
    log(f"diffusers' own pipeline: correlation {evaluate.colour_correlation(evaluate.hand_drawn(size), drawn):.3f}")


def write(folder, preset, scenes, trial, vae, text, unet, tokens):
    """Export with the facts for the app: preview colours, defaults, examples and known words."""
    from underpaint_training import sample

    painter = sample.Painter(vae, text, unet, tokenizer.load(tokens))
    rows, offset = export.latent_rgb(painter, trial.pictures[:64])
    words = tokenizer.known_words([caption for group in scenes.captions for caption in group])
    extra = {
        "name": "Underpaint starter",
        "version": 0,
        "size": preset.size,
        "strength": 0.4,
        "steps": 12,
        "guidance": 4.0,
        "latent_rgb": rows,
        "latent_rgb_bias": offset,
        "examples": export.EXAMPLES,
        "known_words": words,
    }
    export.write(folder, vae, text, unet, tokens, extra)


if __name__ == "__main__":
    main()
