"""The last stage of the UNet: pictures in few steps without guidance, sharp instead of probable.

The usual training asks for the mean of all pictures that fit a noised one, and a small network that saw few rows says
little else: mush. Here the same network names the picture at the very points that a walk of a few steps visits, and is
judged as a painter is, by the judges of `jury.py` (Sauer et al., 2023, for the principle, without their teacher: here is
nothing large to learn from).

Each row of a batch walks: a strength, a number of steps, the noised sketch at the start, and then `DDIMScheduler`'s way
without added noise, one step of it in each step of the training, with what the network itself just named. So the later
points show the network its own mistakes, and cost nothing extra. DDIM and not `LCMScheduler`, which adds fresh noise
after each step: the noise that DDIM keeps holds what is left of the sketch, and a network that is not sure of itself
can look there again; with fresh noise the sketch is gone after the first step, and every further step blurs.
"""

import time

import numpy as np
import torch

from . import common, diffusion, jury

LADDERS = (1, 2, 3, 4, 4, 4, 4, 6)
"""How many steps a walk may have; four is what the app asks for."""
RIGHT_SHARE = 0.35
"""Walks on which the dataset's picture counts as named at each point: their later points hold the picture itself in ever
less noise. There the network learns as in the stage before, by the squared error of v alone: to keep what it sees. Without
them it forgets that within minutes, and paints over true edges even at times where hardly any noise is on them."""
PICTURE_SHARE = 0.15
"""Walks that start from the noised picture instead of the sketch, right ones all the way: whoever paints on should find
every edge again."""
ASTRAY_TRUST = 0.25
"""How much the distance to the dataset's picture counts where the walk goes on from what the network itself named. What
it chose there cannot be unseen, and the mean of all pictures that fit would blur it again."""
KNOWN_WEIGHT = 0.35
"""How much rows count whose picture is known: where hardly any noise is on it, their errors alone would outshout all that
the other rows are asked for."""
HIDDEN_FROM = 975
"""From this start time on the sketch cannot be seen through the noise, and the critic must not ask for it either."""


def ends(alphas, x, t, v):
    """The clean latents that v at time t means for x."""
    abar = alphas[t][:, None, None, None]
    return abar.sqrt() * x - (1 - abar).sqrt() * v


