"""The last stage of the UNet: pictures in few steps without guidance, sharp instead of probable.

The usual training asks for the mean of all pictures that fit a noised one, and a small network that saw few rows says
little else: mush. Here the same network names the picture at the very points that a walk of a few steps visits, and is
judged as a painter is: near the dataset's picture (squared error of the latents and perceptual distance in the eyes of
`latent_eyes.py`), with the facts of the caption to be seen in it, and good enough for a critic that has the sketch, the
words and the same eyes (hinge loss; Sauer et al., 2023, for the principle, without their teacher: here is nothing
large to learn from).

Each row of a batch walks: a strength, a number of steps, the noised sketch at the start, and then `DDIMScheduler`'s way
without added noise, one step of it in each step of the training, with what the network itself just named. So the later
points show the network its own mistakes, and cost nothing extra. DDIM and not `LCMScheduler`, which adds fresh noise
after each step: the noise that DDIM keeps holds what is left of the sketch, and a network that is not sure of itself
can look there again; with fresh noise the sketch is gone after the first step, and every further step blurs.
"""

import time

import numpy as np
import torch

from . import adversary, common, diffusion, latent_eyes

LADDERS = (1, 2, 3, 4, 4, 4, 4, 6)
"""How many steps a walk may have; four is what the app asks for."""
HIDDEN_FROM = 950
"""From this start time on the sketch cannot be seen through the noise, and the critic must not ask for it either."""


def ends(alphas, x, t, v):
    """The clean latents that v at time t means for x."""
    abar = alphas[t][:, None, None, None]
    return abar.sqrt() * x - (1 - abar).sqrt() * v


def distance(found, wanted, scale=0.03):
    """Pseudo-Huber distance per row (Song & Dhariwal, 2023): squared near, straight far, so that no row outshouts."""
    return ((found - wanted).pow(2).mean((1, 2, 3)) + scale**2).sqrt() - scale


class Walks:
    """A batch of walks, each at its own point: which picture, which caption, which strength, how far."""

    def __init__(self, preset, batches, rng):
        self.preset, self.batches, self.rng = preset, batches, rng
        count = batches.count * preset.unet_draws
        self.chosen = np.zeros(count, np.int64)
        self.start, self.steps, self.at = np.ones(count), np.ones(count, np.int64), np.ones(count, np.int64)
        self.ids = np.zeros((count, batches.tokens.shape[1]), np.int64)
        self.dropped = np.zeros(count, bool)
        side, channels = batches.crop, batches.pictures.shape[1]
        self.latents = torch.zeros(2, count, channels, side, side, device=batches.device)
        self.x = torch.zeros(count, channels, side, side, device=batches.device)
        self.named = self.x

    def point(self, alone=False):
        """Where the walks are now: x and t; walks that have ended, and a few that have not, start anew. `alone`: none does."""
        rng, batches = self.rng, self.batches
        fresh = np.flatnonzero((self.at >= self.steps) | (rng.random(len(self.at)) < 0.1))
        fresh = fresh[:0] if alone else fresh
        if len(fresh):
            self.chosen[fresh] = rng.integers(0, len(batches.pictures), len(fresh))
            self.ids[fresh] = batches.captions(self.chosen[fresh], rng, 0.5)
            self.dropped[fresh] = rng.random(len(fresh)) < self.preset.text_dropout / 2
            free = rng.random(len(fresh)) < 0.1  # little can be learnt where the sketch cannot be seen
            self.start[fresh] = np.where(free, rng.uniform(0.85, 1.0, len(fresh)), rng.uniform(0.25, 0.85, len(fresh)))
            self.steps[fresh] = rng.choice(LADDERS, len(fresh))
            self.at[fresh] = 0
            self.latents[:, fresh] = batches.latents(self.chosen[fresh], rng)
        if len(fresh):
            a, b = self._roots()
            start = a * self.latents[1] + b * torch.randn_like(self.x)
            self.x = torch.where(torch.from_numpy(self.at == 0)[:, None, None, None].to(start.device), start, self.x)
        return self.x, self._times()

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
        """The walks' points have been named; they go on from there, a fifth of them as if the dataset's picture had
        been named (none if `alone`)."""
        self.named = named.detach()
        right = torch.from_numpy(self.rng.random(len(self.at)) < (0.0 if alone else 0.2))[:, None, None, None]
        towards = torch.where(right.to(named.device), self.latents[0], self.named)
        a, b = self._roots()
        noise = (self.x - a * towards) / b.clamp(min=1e-4)
        self.at += 1
        a, b = self._roots()
        self.x = a * towards + b * noise

    def visible(self):
        """The sketches as the critic may know them: zeros where the walk began in pure noise."""
        hidden = torch.from_numpy(self.start * diffusion.STEPS >= HIDDEN_FROM)[:, None, None, None]
        return self.latents[1].masked_fill(hidden.to(self.latents.device), 0.0)


