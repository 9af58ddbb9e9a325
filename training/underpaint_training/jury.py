"""Who judges what the UNet names in its last stage (`fewstep.py`), and how their wishes become one.

* The dataset's picture: pseudo-Huber distance of the latents.
* The latent eyes: perceptual distance, the facts that the caption tells, and at each place what was drawn there.
* The strengths of filters and of the eyes' activations in windows (`strengths.py`): the right amount of texture.
* A critic that has the sketch, the caption's facts and the same eyes (`adversary.SceneCritic`).

All of them look at the named latents only, so that their wishes are summed up there and go through the UNet once. Where the
picture itself is there, in noise, they are not asked: the squared error is all that counts.
"""

import torch

from . import adversary, common, latent_eyes, strengths


def distance(found, wanted, scale=0.03):
    """Pseudo-Huber distance per row (Song & Dhariwal, 2023): squared near, straight far, so that no row outshouts."""
    return ((found - wanted).pow(2).mean((1, 2, 3)) + scale**2).sqrt() - scale


class Jury:
    """The judges with the critic's optimiser."""

    def __init__(self, preset, eyes, reader, counts, pictures, workers, device):
        """`counts`: as in `fewstep.train`. `pictures`: some of the dataset's latents, to know their spreads."""
        channels = pictures.shape[1]
        self.preset, self.eyes, self.reader, self.workers = preset, eyes.to(device), reader, workers
        self.counts = counts.to(device)
        self.kernels = strengths.filters(channels).to(device)
        self.spreads = strengths.spreads(pictures).to(device)
        self.critic = adversary.SceneCritic(channels, eyes.widths, reader.labels.total, self.spreads).to(device)
        self.optimizer = torch.optim.Adam(self.critic.parameters(), lr=preset.critic_lr, betas=(0.5, 0.95))
        workers.same([self.critic])

    def state_dict(self):
        return {"critic": self.critic.state_dict(), "critic_optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state):
        self.critic.load_state_dict(state["critic"])
        self.optimizer.load_state_dict(state["critic_optimizer"])

    def parts(self, named, picture, trust, truth, told, meant, visible):
        """(the losses of all but the critic by name, the eyes' activations of `named`, of `picture`)."""
        with torch.no_grad():
            aims = self.eyes.activations(picture)
            amounts = strengths.measured(picture / self.spreads, aims, self.kernels)
        seen = self.eyes.activations(named)
        parts = {
            "near": (trust * distance(named, picture)).mean(),
            "likeness": (trust * latent_eyes.distance(seen, aims)).mean(),
            "facts": latent_eyes.asked(self.eyes, self.eyes.facts(seen), self.eyes.facts(aims), truth, told),
            "layout": latent_eyes.misplaced(self.eyes.layout(seen), meant, self.counts, visible),
            "strengths": strengths.distance(strengths.measured(named / self.spreads, seen, self.kernels), amounts),
        }
        return parts, seen, aims

    def weighed(self, parts, leaf):
        """The gradient at `leaf` of the losses as the preset weighs them. That of what the eyes recognise is a tenfold of the
        others' where they miss something, and mostly grain that fools them: in each row it may not be longer than they."""
        preset = self.preset
        plain = parts["near"] + preset.likeness_weight * parts["likeness"] + preset.strengths_weight * parts["strengths"]
        (gradient,) = torch.autograd.grad(plain, leaf, retain_graph=True)
        length, wishes = gradient.flatten(1).norm(dim=1), gradient
        asked = ("facts", preset.facts_weight, preset.facts_limit), ("layout", preset.layout_weight, preset.layout_limit)
        for name, weight, limit in asked:
            (wish,) = torch.autograd.grad(weight * parts[name], leaf, retain_graph=True)
            share = (limit * length / (wish.flatten(1).norm(dim=1) + 1e-8)).clamp(max=1)
            wishes = wishes + share[:, None, None, None] * wish
        return wishes

    def wishes(self, named, picture, sketch, trust, known, weight, truth, answers, meant, visible, learns, speaks):
        """The gradient of all wishes at the latents `named`, and the losses by name.

        `known` bool (n): rows whose points hold `picture` itself in noise; there the squared error times `weight` (n) is
        all that counts. `trust` (n): how much the likenesses to `picture` count in the others. `truth`: int64 (n, kinds),
        the facts; `answers` (n, words): what the caption tells (`words.Reader.told`). `meant` (n, h, w), `visible` (n): what was
        drawn, and how much of it could be seen (`latent_eyes.misplaced`). `learns`: whether the critic learns
        from this batch, `speaks`: whether it is listened to.
        """
        if known.all():  # the workers' critics learn together: none may stay away
            known = known & (torch.arange(len(known), device=known.device) > 0)
        error, some = named.detach() - picture, ~known
        gradient = 2 * weight[:, None, None, None] * error / error.numel()
        guessed, losses = self._guessed(
            *(it[some] for it in (named, picture, sketch, trust, truth, answers, meant, visible)), learns, speaks
        )
        gradient[some] = guessed * some.float().mean()
        kept = (weight * error.pow(2).mean((1, 2, 3)))[known]
        return gradient, {"kept": kept.sum().item() / max(len(kept), 1), **losses}

    def _guessed(self, named, picture, sketch, trust, truth, answers, meant, visible, learns, speaks):
        """`wishes` in rows whose picture has to be guessed."""
        leaf = named.detach().requires_grad_(True)
        told = self.reader.labels.split(answers)
        parts, seen, aims = self.parts(leaf, picture, trust, truth, told, meant, visible)
        gradient = self.weighed(parts, leaf)
        verdict = torch.zeros(())
        if learns:
            made = leaf.detach(), [level.detach() for level in seen]
            verdict = adversary.scene_loss(self.critic, made, (picture, aims), sketch, answers)
            self.optimizer.zero_grad(set_to_none=True)
            verdict.backward()
            self.workers.mean_gradients(list(self.critic.parameters()))
            self.optimizer.step()
        if speaks:
            self.critic.requires_grad_(False)
            pleased = adversary.painter_loss(self.critic, (leaf, seen), sketch, answers)
            (wish,) = torch.autograd.grad(pleased, leaf)
            share = (gradient.norm() / (wish.norm() + 1e-8)).clamp(0, self.preset.critic_limit)
            gradient = gradient + self.preset.latent_critic_weight * share * wish
            self.critic.requires_grad_(True)
        losses = {name: value.item() for name, value in parts.items()} | {"critic": verdict.item()}
        common.finite_or_stop(losses.values(), "fewstep")
        return gradient, losses