class Walks:
    """A batch of walks, each at its own point: which picture, which caption, which strength, how far."""

    def __init__(self, preset, batches, text, rng):
        """`text`: the text encoder, which does not learn any more, so that a caption is read once for the whole walk."""
        self.preset, self.batches, self.text, self.rng = preset, batches, text, rng
        count = batches.count * preset.unet_draws
        self.chosen = np.zeros(count, np.int64)
        self.start, self.steps, self.at = np.ones(count), np.ones(count, np.int64), np.ones(count, np.int64)
        self.right, self.true = np.zeros(count, bool), np.zeros(count, bool)
        self.context = torch.zeros(count, batches.tokens.shape[1], text.config.hidden_size, device=batches.device)
        side, channels = batches.crop, batches.pictures.shape[1]
        self.latents = torch.zeros(2, count, channels, side, side, device=batches.device)
        self.x = torch.zeros(count, channels, side, side, device=batches.device)
        self.meant = torch.zeros(count, side, side, dtype=torch.int64, device=batches.device)
        self.named = self.x

    def point(self, alone=False):
        """Where the walks are now: x and t; walks that have ended, and a few that have not, start anew. `alone`: none does."""
        rng, batches = self.rng, self.batches
        fresh = np.flatnonzero((self.at >= self.steps) | (rng.random(len(self.at)) < 0.1))
        fresh = fresh[:0] if alone else fresh
        if len(fresh):
            self.chosen[fresh] = rng.integers(0, len(batches.pictures), len(fresh))
            self.context[fresh] = self._read(fresh)
            free = rng.random(len(fresh)) < 0.1  # little can be learnt where the sketch cannot be seen
            self.start[fresh] = np.where(free, rng.uniform(0.9, 1.0, len(fresh)), rng.uniform(0.25, 0.9, len(fresh)))
            self.steps[fresh] = rng.choice(LADDERS, len(fresh))
            self.at[fresh] = 0
            self.right[fresh] = rng.random(len(fresh)) < RIGHT_SHARE
            self.true[fresh] = False
            corners = batches.corners(len(fresh), rng)
            self.latents[:, fresh] = batches.latents(self.chosen[fresh], corners)
            self.meant[fresh] = batches.places(self.chosen[fresh], corners)
            kept = fresh[rng.random(len(fresh)) < PICTURE_SHARE]
            self.latents[1, kept] = self.latents[0, kept]
            self.right[kept], self.true[kept] = True, True
        if len(fresh):
            a, b = self._roots()
            start = a * self.latents[1] + b * torch.randn_like(self.x)
            self.x = torch.where(torch.from_numpy(self.at == 0)[:, None, None, None].to(start.device), start, self.x)
        return self.x, self._times()

    @torch.no_grad()
    def _read(self, fresh):
        """The text encoder's output for a caption of each of these rows, three of four the longest; a few are empty."""
        ids = torch.from_numpy(self.batches.captions(self.chosen[fresh], self.rng, 0.7)).to(self.batches.device)
        dropped = torch.from_numpy(self.rng.random(len(fresh)) < self.preset.text_dropout / 3).to(ids.device)
        return self.text(torch.where(dropped[:, None], self.batches.empty, ids)).last_hidden_state.float()

    def _times(self):
        """The times of the walks' points; below 0 behind the last one."""
        t = np.round(self.start * diffusion.STEPS * (1 - self.at / self.steps)).astype(np.int64) - 1
        return torch.from_numpy(t).to(self.batches.device)

    def _roots(self):
        """sqrt(abar), sqrt(1 - abar) at the walks' points: 1 and 0 behind the last one."""
        t = self._times()
        abar = torch.where(t < 0, 1.0, self.batches.alphas[t.clamp(min=0)])[:, None, None, None]
        return abar.sqrt(), (1 - abar).sqrt()

    def step(self, named, alone=False):
        """The walks' points have been named; they go on from there, the right ones as if the dataset's picture had been
        named (none if `alone`)."""
        self.named = named.detach()
        right = torch.from_numpy(self.right & (not alone))[:, None, None, None]
        towards = torch.where(right.to(named.device), self.latents[0], self.named)
        a, b = self._roots()
        noise = (self.x - a * towards) / b.clamp(min=1e-4)
        self.at += 1
        a, b = self._roots()
        self.x = a * towards + b * noise

    def known(self):
        """bool (rows): whether the point holds the dataset's picture in noise."""
        return torch.from_numpy(self.true | (self.right & (self.at > 0))).to(self.latents.device)

    def trust(self):
        """(rows): how much the dataset's picture counts as what should be named: less the less of it can be known."""
        a, _ = self._roots()
        trust = 0.35 + 0.65 * a.flatten() ** 2
        return torch.where(torch.from_numpy(self.at > 0).to(trust.device), ASTRAY_TRUST, trust)

    def weight(self):
        """(rows): of the squared error of what is named where the picture is known: that of v's, as in `diffusion.py`."""
        a, b = self._roots()
        return KNOWN_WEIGHT * (diffusion.kept(a**2) / b.clamp(min=1e-2) ** 2).flatten()

    def seen(self):
        """(rows): how much of the sketch the noise left at the walk's start."""
        t = np.round(self.start * diffusion.STEPS).astype(np.int64) - 1
        return self.batches.alphas[torch.from_numpy(t).to(self.batches.device)]

    def visible(self):
        """The sketches as the critic may know them: zeros where the walk began in pure noise."""
        hidden = torch.from_numpy(self.start * diffusion.STEPS >= HIDDEN_FROM)[:, None, None, None]
        return self.latents[1].masked_fill(hidden.to(self.latents.device), 0.0)