def train(preset, text, unet, eyes, facts, batches, state_path, key, log=print, history=None, crops=None):
    """Train `text` and `unet` on for the preset's minutes and put the averaged weights in place. Resumes from
    `state_path`. `facts`: int64 (pictures, kinds), the value of each fact, in the order of the eyes' labels."""
    device = torch.device(preset.device)
    torch.manual_seed(3)
    text.to(device).train().requires_grad_(True), unet.to(device).train().requires_grad_(True)
    eyes.to(device)
    critic = adversary.SceneCritic(unet.config.in_channels, eyes.widths, text.config.hidden_size).to(device)
    workers = common.Workers()
    workers.same([text, unet, critic])
    groups = common.parameters(unet, 1e-3) + common.parameters(text, 1e-3)
    optimizer = torch.optim.AdamW(groups, lr=preset.fewstep_lr, betas=(0.8, 0.98))
    critic_optimizer = torch.optim.Adam(critic.parameters(), lr=preset.critic_lr, betas=(0.5, 0.95))
    average = common.Average([unet, text], preset.fewstep_ema)
    step, spent = 0, 0.0
    state = common.load(state_path, device)
    if state is not None and state["key"] == key:
        text.load_state_dict(state["text"])
        unet.load_state_dict(state["unet"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        critic.load_state_dict(state["critic"])
        critic_optimizer.load_state_dict(state["critic_optimizer"])
        step, spent = state["step"], state["spent"]
        log(f"fewstep: goes on at step {step}, {spent / 60:.1f} min")
    elif state is not None:
        log("fewstep: the kept state is of another beginning or shape; starts anew")
    clock = common.Clock(preset.fewstep_minutes, spent)
    seed = 31 + step + 7919 * workers.rank
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    saved = told = time.monotonic()
    walks, recent = None, []
    facts = torch.from_numpy(facts).to(device)

    def checkpoint():
        kept = dict(text=text.state_dict(), unet=unet.state_dict(), optimizer=optimizer.state_dict())
        kept.update(critic=critic.state_dict(), critic_optimizer=critic_optimizer.state_dict())
        common.save(state_path, dict(kept, average=average.state_dict(), step=step, spent=clock.spent, key=key))

    while (progress := workers.agree(clock.progress)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = preset.fewstep_lr * common.rate(progress)
        source = crops if crops is not None and progress < preset.fewstep_crop_until else batches
        if walks is None or walks.batches is not source:
            walks = Walks(preset, source, rng)
        x, t = walks.point()
        picture = walks.latents[0]
        with torch.autocast(device.type, torch.bfloat16, enabled=preset.autocast):
            ids = torch.where(torch.from_numpy(walks.dropped)[:, None].to(device), batches.empty,
                              torch.from_numpy(walks.ids).to(device))
            context = text(ids).last_hidden_state
            found = unet(x, t, context).sample.float()
        named = ends(batches.alphas, x, t, found)
        with torch.no_grad():
            aims = eyes.activations(picture)
            said = context.float().mean(1)
        seen = eyes.activations(named)
        near = distance(named, picture).mean()
        like = latent_eyes.distance(seen, aims).mean()
        told_facts = latent_eyes.asked(eyes, eyes.facts(seen[-1]), eyes.facts(aims[-1]), facts[walks.chosen])
        loss = near + preset.likeness_weight * like + preset.facts_weight * told_facts
        verdict = torch.zeros(())
        if progress > preset.fewstep_critic_from:
            sketch, made = walks.visible(), (named.detach(), [level.detach() for level in seen])
            verdict = adversary.critic_loss(critic, made, (picture, aims), sketch, said)
            critic_optimizer.zero_grad(set_to_none=True)
            verdict.backward()
            workers.mean_gradients(list(critic.parameters()))
            critic_optimizer.step()
        if progress > preset.fewstep_critic_from + 0.03:  # before that the critic only learns
            critic.requires_grad_(False)
            pleased = adversary.painter_loss(critic, (named, seen), sketch, said)
            share = adversary.balance(loss, pleased, unet.conv_out.weight)
            loss = loss + preset.latent_critic_weight * share * pleased
            critic.requires_grad_(True)
        common.finite_or_stop([loss.item(), verdict.item()], "fewstep")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        workers.mean_gradients(average.live)
        torch.nn.utils.clip_grad_norm_(average.live, 1.0)
        optimizer.step()
        average.update()
        walks.step(named)
        step += 1
        recent.append((near.item(), like.item(), told_facts.item(), verdict.item()))
        if workers.first and (time.monotonic() - told > 20 or clock.progress >= 1):
            means = dict(zip(("near", "likeness", "facts", "critic"), np.mean(recent, 0)))
            text_of = " ".join(f"{name} {value:.4f}" for name, value in means.items())
            log(f"fewstep: step {step} {clock.spent / 60:.1f} min {text_of}" + ("" if source is batches else " crops"))
            if history is not None:
                history.add(step, **means)
            told, recent = time.monotonic(), []
        if workers.first and time.monotonic() - saved > preset.checkpoint_minutes * 60:
            checkpoint()
            saved = time.monotonic()
    if workers.first:
        checkpoint()
    average._put(average.mean)
    text.eval(), unet.eval()
    return step


@torch.no_grad()
def paintings(preset, text, unet, batches, count, log=print):
    """(latents float16 (count, channels, h, w), the picture of each): what four steps paint from sketches of the
    dataset, at strengths from 0.3 to 0.9."""
    text.eval(), unet.eval()
    rng, start, done, rows = np.random.default_rng(77), time.monotonic(), [], []
    while len(rows) < count:
        walks = Walks(preset, batches, rng)
        _, t = walks.point()
        walks.start[:], walks.steps[:], walks.dropped[:] = rng.uniform(0.3, 0.9, len(t)), 4, False
        context = text(torch.from_numpy(walks.ids).to(batches.device)).last_hidden_state
        a, b = walks._roots()
        walks.x = a * walks.latents[1] + b * torch.randn_like(walks.x)
        for _ in range(4):
            x, t = walks.point(alone=True)
            walks.step(ends(batches.alphas, x, t, unet(x, t, context).sample.float()), alone=True)
        done.append(walks.named.half().cpu().numpy())
        rows.extend(walks.chosen)
    log(f"fewstep: {len(rows)} paintings in {time.monotonic() - start:.0f} s")
    return np.concatenate(done), np.array(rows)
