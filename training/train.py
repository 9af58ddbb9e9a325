"""Trains Underpaint's starter model from nothing: `python training/train.py --preset cpu` (or `--preset gpu`).

Run it again after a break and it goes on from its last checkpoint. `--stage` runs one stage only; `--smoke` proves in
a minute or so that a recipe starts, trains, exports and loads, on any machine.
"""

import argparse
import contextlib
import ctypes
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # waiting threads sleep: other jobs share the machine
sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np  # noqa: E402
import torch  # noqa: E402

from underpaint_training import (  # noqa: E402
    autoencoder,
    common,
    curves,
    data,
    decoder,
    diffusion,
    evaluate,
    export,
    features,
    fewstep,
    latent_eyes,
    presets,
    resume,
    tokenizer,
    words,
)

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("data", "features", "autoencoder", "latents", "eyes", "words", "diffusion", "fewstep", "decoder",
          "finish", "export", "evaluate")


def log(text):
    if int(os.environ.get("RANK", 0)) == 0:
        print(time.strftime("%H:%M:%S"), text, flush=True)


def arguments():
    home = Path(os.environ.get("UNDERPAINT_CACHE", Path.home() / ".cache" / "underpaint")) / "training"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", choices=sorted(presets.PRESETS), default="cpu")
    parser.add_argument("--stage", choices=("all", *STAGES), default="all")
    parser.add_argument("--smoke", action="store_true", help="tiny batches for seconds on a stand-in dataset")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads")
    parser.add_argument("--workers", type=int, default=1,
                        help="processes that train the UNet together, each with --threads threads")
    parser.add_argument("--state", type=Path, help="folder of checkpoints and caches")
    parser.add_argument("--data", type=Path, help="dataset folder (made if absent)")
    parser.add_argument("--eval-data", type=Path, help="evaluation dataset folder (made if absent)")
    parser.add_argument("--out", type=Path, default=ROOT / "web" / "starter", help="where to write the model")
    parser.add_argument("--vae-minutes", type=float)
    parser.add_argument("--unet-minutes", type=float)
    parser.add_argument("--decoder-minutes", type=float)
    parser.add_argument("--eyes-minutes", type=float)
    parser.add_argument("--words-minutes", type=float)
    parser.add_argument("--fewstep-minutes", type=float)
    parser.add_argument("--finish-minutes", type=float)
    parser.add_argument("--features-minutes", type=float)
    parser.add_argument("--resume", choices=("auto", "never"), default="auto",
                        help="auto: where no state is kept and --from holds a model of this shape, go on from it")
    parser.add_argument("--from", dest="start", type=Path, help="the exported model to go on from (default: --out)")
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
               "decoder_minutes": found.decoder_minutes, "pictures": found.pictures,
               "eyes_minutes": found.eyes_minutes, "fewstep_minutes": found.fewstep_minutes,
               "words_minutes": found.words_minutes,
               "finish_minutes": found.finish_minutes,
               "features_minutes": found.features_minutes}
    preset = replace(preset, **{name: value for name, value in changes.items() if value is not None})
    if preset.device == "cuda" and not torch.cuda.is_available():
        parser.error(f"the preset {found.preset} needs a CUDA GPU and none is here; --preset cpu, or --smoke to try it")
    found.start = found.start or found.out
    found.state = found.state or home / f"state-{found.preset}"
    found.data = found.data or home / f"data-{preset.size}"
    found.eval_data = found.eval_data or home / f"eval-{preset.size}"
    return found, preset


def keep_memory():
    """Let the C library keep what tensors give back, where it is glibc: handing it to the system and taking it again in
    every layer took half of the time (encoding on two cores: 15 pictures a second, 40 without)."""
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(-4, 0), library.mallopt(-1, -1)  # M_MMAP_MAX, M_TRIM_THRESHOLD