def train(preset, text, unet, eyes, reader, facts, counts, batches, state_path, key, log=print, history=None, crops=None):
    """Train `unet` on for the preset's minutes and put the averaged weights in place; `text` stays. Resumes from
    `state_path`. `reader`: a `words.Reader`. `facts`: int64 (pictures, kinds), the value of each fact, in the order of
    the eyes' labels. `counts` (classes): how much each class of place counts (`latent_eyes.class_weights`)."""
    device = torch.device(preset.device)
    torch.manual_seed(3)
    text.to(device).eval().requires_grad_(False), unet.to(device).train().requires_grad_(True)
    workers = common.Workers()
    workers.same([unet])
    some = torch.from_numpy(batches.pictures[:500].astype(np.float32))
    judges = jury.Jury(preset, eyes, reader.to(device), counts, some, workers, device)
    optimizer = torch.optim.AdamW(common.parameters(unet, 1e-3), lr=preset.fewstep_lr, betas=(0.8, 0.98))
    average = common.Average([unet], preset.fewstep_ema)
    step, spent, rows = 0, 0.0, 0
    state = common.load(state_path, device)
    if state is not None and state["key"] == key:
        unet.load_state_dict(state["unet"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        judges.load_state_dict(state["judges"])
        step, spent, rows = state["step"], state["spent"], state["rows"]
        log(f"fewstep: goes on at step {step}, {spent / 60:.1f} min")
    elif state is not None:
        log("fewstep: the kept state is of another beginning or shape; starts anew")
    clock = common.Clock(preset.fewstep_minutes, spent)
    seed = 31 + step + 7919 * workers.rank
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    facts = torch.from_numpy(facts).to(device)
    whole = Walks(preset, batches, text, rng)
    pieces = Walks(preset, crops, text, rng) if crops is not None else whole

    def checkpoint():
        kept = dict(unet=unet.state_dict(), optimizer=optimizer.state_dict(), judges=judges.state_dict(), rows=rows)
        common.save(state_path, dict(kept, average=average.state_dict(), step=step, spent=clock.spent, key=key))

    journal = common.Journal("fewstep", clock, log, history, checkpoint, preset.checkpoint_minutes, workers.first)
    while (progress := workers.agree(clock.progress)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = preset.fewstep_lr * common.rate(progress)
        walks = whole if step % preset.whole_every == 0 else pieces
        x, t = walks.point()
        with torch.autocast(device.type, torch.bfloat16, enabled=preset.autocast):
            found = unet(x, t, walks.context).sample.float()
        named = ends(batches.alphas, x, t, found)
        gradient, losses = judges.wishes(
            named, walks.latents[0], walks.visible(), walks.trust(), walks.known(), walks.weight(),
            facts[walks.chosen], reader.told(walks.context), walks.meant, walks.seen(),
            learns=progress > preset.fewstep_critic_from,
            speaks=progress > preset.fewstep_critic_from + 0.03,  # before that the critic only learns
        )
        optimizer.zero_grad(set_to_none=True)
        named.backward(gradient)
        workers.mean_gradients(average.live)
        torch.nn.utils.clip_grad_norm_(average.live, 1.0)
        optimizer.step()
        average.update()
        walks.step(named)
        step, rows = step + 1, rows + len(t) * workers.count
        journal.add(step, f", {rows} rows seen", **losses)
    if workers.first:
        checkpoint()
    average._put(average.mean)
    unet.eval()
    return step


@torch.no_grad()
def paintings(preset, text, unet, batches, count, log=print):
    """(latents float16 (count, channels, h, w), the picture of each): what four steps make of the
    dataset's noised pictures, at strengths from 0.25 to 0.65. Not of its sketches: the decoder learns from them what the
    picture looks like, and shapes that lie elsewhere would teach it to blur."""
    text.eval(), unet.eval()
    rng, start, done, rows = np.random.default_rng(77), time.monotonic(), [], []
    while len(rows) < count:
        walks = Walks(preset, batches, text, rng)
        _, t = walks.point()
        walks.start[:], walks.steps[:] = rng.uniform(0.25, 0.65, len(t)), 4
        a, b = walks._roots()
        walks.x = a * walks.latents[0] + b * torch.randn_like(walks.x)
        for _ in range(4):
            x, t = walks.point(alone=True)
            walks.step(ends(batches.alphas, x, t, unet(x, t, walks.context).sample.float()), alone=True)
        done.append(walks.named.half().cpu().numpy())
        rows.extend(walks.chosen)
    log(f"fewstep: {len(rows)} paintings in {time.monotonic() - start:.0f} s")
    return np.concatenate(done), np.array(rows)
