"""Distillation to a few steps without guidance: latent consistency (Luo et al., 2023), guidance folded in.

The student learns to name, from any point of the teacher's guided path, the path's end. Why this and not progressive
distillation (Salimans & Ho, 2022): the app walks from *any* strength in any number of steps, so one time t is followed
by many next times. A progressive student learns one jump per t, for one ladder; the end of the path is the same
whatever the ladder, and one student serves them all.

One row: a point x_t of a noised picture, or of the path from a noised sketch (as in `diffusion.py`; many of these at
the very start, for consistency sampling adds fresh noise after its first step and so meets a sketch only there). The
teacher, guided with `preset.guidance`, makes one DDIM step of `preset.skip` times down to x_s; the target is the end
that the student's own slow average names from x_s, or, when the step reaches the clean end, the teacher's estimate
itself: that is the boundary condition, so no skip connection is needed (LCMScheduler's is 1 only at time 0).
Part of the loss pulls towards the dataset's picture, and a small critic of latents (`adversary.LatentCritic`) tells
the student's ends from pictures: a chain of small errors blurs, and pictures do not.

The text encoder is the teacher's, unchanged. The result loads in diffusers with `LCMScheduler`.
"""

import copy
import time

import numpy as np
import torch

from . import adversary, common


def ends(alphas, x, t, v):
    """The clean latents and the noise that v at time t means for x; t = -1 is the clean end itself."""
    a, b = roots(alphas, t)
    return a * x - b * v, a * v + b * x


def roots(alphas, t):
    """sqrt(abar), sqrt(1 - abar) at times t (1 and 0 at t < 0), shaped for latents."""
    abar = torch.where(t < 0, torch.ones_like(alphas[0]), alphas[t.clamp(min=0)])[:, None, None, None]
    return abar.sqrt(), (1 - abar).sqrt()


@torch.no_grad()
def guided_step(teacher, alphas, x, t, down, context, empty, guidance):
    """The teacher's guided DDIM step from t to `down`: (x there, its estimate of the clean latents)."""
    plain, told = teacher(torch.cat([x, x]), torch.cat([t, t]), torch.cat([empty, context])).sample.float().chunk(2)
    clean, noise = ends(alphas, x, t, plain + guidance * (told - plain))
    a, b = roots(alphas, down)
    return a * clean + b * noise, clean


def distance(found, wanted, scale=0.03):
    """Pseudo-Huber distance per row (Song & Dhariwal, 2023): squared near, straight far, so that no row outshouts."""
    return ((found - wanted).pow(2).mean((1, 2, 3)) + scale**2).sqrt() - scale


def train(preset, text, teacher, batches, state_path, key, log=print, history=None, half=None):
    """Distil `teacher` for the preset's minutes; returns the student with averaged weights. Resumes from `state_path`."""
    device = torch.device(preset.device)
    torch.manual_seed(3)
    text.to(device).eval().requires_grad_(False)
    teacher.to(device).eval().requires_grad_(False)
    student = copy.deepcopy(teacher).train().requires_grad_(True)
    optimizer = torch.optim.AdamW(common.parameters(student, 1e-3), lr=preset.distil_lr, betas=(0.9, 0.98))
    average = common.Average([student], preset.distil_ema)
    critic = adversary.LatentCritic(student.config.in_channels, text.config.hidden_size).to(device)
    critic_optimizer = torch.optim.Adam(critic.parameters(), lr=2 * preset.distil_lr, betas=(0.5, 0.9))
    aim = copy.deepcopy(teacher)  # the slow copy that names the targets
    step, spent = 0, 0.0
    state = common.load(state_path, device)
    if state is not None and state["key"] == key:
        student.load_state_dict(state["student"])
        aim.load_state_dict(state["aim"])
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        critic.load_state_dict(state["critic"])
        critic_optimizer.load_state_dict(state["critic_optimizer"])
        step, spent = state["step"], state["spent"]
        log(f"distil: goes on at step {step}, {spent / 60:.1f} min")
    elif state is not None:
        log("distil: the kept state is of another teacher or shape; starts anew")
    slow = [p for p in aim.parameters()]
    last = student.conv_out.weight
    clock = common.Clock(preset.distil_minutes, spent)
    workers = common.Workers()
    seed = 31 + step + 7919 * workers.rank
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    saved = told = time.monotonic()
    recent = []

    def checkpoint():
        kept = dict(student=student.state_dict(), aim=aim.state_dict(), optimizer=optimizer.state_dict())
        kept.update(critic=critic.state_dict(), critic_optimizer=critic_optimizer.state_dict())
        common.save(state_path, dict(kept, average=average.state_dict(), step=step, spent=clock.spent, key=key))

    while (progress := workers.agree(clock.progress)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = preset.distil_lr * common.rate(progress)
        source = half if half is not None and progress < preset.half_share else batches
        ids, owner, _, x, t, v, _ = source.draw(rng, at_start=0.5, lowest=1)
        picture, _ = ends(batches.alphas, x, t, v)
        down = (t - preset.skip).clamp(min=-1)
        with torch.autocast(device.type, torch.bfloat16, enabled=preset.autocast):
            with torch.no_grad():
                words = text(torch.cat([ids, batches.empty[None]])).last_hidden_state
                context, empty = words[owner], words[-1:].expand(len(t), -1, -1)
                there, clean = guided_step(teacher, batches.alphas, x, t, down, context, empty, preset.guidance)
                named = aim(there, down.clamp(min=0), context).sample.float()
            found = student(x, t, context).sample.float()
        target, _ = ends(batches.alphas, there, down, named)
        target = torch.where((down < 0)[:, None, None, None], clean, target)
        estimate, _ = ends(batches.alphas, x, t, found)
        consistency, truth = distance(estimate, target).mean(), distance(estimate, picture).mean()
        loss = consistency + preset.truth_weight * truth
        verdict = torch.zeros(())
        if preset.latent_critic_weight > 0:
            said = context.float().mean(1)
            verdict = adversary.critic_loss(critic, estimate, picture, said)
            critic_optimizer.zero_grad(set_to_none=True)
            verdict.backward()
            workers.mean_gradients(list(critic.parameters()))
            critic_optimizer.step()
            if progress > 0.1:  # before that it only learns
                critic.requires_grad_(False)
                pleased = adversary.painter_loss(critic, estimate, said)
                share = adversary.balance(loss, pleased, last)
                loss = loss + preset.latent_critic_weight * share * pleased
                critic.requires_grad_(True)
        common.finite_or_stop([loss.item()], "distil")
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        workers.mean_gradients(average.live)
        torch.nn.utils.clip_grad_norm_(average.live, 1.0)
        optimizer.step()
        average.update()
        with torch.no_grad():
            torch._foreach_lerp_(slow, average.live, 1 - preset.aim_ema)
        step += 1
        recent.append((consistency.item(), truth.item(), verdict.item()))
        if workers.first and (time.monotonic() - told > 20 or clock.progress >= 1):
            means = dict(zip(("consistency", "truth", "critic"), np.mean(recent, 0)))
            said = " ".join(f"{name} {value:.4f}" for name, value in means.items())
            log(f"distil: step {step} {clock.spent / 60:.1f} min {said}")
            if history is not None:
                history.add(step, **means)
            told, recent = time.monotonic(), []
        if workers.first and time.monotonic() - saved > preset.checkpoint_minutes * 60:
            checkpoint()
            saved = time.monotonic()
    if workers.first:
        checkpoint()
    average._put(average.mean)
    return student.eval()