def main():
    keep_memory()
    options, preset = arguments()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.backends.cuda.matmul.allow_tf32 = True
    wanted = STAGES if options.stage == "all" else STAGES[: STAGES.index(options.stage) + 1]
    state, size = options.state, preset.size
    state.mkdir(parents=True, exist_ok=True)
    if options.smoke:
        scenes = data.stand_in(options.data, preset.pictures, size)
        trial = data.stand_in(options.eval_data, 24, size, seed=1)
    else:
        scenes = data.ensure(options.data, preset.pictures, 1, size, os.cpu_count(), preset.careful_share)
        trial = data.ensure(options.eval_data, 600, 900001, size, os.cpu_count())
    log(f"data: {scenes.count} pictures of {size}x{size}, {trial.count} for evaluation")

    curve = {name: curves.History(state / "curves", name) for name in STAGES}
    going_on = kept_export(options, preset, state)
    if going_on and options.unet_minutes is None:  # the export paints in few steps already: that stage goes on
        preset = replace(preset, unet_minutes=0.0, fewstep_lr=preset.fewstep_lr * resume.CAREFULLY)
    if "features" not in wanted:
        return
    eyes = features.train(scenes, state / "features.pt", preset.features_minutes, device=preset.device, log=log,
                          history=curve["features"])
    if "autoencoder" not in wanted:
        return
    known = (state / "autoencoder-done.pt").exists()
    vae = trained_autoencoder(options, preset, scenes, going_on, eyes, curve["autoencoder"])
    if not known and "RANK" not in os.environ:
        log("autoencoder: %.2f dB on evaluation pictures" % autoencoder.psnr(vae, trial.pictures[:64], preset.device)[0])
    if options.stage == "decoder":  # needs nothing of the stages between, so that it can run beside them
        decoder.train(preset, vae, scenes, state / "decoder.pt", log, eyes, curve["decoder"])
        return
    if "latents" not in wanted:
        return
    count = min(preset.pictures, scenes.count)
    full = min(preset.full_latents or count, count)
    latents = cached_latents(preset, scenes, vae, state, full)
    halved = preset.half_share * preset.unet_minutes > 0
    half_latents = cached_latents(preset, scenes, vae, state, count, half=True) if halved else None
    if not (state / "tokenizer" / "tokenizer.json").exists():
        if going_on:
            resume.tokens(options.start, state / "tokenizer")
        else:
            vocab, merges = tokenizer.learn([text for group in scenes.captions for text in group], preset.vocab_size)
            tokenizer.write(state / "tokenizer", vocab, merges)
            log(f"tokenizer: {len(vocab)} tokens, {len(merges)} merges")
    if "eyes" not in wanted:
        return
    latent_sight = latent_eyes.train(scenes, latents, state / "latent-eyes.pt", preset.eyes_minutes,
                                     device=preset.device, log=log, history=curve["eyes"])
    if "words" not in wanted:
        return
    fast = tokenizer.load(state / "tokenizer")
    start_id, end_id = fast.token_to_id(tokenizer.START), fast.token_to_id(tokenizer.END)
    text, unet = diffusion.build(preset, fast.get_vocab_size(), start_id, end_id)
    kept = None
    if going_on:
        kept, unet = resume.painter(options.start, preset)
        text = kept or text
        log(f"unet: starts from the export in {options.start}; optimiser and clock start anew")
    empty = tokenizer.encode(fast, [""])[0]
    tokens = diffusion.all_tokens(state / "tokenizer", scenes.captions[:count], log)
    meant = latent_eyes.classes_of(scenes, len(latents[0]), meant=True)
    batches, half, crops = diffusion.Batches(preset, *latents, tokens, empty, preset.device, meant=meant), None, None
    few, side = preset.half_pictures, latents[0].shape[-1] // 2
    if half_latents:
        half = diffusion.Batches(preset, *half_latents, tokens, empty, preset.device, few)
    if few:
        crops = diffusion.Batches(preset, *latents, tokens, empty, preset.device, few, side, batches.meant)
    log("parameters: " + ", ".join(f"{n} {sum(p.numel() for p in m.parameters()) / 1e6:.2f} M" for n, m in
                                   (("vae", vae), ("text", text), ("unet", unet))))
    helpers = start_helpers(options.workers)
    reader = words.train(preset, text, unet, scenes, tokens, batches, state / "words.pt", log, curve["words"],
                         bool(kept))
    if "RANK" not in os.environ:
        ids = torch.from_numpy(tokenizer.encode(fast, [captions[-1] for captions in trial.captions[:200]]))
        told = words.understood(text, reader, ids.to(preset.device), trial.attributes[:200])
        log(f"words: share of 200 evaluation captions whose facts are told: {told}")
    if "diffusion" not in wanted:
        return
    key = f"{preset.unet} {preset.text}"
    steps = diffusion.train(preset, text, unet, batches, state / "diffusion.pt", key, log, curve["diffusion"], half, crops)
    if "fewstep" not in wanted:
        return
    few = preset.fewstep_minutes > 0
    if few:
        key = f"{key} after {steps} steps"
        facts, _ = latent_sight.labels.rows(scenes.attributes[:full])
        counts = latent_eyes.class_weights(scenes, meant)
        steps = fewstep.train(preset, text, unet, latent_sight, reader, facts, counts, batches, state / "fewstep.pt", key,
                              log, curve["fewstep"], crops)
        key = f"{key} and {steps} of few-step training"
    for helper in helpers:
        helper.wait()
    if "decoder" not in wanted or os.environ.get("RANK", "0") != "0":
        return
    vae = decoder.train(preset, vae, scenes, state / "decoder.pt", log, eyes, curve["decoder"])
    if "finish" not in wanted:
        return
    if few and preset.finish_minutes > 0:
        painted = kept_paintings(state / "paintings.npz", key, preset, text, unet, batches)
        vae = decoder.train(preset, vae, scenes, state / "finish.pt", log, eyes, curve["finish"],
                            decoder.Paintings(*painted, scenes), state / "decoder.pt")
    text, unet = text.float().cpu(), unet.float().cpu()
    if "export" not in wanted:
        return
    write(options.out, preset, scenes, trial, vae.cpu(), text, unet, state / "tokenizer", few)
    log(f"export: {options.out}, {export.sizes(options.out)['all'] / 1e6:.1f} MB")
    if "evaluate" not in wanted:
        return
    steps, guidance = (4, 1.0) if few else (12, 4.0)
    found = evaluate.report(options.out, trial, state / "evaluation", steps, guidance)
    log(json.dumps(found, indent=1))
    drawn = export.check_pipeline(options.out, evaluate.hand_drawn(size), evaluate.MEADOW, steps, guidance)
    log(f"diffusers' own pipeline: correlation {evaluate.colour_correlation(evaluate.hand_drawn(size), drawn):.3f}")
    log("next: python training/eval/run.py (FID, layout, attributes; see training/README.md)")


