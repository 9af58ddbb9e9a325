"""Walks of diffusers' schedulers with a made-up model, for crates/diffusion/tests/parity/schedulers.rs.

    python tests/parity/make_scheduler_fixtures.py

A case is a configuration, the arguments of an image-to-image run and some of the latents at its beginning, after the
first step and after the last. The made-up model is a smooth function of what it sees and of the timestep, so that every mistake in
scaling or timing shows.
"""

import json
import logging
from pathlib import Path

import diffusers
import torch
from diffusers import (
    DDIMScheduler,
    DDPMScheduler,
    DEISMultistepScheduler,
    DPMSolverMultistepScheduler,
    EulerAncestralDiscreteScheduler,
    EulerDiscreteScheduler,
    HeunDiscreteScheduler,
    LCMScheduler,
    PNDMScheduler,
    UniPCMultistepScheduler,
)
from diffusers.schedulers.scheduling_utils import KarrasDiffusionSchedulers

diffusers.utils.logging.set_verbosity(logging.ERROR)
OUT = Path(__file__).parents[1] / "fixtures" / "schedulers" / "walks.json"
SAVED = OUT.with_name("saved.json")
STABLE_DIFFUSION = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
CLASSES = {
    "ddim": DDIMScheduler,
    "ddpm": DDPMScheduler,
    "deis": DEISMultistepScheduler,
    "dpmpp-2m": DPMSolverMultistepScheduler,
    "dpmpp-2m-sde": DPMSolverMultistepScheduler,
    "euler": EulerDiscreteScheduler,
    "euler-a": EulerAncestralDiscreteScheduler,
    "heun": HeunDiscreteScheduler,
    "lcm": LCMScheduler,
    "pndm": PNDMScheduler,
    "unipc": UniPCMultistepScheduler,
}
STOCHASTIC = {"ddpm", "dpmpp-2m-sde", "euler-a", "lcm"}
SEED = 7
KEPT = 2  # numbers of the latents that are written down in the end


def model(seen, timestep):
    """Stands in for a UNet: crates/diffusion/tests/parity/schedulers.rs computes the same."""
    return torch.sin(seen * 1.7 + float(timestep) * 0.003) * 0.8 + seen * 0.2


