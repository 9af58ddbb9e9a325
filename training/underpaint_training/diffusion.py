"""The UNet, trained on cached latents to paint a picture from noise or from a sketch.

Besides the usual path from noise to a picture, a share of every batch learns the path that image-to-image sampling
walks. Sampling starts at `x = a z_sketch + b e` (a = sqrt(abar), b = sqrt(1 - abar) at the start time t0). Seen as a
noised *picture*, that point holds the noise `e' = e + (a / b) (z_sketch - z_picture)`, and DDIM without added noise
keeps e' along its way down. So for a start t0 and a time t <= t0 the training point is
`x_t = a_t z_picture + b_t e'` and the target is `v = a_t e' - b_t z_picture`: flat paint is part of what to remove.
"""

import time

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention import FeedForward
from diffusers.models.attention_processor import Attention
from diffusers.models.resnet import ResnetBlock2D
from transformers import CLIPTextConfig, CLIPTextModel

from . import common, muon, tokenizer

STEPS = 1000


FALL, LEAST = 4, 1e-5
"""sqrt(abar) falls as 1 - (time / 1000)^FALL: it is 0.97 at time 400, 0.87 at 600, 0.59 at 800. `LEAST` is the noise of the
first time. Stable Diffusion's betas (0.63, 0.36, 0.13) are made for 64x64 latents; the same noise hides four times as
much in 32x32, because there are four times fewer places to average over (Hoogeboom et al., 2023). With 0.71 at time 600 a
house of 5x5 places could not be told from the noise any more, whatever the network: who sketches one wants to find it."""


def betas():
    """The noise that each of the 1000 times adds, float64; the last one leaves nothing but noise (zero terminal SNR)."""
    time = torch.arange(1, STEPS + 1, dtype=torch.float64) / STEPS
    abar = (1 - time**FALL) ** 2
    return 1 - (1 - LEAST) * abar / torch.cat([abar.new_ones(1), abar[:-1]])


def schedule(config=None):
    """abar for the 1000 times: of `betas`, or of an export's `scheduler_config.json`, whose noise may be another one."""
    if config is None:
        added = betas()
    elif config.get("trained_betas"):
        added = torch.tensor(config["trained_betas"], dtype=torch.float64)
    else:
        ends = config["beta_start"] ** 0.5, config["beta_end"] ** 0.5
        added = torch.linspace(*ends, STEPS, dtype=torch.float64) ** 2
    root = (1 - added).cumprod(0).sqrt()
    root = (root - root[-1]) * (root[0] / (root[0] - root[-1]))
    return (root**2).float()


def retime(unet, before, rounds=1500):
    """Teach `unet`'s time embedding the noise of `betas` where it knew that of the times `before` (their abar): each time
    then gives what the time of equal noise gave, and nothing else that was learnt is lost."""
    now = schedule()
    if torch.allclose(now, before, atol=1e-4):
        return
    # abar falls: where between two old times its new value lies
    old, wanted = before.double().flip(0), now.double()
    place = torch.searchsorted(old, wanted).clamp(1, STEPS - 1)
    low, high = old[place - 1], old[place]
    times = (STEPS - 1) - (place - 1 + ((wanted - low) / (high - low).clamp(min=1e-12)).clamp(0, 1))
    embed = unet.time_embedding
    with torch.no_grad():
        aims = embed(unet.time_proj(times.float()))
    seen, optimizer = unet.time_proj(torch.arange(STEPS).float()), torch.optim.Adam(embed.parameters(), lr=2e-3)
    with torch.enable_grad():
        for step in range(rounds):
            optimizer.param_groups[0]["lr"] = 2e-3 * (1 - step / rounds)
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(embed(seen), aims).backward()
            optimizer.step()
    optimizer.zero_grad()


def build(preset, vocab_count, start_id, end_id):
    text = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=vocab_count, bos_token_id=start_id, eos_token_id=end_id, pad_token_id=end_id, **preset.text
        )
    )
    speak_up(text)
    unet = UNet2DConditionModel(**preset.unet)
    start_quiet(unet)
    return text, unet


@torch.no_grad()
def speak_up(text, deviation=0.2):
    """Words start ten times louder than usual, and than their places: `words.py` learns several times faster so."""
    text.get_input_embeddings().weight.mul_(deviation / text.config.initializer_range)


@torch.no_grad()
def start_quiet(unet):
    """Residual branches start small and the output at zero: the best guess of v before anything is known."""
    for part in unet.modules():
        if isinstance(part, ResnetBlock2D):
            part.conv2.weight.mul_(0.1)
        elif isinstance(part, Attention):
            part.to_out[0].weight.mul_(0.3)
        elif isinstance(part, FeedForward):
            part.net[2].weight.mul_(0.3)
    unet.conv_out.weight.zero_(), unet.conv_out.bias.zero_()


