"""Walks of diffusers' schedulers with a made-up model, for crates/diffusion/tests/parity/schedulers.rs.

    python tests/parity/make_scheduler_fixtures.py

A case is a configuration, the arguments of an image-to-image run and the latents after every step. The made-up model is
a smooth function of what it sees and of the timestep, so that every mistake in scaling or timing shows.
"""

import json
from pathlib import Path

import torch
from diffusers import DDIMScheduler, EulerDiscreteScheduler, LCMScheduler

OUT = Path(__file__).parents[1] / "fixtures" / "schedulers" / "walks.json"
STABLE_DIFFUSION = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
CLASSES = {"ddim": DDIMScheduler, "euler": EulerDiscreteScheduler, "lcm": LCMScheduler}
N_VALUES = 16
SEED = 7


def model(seen, timestep):
    """Stands in for a UNet: crates/diffusion/tests/parity/schedulers.rs computes the same."""
    return torch.sin(seen * 1.7 + float(timestep) * 0.003) * 0.8 + seen * 0.2


def walk(scheduler, strength, steps, picture, noise):
    """StableDiffusionImg2ImgPipeline's loop without its networks."""
    generator = torch.Generator("cpu").manual_seed(SEED)
    scheduler.set_timesteps(steps)
    first = max(steps - min(int(steps * strength), steps), 0)
    timesteps = scheduler.timesteps[first:]
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(first)
    latents = scheduler.add_noise(picture, noise, timesteps[:1])
    start, walked = latents, []
    extra = {"eta": 0.0} if isinstance(scheduler, DDIMScheduler) else {}
    for timestep in timesteps:
        output = model(scheduler.scale_model_input(latents, timestep), timestep)
        latents = scheduler.step(output, timestep, latents, generator=generator, return_dict=False, **extra)[0]
        walked.append(latents)
    return timesteps, start, walked


def cases():
    sd = STABLE_DIFFUSION
    leading = {"steps_offset": 1, "set_alpha_to_one": False, "clip_sample": False, "timestep_spacing": "leading"}
    snr = {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing", "prediction_type": "v_prediction"}
    for prediction in ["epsilon", "v_prediction", "sample"]:
        for spacing in ["leading", "linspace", "trailing"]:
            common = {**sd, "prediction_type": prediction, "timestep_spacing": spacing}
            yield "ddim", {**common, "clip_sample": False}, 0.6, 10
            yield "euler", common, 0.6, 10
    for name in ["ddim", "lcm"]:
        yield name, {}, 0.75, 8
        yield name, {**sd, "clip_sample": True, "clip_sample_range": 0.7}, 0.5, 8
    yield "ddim", {**sd, **leading}, 0.58, 50
    yield "ddim", {**sd, **leading}, 1.0, 12
    yield "ddim", {**sd, **leading}, 1.0, 1
    yield "ddim", {**sd, **snr, "clip_sample": False}, 1.0, 12
    yield "ddim", {**sd, **snr, "clip_sample": False}, 0.5, 24
    yield "ddim", {**sd, "beta_schedule": "squaredcos_cap_v2", "clip_sample": False}, 0.9, 7
    yield "ddim", {"trained_betas": [0.001 * (index + 1) for index in range(40)], "num_train_timesteps": 40}, 0.8, 6
    yield "ddim", {"beta_schedule": "linear", "num_train_timesteps": 200, "clip_sample": False}, 0.7, 10
    yield "euler", {}, 0.7, 9
    yield "euler", {**sd, **leading}, 1.0, 6
    yield "euler", {**sd, **snr}, 1.0, 8
    yield "euler", {**sd, "final_sigmas_type": "sigma_min", "timestep_spacing": "trailing"}, 1.0, 4
    yield "euler", {**sd, "timestep_spacing": "trailing"}, 1.0, 1
    for spacing in [{"use_karras_sigmas": True}, {"use_exponential_sigmas": True}]:
        yield "euler", {**sd, **spacing}, 0.6, 10
        yield "euler", {**sd, **spacing, "timestep_spacing": "trailing"}, 1.0, 5
        yield "euler", {**sd, **spacing, "sigma_min": 0.05, "sigma_max": 12.0}, 0.8, 10
    for prediction in ["epsilon", "v_prediction", "sample"]:
        yield "lcm", {"prediction_type": prediction}, 0.5, 8
    yield "lcm", {}, 1.0, 4
    yield "lcm", {"original_inference_steps": 20, "timestep_scaling": 3.0}, 1.0, 7
    yield "lcm", {**snr}, 0.8, 6


def rounded(tensor):
    return [float(f"{value:.7g}") for value in tensor.flatten().tolist()]


def main():
    generator = torch.Generator("cpu").manual_seed(1)
    picture = torch.randn(1, 1, 4, 4, generator=generator)
    noise = torch.randn(1, 1, 4, 4, generator=generator)
    found = []
    for name, config, strength, steps in cases():
        scheduler = CLASSES[name].from_config(config)
        timesteps, start, walked = walk(scheduler, strength, steps, picture, noise)
        found.append({
            "scheduler": name,
            "config": {"_class_name": type(scheduler).__name__, **config},
            "strength": strength,
            "steps": steps,
            "timesteps": rounded(timesteps.float()),
            "start": rounded(start),
            "walk": [rounded(latents) for latents in walked],
        })
    document = {"seed": SEED, "picture": rounded(picture), "noise": rounded(noise), "cases": found}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(document, separators=(",", ":")).replace('{"scheduler"', '\n{"scheduler"') + "\n")
    print(f"{len(found)} walks, {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