def walk(name, scheduler, strength, steps, picture, noise, span):
    """The loop of StableDiffusionImg2ImgPipeline without its networks, that of the one for inpainting, or for LCM."""
    generator = torch.Generator("cpu").manual_seed(SEED)
    if span == "lcm":
        scheduler.set_timesteps(steps, strength=strength)
        timesteps = scheduler.timesteps
    else:
        scheduler.set_timesteps(steps)
        first = max(steps - min(int(steps * strength), steps), 0) * scheduler.order
        timesteps = scheduler.timesteps[first:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(first)
    latents = scheduler.add_noise(picture, noise, timesteps[:1])
    start, walked, renoised = latents, [], [float(latents.flatten()[0])]
    extra = {"eta": 0.0} if name == "ddim" else {}
    if name in STOCHASTIC:
        extra["generator"] = generator
    for idx, timestep in enumerate(timesteps):
        output = model(scheduler.scale_model_input(latents, timestep), timestep)
        latents = scheduler.step(output, timestep, latents, return_dict=False, **extra)[0]
        walked.append(latents)
        if idx + 1 < len(timesteps):
            known = scheduler.add_noise(picture, noise, torch.tensor([timesteps[idx + 1]]))
            renoised.append(float(known.flatten()[0]))
        else:
            known = picture
        if span == "inpaint":
            # The upper half of the picture is known, and put back after every step.
            latents = torch.cat([known[:, :, :2], latents[:, :, 2:]], dim=2)
            walked[-1] = latents.flip(2)
    scale = float(scheduler.init_noise_sigma)
    return timesteps, start, walked, renoised, scale


def cases():
    sd = STABLE_DIFFUSION
    leading = {"steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False, "timestep_spacing": "leading"}
    snr = {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing", "prediction_type": "v_prediction"}
    predictions = ["epsilon", "v_prediction", "sample"]
    spacings = ["leading", "linspace", "trailing"]
    karras, exponential, lu = {"use_karras_sigmas": True}, {"use_exponential_sigmas": True}, {"use_lu_lambdas": True}
    to_sigma_min = {"final_sigmas_type": "sigma_min"}
    no_clip = {"clip_sample": False}
    plms = {"skip_prk_steps": True}
    # Extras that a scheduler needs everywhere.
    base = {"ddim": no_clip, "ddpm": no_clip, "pndm": plms, "dpmpp-2m-sde": {"algorithm_type": "sde-dpmsolver++"}}

    # Everything with everything: prediction, spacing, sigma spacing.
    for name in CLASSES:
        for prediction in predictions:
            if prediction == "sample" and name in ("euler-a", "pndm"):
                continue
            for spacing in spacings:
                common = {**sd, **base.get(name, {}), "prediction_type": prediction, "timestep_spacing": spacing}
                yield name, common, 0.6, 10
                if name in ("euler", "heun", "unipc", "dpmpp-2m", "dpmpp-2m-sde", "deis"):
                    if prediction == "epsilon" or spacing == "trailing":
                        yield name, {**common, **karras}, 0.7, 7
                    if prediction == "v_prediction" or spacing == "leading":
                        yield name, {**common, **exponential, "steps_offset": 1}, 1.0, 5
        # Few steps, a cut to a single one, and the usual file of Stable Diffusion.
        for spacing in spacings:
            common = {**sd, **base.get(name, {}), "timestep_spacing": spacing, "steps_offset": 1}
            for steps in (1, 2, 3):
                yield name, common, 1.0, steps
            yield name, common, 0.34, 3
            yield name, common, 0.051, 20
        yield name, {**sd, **leading, **base.get(name, {}), **plms}, 0.58, 50
        yield name, {**sd, **leading, **base.get(name, {}), **plms}, 0.75, 20
        yield name, {**base.get(name, {})}, 0.8, 6
        yield name, {**base.get(name, {}), "beta_schedule": "squaredcos_cap_v2", **no_clip}, 0.9, 7
        if name not in ("deis", "heun", "pndm"):
            yield name, {**sd, **base.get(name, {}), **snr}, 1.0, 8
            yield name, {**sd, **base.get(name, {}), **snr}, 0.5, 24
            yield name, {**sd, **base.get(name, {}), **snr}, 1.0, 1

    for name in ["ddim", "ddpm", "lcm", "heun"]:
        yield name, {**sd, "clip_sample": True, "clip_sample_range": 0.7}, 0.5, 8
    yield "ddim", {"trained_betas": [0.001 * (index + 1) for index in range(40)], "num_train_timesteps": 40}, 0.8, 6
    yield "ddim", {"beta_schedule": "linear", "num_train_timesteps": 200, "clip_sample": False}, 0.7, 10
    yield "ddim", {**sd, **leading}, 1.0, 12

    yield "euler", {**sd, **to_sigma_min, "timestep_spacing": "trailing"}, 1.0, 4
    for spacing in [karras, exponential]:
        yield "euler", {**sd, **spacing, "sigma_min": 0.05, "sigma_max": 12.0}, 0.8, 10
        yield "unipc", {**sd, **spacing, "sigma_min": 0.05, "sigma_max": 12.0}, 0.8, 10
        # A key that the class does not have, and looks at all the same.
        yield "dpmpp-2m", {**sd, **spacing, "sigma_min": 0.05, "sigma_max": 12.0}, 0.8, 10
        yield "heun", {**sd, **spacing, "sigma_min": 0.05, "sigma_max": 12.0}, 0.8, 5

    for variance in ["fixed_small_log", "fixed_large"]:
        yield "ddpm", {**sd, **no_clip, "variance_type": variance}, 0.7, 8

    yield "pndm", {**sd, **plms, "set_alpha_to_one": True, "steps_offset": 1}, 1.0, 9
    for strength in (0.2, 0.3, 0.4, 0.5, 0.9):
        yield "pndm", {**sd, **plms, "steps_offset": 1}, strength, 10

    for algorithm in ["dpmsolver++", "dpmsolver", "sde-dpmsolver++", "sde-dpmsolver"]:
        name = "dpmpp-2m-sde" if algorithm.startswith("sde") else "dpmpp-2m"
        for solver in ["midpoint", "heun"]:
            for order in [1, 2, 3]:
                if algorithm == "sde-dpmsolver" and order == 3:
                    continue
                common = {**sd, "algorithm_type": algorithm, "solver_type": solver, "solver_order": order}
                for prediction in predictions:
                    yield name, {**common, **to_sigma_min, "prediction_type": prediction}, 0.9, 8
                yield name, {**common, **to_sigma_min, "lower_order_final": False}, 1.0, 6
                yield name, {**common, **to_sigma_min, "euler_at_final": True}, 0.8, 20
                if algorithm.endswith("++"):
                    yield name, common, 1.0, 20
                    yield name, {**common, "lower_order_final": False}, 1.0, 6
    for spacing in spacings:
        yield "dpmpp-2m", {**sd, **lu, "timestep_spacing": spacing}, 0.8, 9
        yield "dpmpp-2m", {**sd, "lambda_min_clipped": -1.5, "timestep_spacing": spacing}, 1.0, 6
    for spacing in [karras, lu, exponential]:
        cosine = {"beta_schedule": "squaredcos_cap_v2", "lambda_min_clipped": -5.1}
        yield "dpmpp-2m", {**cosine, **spacing}, 0.8, 9
        yield "unipc", {"beta_schedule": "squaredcos_cap_v2", **spacing}, 0.8, 9
    yield "dpmpp-2m", {**sd, **to_sigma_min, "algorithm_type": "deis", "solver_type": "logrho"}, 0.8, 5

    for solver in ["bh1", "bh2"]:
        for order in [1, 2, 3]:
            for of_pictures in [True, False]:
                common = {**sd, "solver_type": solver, "solver_order": order, "predict_x0": of_pictures, **to_sigma_min}
                for prediction in predictions:
                    yield "unipc", {**common, "prediction_type": prediction}, 0.9, 8
                yield "unipc", {**common, "lower_order_final": False}, 1.0, 6
            if solver == "bh2":
                yield "unipc", {**sd, "solver_type": solver, "solver_order": order}, 1.0, 20
    yield "unipc", {**sd, "disable_corrector": [0, 3]}, 1.0, 6
    yield "unipc", {**sd, "disable_corrector": [5]}, 0.6, 10
    yield "unipc", {**sd, "solver_type": "midpoint"}, 0.6, 6

    for order in [1, 2, 3]:
        for steps in [7, 20]:
            yield "deis", {**sd, "solver_order": order, "algorithm_type": "deis", "solver_type": "logrho"}, 0.9, steps
        yield "deis", {**sd, **karras, "solver_order": order, "lower_order_final": False}, 1.0, 6

    for prediction in predictions:
        yield "lcm", {"prediction_type": prediction}, 0.5, 8
    yield "lcm", {}, 1.0, 4
    yield "lcm", {"original_inference_steps": 20, "timestep_scaling": 3.0}, 1.0, 7
    for strength, steps in [(1.0, 4), (0.8, 4), (0.5, 4), (0.3, 8), (0.1, 4), (0.02, 1), (0.58, 7)]:
        yield "lcm", {}, strength, steps, "lcm"
    yield "lcm", {"original_inference_steps": 100, **leading}, 0.6, 6, "lcm"

    # Steps that look back must do so past the known parts that inpainting puts in between.
    for name in CLASSES:
        common = {**sd, **leading, **base.get(name, {}), **plms}
        for strength, steps in [(1.0, 5), (0.6, 10)]:
            yield name, {**common, "timestep_spacing": "linspace"}, strength, steps, "inpaint"
    yield "unipc", {**sd, **karras, "solver_order": 3}, 0.8, 10, "inpaint"
    yield "dpmpp-2m", {**sd, **karras, "solver_order": 3}, 0.8, 10, "inpaint"
    # A last step that goes nowhere.
    for name in ["unipc", "dpmpp-2m", "dpmpp-2m-sde"]:
        for spacing in [karras, exponential]:
            yield name, {**sd, **base.get(name, {}), **spacing, **to_sigma_min}, 0.8, 10

    # A configuration that another class wrote: unknown keys pass, missing ones take the class's own defaults.
    for name in CLASSES:
        extra = {"algorithm_type": "sde-dpmsolver++"} if name == "dpmpp-2m-sde" else {}
        yield name, {**sd, **leading, **plms, "_class_name": "PNDMScheduler", "trained_betas": None, **extra}, 0.7, 9
        if name != "pndm":
            other = {"_class_name": "EulerDiscreteScheduler", "use_karras_sigmas": True, "interpolation_type": "linear",
                     "timestep_type": "discrete", "final_sigmas_type": "zero", "sigma_min": None, "sigma_max": None}
            yield name, {**sd, **other, **snr, **no_clip, **extra}, 0.7, 9
        if name not in ("pndm", "dpmpp-2m-sde"):
            defaults = {"_use_default_values": ["timestep_spacing", "beta_start"]}
            yield name, {**sd, **no_clip, "timestep_spacing": "trailing", **defaults}, 0.7, 9


def rounded(tensor):
    return [float(f"{value:.6g}") for value in tensor.flatten().tolist()]


def main():
    generator = torch.Generator("cpu").manual_seed(1)
    picture = torch.randn(1, 1, 4, 4, generator=generator)
    noise = torch.randn(1, 1, 4, 4, generator=generator)
    found, n_left_out = [], 0
    for name, config, strength, steps, *span in cases():
        span = span[0] if span else "img2img"
        scheduler = CLASSES[name].from_config(dict(config))
        try:
            timesteps, start, walked, renoised, scale = walk(name, scheduler, strength, steps, picture, noise, span)
        except (IndexError, ValueError, RuntimeError) as error:
            # Nothing left to run, or a timestep beyond the training: these requests fail there, too.
            print(f"left out: {name} {config} {strength} of {steps}: {type(error).__name__} {error}")
            n_left_out += 1
            continue
        if not all(torch.isfinite(latents).all() for latents in walked):
            print(f"left out: {name} {config} {strength} of {steps} is not finite")
            n_left_out += 1
            continue
        own = {key: value for key, value in config.items() if STABLE_DIFFUSION.get(key) != value}
        own.setdefault("_class_name", type(scheduler).__name__)
        case = {
            "scheduler": name,
            "sd": len(own) < len(config),
            "config": own,
            "strength": strength,
            "steps": steps,
            "n": len(timesteps),
            "latents": rounded(start)[:1] + rounded(walked[0])[:1] + rounded(walked[-1])[:KEPT],
        }
        if scale != 1.0:
            case["pure_noise_scale"] = float(f"{scale:.6g}")
        if len(found) % 9 == 0:
            case["renoised"] = [float(f"{value:.6g}") for value in renoised]
        if span != "img2img":
            case["span"] = span
        found.append(case)
    saved = {}
    needs_more_packages = {"DPMSolverSDEScheduler"}
    listed = {entry.name for entry in KarrasDiffusionSchedulers} - needs_more_packages
    for name in sorted(listed | {"LCMScheduler", "TCDScheduler"}):
        saved[name] = getattr(diffusers, name)().to_json_string()
    SAVED.write_text(json.dumps(saved, indent=0) + "\n")

    document = {"seed": SEED, "stable_diffusion": STABLE_DIFFUSION, "picture": picture.flatten().tolist(), "noise": noise.flatten().tolist(), "cases": found}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(document, separators=(",", ":")).replace('{"scheduler"', '\n{"scheduler"') + "\n")
    print(f"{len(found)} walks, {n_left_out} left out, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
