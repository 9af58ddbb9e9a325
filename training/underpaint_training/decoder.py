"""Teaches the decoder texture, with the encoder (and so the latents) held fixed.

Pixel losses alone give mush: wherever the latents cannot tell grass blade from grass blade the best guess is their
mean. Here the decoder must also show the right *amount* of detail of each direction and size in every 8x8 window,
whatever its exact place, look right to a network that knows scenes, and pass a critic of patches. It runs beside or after the UNet's training, for it changes nothing the UNet sees.
"""

import numpy as np
import torch
import torch.nn.functional as F

from . import adversary, common, data, features


def filters(count=20, side=5, seed=3):
    """Random zero-mean filters of unit norm over RGB, half of them on brightness alone."""
    rng = np.random.default_rng(seed)
    kernels = rng.normal(size=(count, 3, side, side))
    kernels[: count // 2] = kernels[: count // 2].mean(1, keepdims=True)
    window = np.hanning(side + 2)[1:-1]
    kernels *= np.outer(window, window)
    kernels -= kernels.mean((2, 3), keepdims=True)
    kernels /= np.sqrt((kernels**2).sum((1, 2, 3), keepdims=True))
    return torch.tensor(kernels, dtype=torch.float32)


def texture_loss(found, wanted, kernels):
    """Difference of the filters' mean strengths in 8x8 windows, at two scales."""
    loss = 0.0
    for scale in range(2):
        strengths = [F.avg_pool2d(F.conv2d(x, kernels).abs(), 8, 4) for x in (found, wanted)]
        loss = loss + F.l1_loss(*strengths)
        if scale == 0:
            found, wanted = F.avg_pool2d(found, 2), F.avg_pool2d(wanted, 2)
    return loss


def edges(found, wanted):
    return sum(F.l1_loss(found.diff(dim=axis), wanted.diff(dim=axis)) for axis in (2, 3))


class Paintings:
    """Latents that the UNet painted from noised pictures, with these pictures.

    The encoder's latents are full of detail, the UNet's are not: where they are vague the decoder learns here to show
    texture of the right amount and direction all the same, instead of the mush that vague latents literally mean.
    """

    def __init__(self, latents, rows, scenes):
        """`latents` float16 (n, channels, h, w), `rows`: the picture of each."""
        self.latents, self.rows, self.scenes = latents, rows, scenes

    def crops(self, count, side, rng):
        """Latents (count, channels, side / 8, side / 8) and the pictures (count, 3, side, side) of these places."""
        places = side // 8
        seen = np.empty((count, self.latents.shape[1], places, places), np.float32)
        wanted = np.empty((count, side, side, 3), np.uint8)
        for row in range(count):
            picture = rng.integers(len(self.rows))
            y, x = rng.integers(0, self.latents.shape[-1] - places + 1, 2)
            seen[row] = self.latents[picture, :, y : y + places, x : x + places]
            wanted[row] = self.scenes.pictures[self.rows[picture], 8 * y : 8 * y + side, 8 * x : 8 * x + side]
        return torch.from_numpy(seen), data.to_tensor(wanted)


def train(preset, model, scenes, state_path, log=print, eyes=None, history=None, paintings=None, start=None):
    """Refine `model`'s decoder for the preset's minutes; resumes from `state_path`.

    `eyes` (a `features.Recogniser`) adds its perceptual distance; the PatchGAN critic joins after
    `preset.critic_from` of the time. With `paintings` half of each batch are these, for `preset.finish_minutes`; of
    them the decoder is asked for the picture's colours in squares of 8x8 pixels only, and for its texture. `start`: the
    checkpoint to begin with where `state_path` has none.
    """
    device = torch.device(preset.device)
    model.to(device).train()
    parts = torch.nn.ModuleList([model.decoder, model.post_quant_conv])
    optimizer = torch.optim.AdamW(common.parameters(parts, 1e-4), lr=preset.decoder_lr, betas=(0.9, 0.98))
    average = common.Average([parts], preset.ema)
    critic = adversary.Critic().to(device)
    critic_optimizer = torch.optim.Adam(critic.parameters(), lr=preset.decoder_lr / 2, betas=(0.5, 0.9))
    step, spent = 0, 0.0
    state = common.load(state_path, device)
    if state is None and start is not None and (state := common.load(start, device)) is not None:
        state.update(step=0, spent=0.0)
    if state is not None:
        parts.load_state_dict(state["parts"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        if "critic" in state:
            critic.load_state_dict(state["critic"])
            critic_optimizer.load_state_dict(state["critic_optimizer"])
        step, spent = state["step"], state["spent"]
        log(f"decoder: goes on at step {step}, {spent / 60:.1f} min")
    clock = common.Clock(preset.decoder_minutes if paintings is None else preset.finish_minutes, spent)
    count = 0 if paintings is None else preset.vae_batch // 2
    critic_from = preset.critic_from if paintings is None else 0.0
    rng = np.random.default_rng(23 + step)
    torch.manual_seed(23 + step)
    kernels = filters().to(device)

    def checkpoint():
        kept = dict(parts=parts.state_dict(), optimizer=optimizer.state_dict(), average=average.state_dict())
        kept.update(critic=critic.state_dict(), critic_optimizer=critic_optimizer.state_dict())
        common.save(state_path, dict(kept, step=step, spent=clock.spent))

    journal = common.Journal("decoder", clock, log, history, checkpoint, preset.checkpoint_minutes)
    while clock.progress < 1:
        wanted = data.crops(scenes, preset.vae_batch - count, preset.vae_crop, rng, 0.15).to(device)
        for group in optimizer.param_groups:
            group["lr"] = preset.decoder_lr * common.rate(clock.progress)
        with torch.autocast(device.type, torch.bfloat16, enabled=preset.autocast):
            with torch.no_grad():
                latents = model.encode(wanted).latent_dist.mean
                # what the UNet paints is never exactly what the encoder would say
                latents = latents + torch.randn_like(latents) * 0.15 * torch.rand(len(latents), 1, 1, 1, device=device)
                if count:
                    painted, scene = (part.to(device) for part in paintings.crops(count, preset.vae_crop, rng))
                    latents, wanted = torch.cat([latents, painted]), torch.cat([wanted, scene])
            found = model.decode(latents).sample
        found = found.float()
        exact = len(found) - count
        pixel = F.l1_loss(found[:exact], wanted[:exact]) + 2 * F.mse_loss(found[:exact], wanted[:exact])
        texture = texture_loss(found, wanted, kernels)
        loss = pixel + 0.25 * edges(found[:exact], wanted[:exact]) + preset.texture_weight * texture
        if count:
            loss = loss + 0.5 * F.l1_loss(F.avg_pool2d(found[exact:], 8), F.avg_pool2d(wanted[exact:], 8))
        seen = features.perceptual(eyes, found, wanted) if eyes is not None else texture.detach() * 0
        loss = loss + preset.perceptual_weight * seen
        verdict = torch.zeros(())
        if preset.critic_weight > 0 and clock.progress >= critic_from:
            verdict = adversary.critic_loss(critic, found.detach(), wanted)
            critic_optimizer.zero_grad(set_to_none=True)
            verdict.backward()
            critic_optimizer.step()
            critic.requires_grad_(False)
            pleased = adversary.painter_loss(critic, found)
            share = adversary.balance(loss, pleased, model.decoder.conv_out.weight)
            loss = loss + preset.critic_weight * share * pleased
            critic.requires_grad_(True)
        common.finite_or_stop([loss.item()], "decoder")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parts.parameters(), 1.0)
        optimizer.step()
        average.update()
        step += 1
        losses = {"pixel": pixel, "texture": texture, "perceptual": seen, "critic": verdict}
        journal.add(step, **{name: loss.item() for name, loss in losses.items()})
    checkpoint()
    average._put(average.mean)
    return model.eval()


def averaged(model, state_path, preset):
    """Put the averaged decoder of a (running) refinement's last checkpoint into `model`; returns its step or None."""
    state = common.load(state_path)
    if state is None:
        return None
    average = common.Average([torch.nn.ModuleList([model.decoder, model.post_quant_conv])], preset.ema)
    average._put(state["average"]["mean"])
    return state["step"]