def start_helpers(count):
    """The other processes of this training: the same command again, with a rank. They meet in `common.Workers`."""
    if count < 2 or "RANK" in os.environ:
        return []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    shared = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": str(count)}
    found = [
        subprocess.Popen([sys.executable, *sys.argv], env={**os.environ, **shared, "RANK": str(rank)})
        for rank in range(1, count)
    ]
    os.environ.update(shared, RANK="0")
    return found


def kept_export(options, preset, state):
    """Whether the training goes on from an export: decided once, when the state folder is new, and then kept to."""
    mark = state / "goes-on-from.json"
    if mark.exists():
        return json.loads(mark.read_text())["export"] is not None
    why = "asked not to" if options.resume == "never" else resume.fits(options.start, preset)
    if why is None and any((state / name).exists() for name in ("autoencoder-done.pt", "autoencoder.pt", "diffusion.pt")):
        why = "the state folder has its own"
    mark.write_text(json.dumps({"export": str(options.start) if why is None else None, "why": why}) + "\n")
    log(f"goes on from the export in {options.start}" if why is None else f"starts from nothing ({why})")
    return why is None


def trained_autoencoder(options, preset, scenes, going_on, eyes, curve):
    """The finished autoencoder, normalised; the export's where the training goes on from it, else trained now."""
    path = options.state / "autoencoder-done.pt"
    kept = common.load(path)
    if kept is None:
        if going_on:
            model = resume.autoencoder(options.start)
        else:
            start = options.state / "autoencoder.pt"
            model = autoencoder.train(preset, scenes, start, options.vae_start, log, eyes, curve)
        common.save(path, {"model": {name: value.cpu() for name, value in model.state_dict().items()}})
        kept = common.load(path)
    model = autoencoder.build(preset)
    model.load_state_dict(kept["model"])
    return model.eval().to(preset.device)


def cached_latents(preset, scenes, vae, state, count, half=False):
    """Latents of the first pictures and sketches of `scenes`, encoded once and kept in the state folder."""
    cached = []
    for name in ("pictures", "sketches"):
        path = state / f"latents-{name}{'-half' if half else ''}-{count}.npy"
        if not path.exists():
            pixels = getattr(scenes, name)[:count]
            encoded = autoencoder.encode_all(vae, pixels, preset.encode_batch, preset.device, log, name, half)
            np.save(path.with_suffix(".partial.npy"), encoded)
            os.replace(path.with_suffix(".partial.npy"), path)
        cached.append(np.load(path))
    return cached


def kept_paintings(path, key, preset, text, unet, batches):
    """What the finished UNet paints (`fewstep.paintings`), kept for later runs of the same one."""
    if path.exists():
        kept = np.load(path)
        if str(kept["key"]) == key:
            return kept["latents"], kept["rows"]
    latents, rows = fewstep.paintings(preset, text, unet, batches, preset.finish_paintings, log)
    np.savez(path, latents=latents, rows=rows, key=key)
    return latents, rows


def write(folder, preset, scenes, trial, vae, text, unet, tokens, few):
    """Export with the facts for the app: preview colours, defaults, examples and known words."""
    from underpaint_training import sample

    painter = sample.Painter(vae, text, unet, tokenizer.load(tokens))
    rows, offset = export.latent_rgb(painter, trial.pictures[:64])
    words = tokenizer.known_words([caption for group in scenes.captions for caption in group])
    extra = {
        "name": "Underpaint starter",
        "version": 5,
        "size": preset.size,
        "strength": 0.6 if few else 0.4,
        "steps": 4 if few else 12,
        "guidance": 1.0 if few else 4.0,
        "latent_rgb": rows,
        "latent_rgb_bias": offset,
        "examples": export.EXAMPLES,
        "known_words": words,
    }
    export.write(folder, vae, text, unet, tokens, extra)


if __name__ == "__main__":
    main()