class Batches:
    """Random training batches out of cached latents and token ids."""

    def __init__(self, preset, pictures, sketches, tokens, empty, device, count=None, crop=None, meant=None):
        """`tokens`: (rows of ids of all captions, first row of each picture and, last, the number of rows). `meant`: uint8
        (pictures, h, w), what each place of a sketch is meant to be, for those who ask for it.

        `count`: pictures in one batch, `preset.unet_pictures` unless told. `crop`: side of the squares that are cut
        out of the latents, whole ones unless told.
        """
        self.preset, self.device, self.count = preset, device, count or preset.unet_pictures
        self.crop = crop or pictures.shape[-1]
        self.pictures, self.sketches, self.meant = pictures, sketches, meant
        self.tokens, self.first = tokens
        self.empty = torch.from_numpy(empty).to(device)
        self.alphas = schedule().to(device)

    def captions(self, chosen, rng, longest=0.0):
        """A caption's token ids for each chosen picture, a few with unknown words in them; the share `longest` of them
        is the last one, which says most."""
        told = rng.integers(self.first[chosen], self.first[chosen + 1])
        told = np.where(rng.random(len(told)) < longest, self.first[chosen + 1] - 1, told)
        ids = self.tokens[told].astype(np.int64)
        for row in np.flatnonzero(rng.random(len(chosen)) < 0.05):
            ids[row] = unknown_word(ids[row], self.empty[1].item(), rng)
        return ids

    def corners(self, count, rng):
        """int64 (count, 2): y, x of a random square for each row."""
        return rng.integers(0, self.pictures.shape[-1] - self.crop + 1, (count, 2))

    def _squares(self, source, chosen, corners, dtype):
        side = self.crop
        cut = [source[row, ..., y : y + side, x : x + side] for row, (y, x) in zip(chosen, corners)]
        return torch.from_numpy(np.stack(cut).astype(dtype)).to(self.device)

    def latents(self, chosen, corners):
        """The latents (picture, sketch) of each chosen row, the same square of both."""
        return torch.stack([self._squares(it, chosen, corners, np.float32) for it in (self.pictures, self.sketches)])

    def places(self, chosen, corners):
        """int64 (rows, h, w): what the sketch is meant to be in these squares."""
        return self._squares(self.meant, chosen, corners, np.int64)

    def draw(self, rng):
        """Returns (ids, picture of each row, prompt dropped, x_t, t, v, weight)."""
        preset, device = self.preset, self.device
        count, rows = self.count, self.count * preset.unet_draws
        chosen = rng.integers(0, len(self.pictures), count)
        ids = self.captions(chosen, rng)
        owner = np.tile(np.arange(count), preset.unet_draws)
        picture, sketch = self.latents(chosen[owner], self.corners(rows, rng))
        from_sketch = rng.random(rows) < preset.sketch_share
        start = np.where(from_sketch, rng.integers(250, STEPS, rows), STEPS - 1)
        t = np.where(from_sketch, start * rng.random(rows) ** 0.75, rng.integers(0, STEPS, rows)).astype(np.int64)
        start, t = torch.from_numpy(start).to(device), torch.from_numpy(t).to(device)
        noise = torch.randn(picture.shape, device=device)
        outset = self.alphas[start]
        lean = torch.from_numpy(from_sketch).to(device) * (outset / (1 - outset)).sqrt()
        noise = noise + lean[:, None, None, None] * (sketch - picture)
        abar = self.alphas[t]
        a, b = abar.sqrt()[:, None, None, None], (1 - abar).sqrt()[:, None, None, None]
        weight = torch.where(torch.from_numpy(from_sketch).to(device), min_snr(abar), kept(abar))
        dropped = torch.from_numpy(rng.random(rows) < preset.text_dropout).to(device)
        return (
            torch.from_numpy(ids).to(device),
            torch.from_numpy(owner).to(device),
            dropped,
            a * picture + b * noise,
            t,
            a * noise - b * picture,
            weight,
        )


def min_snr(abar, gamma=5.0, floor=0.25):
    """Weight of the squared error of v: min(snr, gamma) / (snr + 1) (Hang et al., 2023), at least `floor` on noise.

    With snr = abar / (1 - abar) that is min(abar, gamma (1 - abar)). At zero terminal SNR the rule gives the last time
    no weight at all, and strength 1 starts there: the floor keeps it learnt.
    """
    return torch.minimum(abar.clamp(min=floor), gamma * (1 - abar))


def kept(abar, gamma=5.0, floor=0.25):
    """Weight of the squared error of v where the way begins at the picture itself: where there is little noise far more
    than `min_snr`, which is as good as nothing there. What is drawn on from such a point is what the network has to keep,
    and a small one that is never asked to keep it paints over it. On a way from a sketch v is as long there as the sketch
    is far from its picture, and the same weight would leave nothing for all other times."""
    return abar.clamp(min=floor) * (gamma * (1 - abar)).clamp(max=1).sqrt()


def unknown_word(ids, end, rng):
    """Put a few random letters between the words, so that a prompt with unknown words still works."""
    length = int((ids == end).argmax())
    letters = rng.integers(0, 512, rng.integers(2, 7))
    place = rng.integers(1, max(length, 2))
    mixed = np.concatenate([ids[:place], letters, ids[place:]])[: len(ids)]
    mixed[-1] = end
    return mixed


