"""The picture autoencoder: a small AutoencoderKL trained from scratch."""

import time

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from diffusers.models.attention_processor import Attention
from diffusers.models.resnet import Downsample2D, ResnetBlock2D, Upsample2D

from . import common, data, features


def build(preset):
    model = AutoencoderKL(**preset.vae)
    start_as_mosaic(model)
    return model


@torch.no_grad()
def start_as_mosaic(model):
    """Initial weights with which the network already is a rough autoencoder: 8x8 block means in, smooth colours out.

    A short run cannot afford to discover colour first, least of all through group normalisation, which removes each
    group's mean. So three colours travel through the shortcuts as opposite pairs (silu(x) - silu(-x) = x) next to
    constants that keep the normalisation's scale; the residual branches start small and learn the detail.
    """
    constant, carried = 3.0, min(18, model.config.block_out_channels[0])
    for part in model.modules():
        if isinstance(part, ResnetBlock2D):
            part.conv2.weight.mul_(0.1)
            part.conv2.bias.zero_()
            if part.conv_shortcut is not None:
                weight = part.conv_shortcut.weight
                weight.mul_(0.3)
                weight[:carried] = 0
                weight[:, :carried] = 0
                weight[range(carried), range(carried)] = 1
                part.conv_shortcut.bias.zero_()
        elif isinstance(part, (Downsample2D, Upsample2D)):
            weight, count = part.conv.weight, part.conv.weight.shape[0]
            weight.mul_(0.1)
            weight[:carried] = 0
            part.conv.bias.zero_()
            if isinstance(part, Downsample2D):
                weight[range(count), range(count), :2, :2] += 0.25
            else:
                smooth = torch.tensor([0.25, 0.5, 0.25])
                weight[range(count), range(count)] += torch.outer(smooth, smooth)
        elif isinstance(part, Attention):
            part.to_out[0].weight.mul_(0.1)
    encoder, decoder = model.encoder, model.decoder
    weight, bias = encoder.conv_in.weight, encoder.conv_in.bias
    weight[:8], bias[:8] = 0, 0
    for colour in range(3):
        weight[colour, colour, 1, 1], weight[colour + 3, colour, 1, 1] = 1, -1
    bias[6], bias[7] = constant, -constant
    weight, bias = encoder.conv_out.weight, encoder.conv_out.bias
    width = encoder.conv_norm_out.num_channels // encoder.conv_norm_out.num_groups
    scale = (2 * constant**2 / width + 0.1) ** 0.5
    weight[:3], bias[:3] = 0, 0
    for colour in range(3):
        weight[colour, colour, 1, 1], weight[colour, colour + 3, 1, 1] = scale, -scale
    weight[4:].mul_(0.1)
    bias[4:] = -6.0
    model.quant_conv.weight.copy_(torch.eye(8)[:, :, None, None])
    model.post_quant_conv.weight.copy_(torch.eye(4)[:, :, None, None])
    model.quant_conv.bias.zero_(), model.post_quant_conv.bias.zero_()
    weight, bias = decoder.conv_in.weight, decoder.conv_in.bias
    weight[:carried], bias[:carried] = 0, 0
    out = decoder.conv_out
    out.weight.mul_(0.1)
    out.bias.zero_()
    if carried < 18:
        return finish_narrow(weight, bias, out, constant)
    scale = ((2 * constant**2 + 0.3) / 3) ** 0.5
    for colour in range(3):  # groups of three channels: a colour (or its opposite) and two constants
        plus, minus = 3 * colour, 3 * colour + 9
        weight[plus, colour, 1, 1], weight[minus, colour, 1, 1] = 1, -1
        for first in (plus, minus):
            bias[first + 1], bias[first + 2] = constant, -constant
        out.weight[colour] = 0
        for channel, share in ((plus, 1), (minus, -1), (plus + 1, -0.507), (minus + 1, 0.507)):
            out.weight[colour, channel, 1, 1] = share * scale


def finish_narrow(weight, bias, out, constant):
    """The decoder's two ends for 12 channels in two groups: (r, g, b, K, -K, 0) and (-r, -g, -b, K, -K, 0).

    Normalisation takes the group's mean m from everything; as silu(x) - silu(-x) = x, the pairs give (r - m) / s and
    (K - m) / s, and s times their difference, plus K, is r.
    """
    scale = ((2 * constant**2 + 0.6) / 6) ** 0.5
    for sign, first in ((1, 0), (-1, 6)):
        for colour in range(3):
            weight[first + colour, colour, 1, 1] = sign
        bias[first + 3], bias[first + 4] = constant, -constant
    for colour in range(3):
        out.weight[colour] = 0
        for channel, share in ((colour, 1), (6 + colour, -1), (3, -1), (10, 1)):
            out.weight[colour, channel, 1, 1] = share * scale
        out.bias[colour] = constant


def picture_loss(found, wanted):
    """L1 on the pixels and on the edges at three scales: sharp contours matter more than the exact shade."""
    loss = F.l1_loss(found, wanted) + 2 * F.mse_loss(found, wanted)
    for level in range(3):
        for axis in (2, 3):
            loss = loss + 0.5 * F.l1_loss(found.diff(dim=axis), wanted.diff(dim=axis))
        if level < 2:
            found, wanted = F.avg_pool2d(found, 2), F.avg_pool2d(wanted, 2)
            loss = loss + 0.5 * F.l1_loss(found, wanted)
    return loss