def train(preset, text, unet, batches, state_path, key, log=print, history=None, half=None, crops=None):
    """Train `unet` until the preset's minutes are over, then put the averaged weights in place; `text` has learnt in
    `words.py` and stays. Resumes from `state_path`.

    `half`: batches of pictures of half the side, for the first `preset.half_share` of the time. `crops`: batches of
    squares of half the side out of whole pictures, until `preset.crop_until` of the time.
    Where there is no state, the weights that `unet` holds are the start: fresh ones or an export's.
    """
    device = torch.device(preset.device)
    torch.manual_seed(2)
    text.to(device).eval().requires_grad_(False), unet.to(device).train()
    workers = common.Workers()
    workers.same([unet])
    optimizer = muon.Muon(unet, preset.unet_lr, workers)
    average = common.Average([unet], preset.ema)
    step, spent, seen = 0, 0.0, 0
    state = common.load(state_path, device)
    if state is not None and state["key"] == key:
        unet.load_state_dict(state["unet"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        step, spent, seen = state["step"], state["spent"], state.get("seen", 0)
        log(f"unet: goes on at step {step}, {spent / 60:.1f} min")
    if preset.compile:
        unet.compile()
    clock = common.Clock(preset.unet_minutes, spent)
    seed = 11 + step + 7919 * workers.rank
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)

    def checkpoint():
        kept = dict(unet=unet.state_dict(), optimizer=optimizer.state_dict())
        common.save(state_path, dict(kept, average=average.state_dict(), step=step, spent=clock.spent, key=key, seen=seen))

    journal = common.Journal("unet", clock, log, history, checkpoint, preset.checkpoint_minutes, workers.first)
    while (progress := workers.agree(clock.progress)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = preset.unet_lr * common.rate(progress)
        source, size = stage(preset, progress, step, batches, half, crops)
        ids, owner, dropped, noisy, t, v, weight = source.draw(rng)
        with torch.autocast(device.type, torch.bfloat16, enabled=preset.autocast):
            with torch.no_grad():
                context = text(torch.cat([ids, batches.empty[None]])).last_hidden_state
            context = context[torch.where(dropped, len(ids), owner)]
            found = unet(noisy, t, context).sample
        loss = ((found.float() - v) ** 2).mean((1, 2, 3))
        loss = (loss * weight).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        workers.mean_gradients(average.live)
        torch.nn.utils.clip_grad_norm_(average.live, 1.0)
        optimizer.step()
        average.update()
        step, seen = step + 1, seen + len(t) * workers.count
        if step == 1 and preset.compile:
            clock.restart()  # compilation is not training time
        journal.add(step, f" {size}, {seen} rows seen", loss=loss.item())
    if workers.first:
        checkpoint()
    average._put(average.mean)
    unet.eval()
    return step


def stage(preset, progress, step, batches, half, crops):
    """The batches of this step, and their name: halved pictures first, then crops with whole pictures in between, whose
    calm skies are another thing to the group normalisation than a crop of them."""
    if half is not None and progress < preset.half_share:
        return half, "half size"
    if crops is not None and progress < preset.crop_until and step % preset.whole_every:
        return crops, "crops"
    return batches, "whole pictures"


def averaged(preset, unet, state_path):
    """Load the averaged weights of a (running) training's last checkpoint; returns its step, or None without one."""
    state = common.load(state_path)
    if state is None:
        return None
    average = common.Average([unet], preset.ema)
    average._put_mean(state["average"]["mean"])
    average._put(average.mean)
    unet.eval()
    return state["step"]


@torch.no_grad()
def validate(preset, text, unet, batches, repeats=16):
    """The mean loss on fixed draws: (all rows, rows by third of the time axis)."""
    rng = np.random.default_rng(5)
    torch.manual_seed(5)
    losses, times = [], []
    for _ in range(repeats):
        ids, owner, _, noisy, t, v, _ = batches.draw(rng)
        context = text(ids).last_hidden_state[owner]
        losses.append(((unet(noisy, t, context).sample.float() - v) ** 2).mean((1, 2, 3)).cpu())
        times.append(t.cpu())
    losses, times = torch.cat(losses), torch.cat(times)
    thirds = [float(losses[(times >= low) & (times < low + 334)].mean()) for low in (0, 333, 666)]
    return float(losses.mean()), thirds


def all_tokens(folder, captions, log=print):
    """Token ids (captions, 77) of all captions, and the row where each picture's begin (and the last ones end)."""
    fast = tokenizer.load(folder)
    flat = [text for group in captions for text in group]
    start = time.monotonic()
    rows = tokenizer.encode(fast, flat).astype(np.int16)
    log(f"tokens: {len(flat)} captions in {time.monotonic() - start:.0f} s, longest {int(longest(rows, fast))} tokens")
    return rows, np.cumsum([0] + [len(group) for group in captions])


def longest(rows, fast):
    return ((rows != fast.token_to_id(tokenizer.END)).sum(1) + 1).max()