def train(preset, scenes, state_path, start=None, log=print, eyes=None, history=None):
    """Train until the preset's minutes are over; returns the model with averaged weights. Resumes from `state_path`.

    `eyes` (a `features.Recogniser`) adds its perceptual distance after the first third, when colours are in place.
    """
    device = torch.device(preset.device)
    torch.manual_seed(1)
    model = build(preset).to(device)
    state = common.load(state_path, device)
    if state is None and start is not None:
        model.load_state_dict(common.load(start, device)["model"])
        log(f"autoencoder: starts from {start}")
    optimizer = torch.optim.AdamW(common.parameters(model, 1e-4), lr=preset.vae_lr, betas=(0.9, 0.98))
    average = common.Average([model], preset.ema)
    step, spent = 0, 0.0
    if state is not None:
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        step, spent = state["step"], state["spent"]
        log(f"autoencoder: goes on at step {step}, {spent / 60:.1f} min")
    if preset.compile:
        model.encoder.compile()
        model.decoder.compile()
    clock = common.Clock(preset.vae_minutes, spent)
    rng = np.random.default_rng(7 + step)

    def checkpoint():
        kept = dict(model=model.state_dict(), optimizer=optimizer.state_dict(), average=average.state_dict())
        common.save(state_path, dict(kept, step=step, spent=clock.spent))

    journal = common.Journal("autoencoder", clock, log, history, checkpoint, preset.checkpoint_minutes)
    while clock.progress < 1:
        progress = clock.progress
        whole = progress > 1 - preset.vae_whole_share
        side = preset.size if whole else preset.vae_crop
        count = max(1, preset.vae_batch * preset.vae_crop**2 // side**2)
        wanted = data.crops(scenes, count, side, rng).to(device)
        for group in optimizer.param_groups:
            group["lr"] = preset.vae_lr * common.rate(progress)
        with torch.autocast(device.type, torch.bfloat16, enabled=preset.autocast):
            posterior = model.encode(wanted).latent_dist
            found = model.decode(posterior.sample()).sample
        spread = posterior.mean.float().pow(2) + posterior.var.float() - 1 - posterior.logvar.float()
        loss = picture_loss(found.float(), wanted) + 1e-4 * spread.mean()
        if eyes is not None and progress > 1 / 3:
            loss = loss + preset.perceptual_weight * features.perceptual(eyes, found.float(), wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update()
        step += 1
        if step == 1 and preset.compile:
            clock.restart()  # compilation is not training time
        journal.add(step, loss=loss.item())
    checkpoint()
    average._put(average.mean)
    normalise(model, scenes, device)
    return model.eval()


@torch.no_grad()
def normalise(model, scenes, device):
    """Fold a shift and scale into the 1x1 convolutions around the latents: each channel has mean 0 and deviation 1.

    Diffusers' Stable Diffusion pipelines know a common scale only, and no shift; this way they need neither.
    """
    rows = np.linspace(0, scenes.count - 1, min(scenes.count, 256)).astype(int)
    both = np.concatenate([scenes.pictures[rows], scenes.sketches[rows[::4]]])
    parts = [model.encode(data.to_tensor(part).to(device)).latent_dist.mean for part in np.array_split(both, 16)]
    latents = torch.cat(parts).float()
    mean, deviation = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    before, after = model.quant_conv, model.post_quant_conv
    before.weight[:4] /= deviation[:, None, None, None]
    before.bias[:4] = (before.bias[:4] - mean) / deviation
    before.bias[4:] -= 2 * deviation.log()
    after.bias += (after.weight[:, :, 0, 0] @ mean).to(after.bias)
    after.weight *= deviation[None, :, None, None]


@torch.no_grad()
def encode_all(model, pixels, batch, device, log=print, name="pictures", half=False):
    """The posterior means of all pictures, scaled, as float16 (n, 4, h/8, w/8); `half`: of the pictures halved."""
    out, start = [], time.monotonic()
    model.encoder.to(memory_format=torch.channels_last)  # twice as fast for inference on a CPU
    for row in range(0, len(pixels), batch):
        some = data.halved(pixels[row : row + batch]) if half else pixels[row : row + batch]
        mean = model.encode(data.to_tensor(some).to(device)).latent_dist.mean
        out.append((mean * model.config.scaling_factor).half().cpu().numpy())
    log(f"latents: {len(pixels)} {name} in {time.monotonic() - start:.0f} s")
    return np.concatenate(out)


@torch.no_grad()
def psnr(model, pixels, device="cpu"):
    """Mean peak signal-to-noise ratio of the reconstructions in decibel, and the reconstructions."""
    found = []
    for row in range(0, len(pixels), 16):
        mean = model.encode(data.to_tensor(pixels[row : row + 16]).to(device)).latent_dist.mean
        found.append(data.to_pixels(model.decode(mean).sample))
    found = np.concatenate(found)
    error = ((found.astype(np.float32) - pixels.astype(np.float32)) ** 2).mean((1, 2, 3))
    return float((10 * np.log10(255**2 / error.clip(1e-3))).mean()), found
