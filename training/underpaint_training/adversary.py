"""The critics. That of the UNet's last stage: `SceneCritic`, on latents. That of the decoder: a PatchGAN (Isola et al., 2017) that tells painted 16x16 patches from decoded ones.

It joins in the decoder's stage only, where encoder and latents are fixed: what it moves cannot spoil the latent space
the UNet has learnt. Its weight follows the balance of gradients at the decoder's last layer (Esser et al., 2021), so
that it can add texture where the pixel losses are indifferent and cannot outshout them.
"""

import torch
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm

from . import strengths


class Critic(torch.nn.Module):
    """Three strided convolutions under spectral normalisation: one verdict for about each 8x8 pixels."""

    def __init__(self, width=32):
        super().__init__()
        self.layers = torch.nn.Sequential(
            spectral_norm(torch.nn.Conv2d(3, width, 4, 2, 1)),
            torch.nn.LeakyReLU(0.2),
            spectral_norm(torch.nn.Conv2d(width, 2 * width, 4, 2, 1)),
            torch.nn.LeakyReLU(0.2),
            spectral_norm(torch.nn.Conv2d(2 * width, 4 * width, 3, 1, 1)),
            torch.nn.LeakyReLU(0.2),
            spectral_norm(torch.nn.Conv2d(4 * width, 1, 3, 1, 1)),
        )

    def forward(self, pictures):
        return self.layers(pictures)


class SceneCritic(torch.nn.Module):
    """Judges the latents of pictures in patches, with the sketch beside them and what the caption tells (a projection
    critic, Miyato & Koyama, 2018): is this a picture, of this sketch and one of these words? Verdicts from the latents
    themselves at three scales, one from each level of a frozen network's activations (Sauer et al., 2021). The latents
    come with their `strengths.fine`, enlarged, because edges between colours are small in numbers. A little noise blurs
    what float16 would lose anyway."""

    def __init__(self, channels, widths, words, spreads, width=48, noise=0.1):
        """`words`: how many numbers say what a caption tells (`words.Reader.told`). `spreads`: of the dataset's latents."""
        super().__init__()
        self.noise = noise
        self.register_buffer("spreads", spreads)
        layer = lambda *size: torch.nn.Sequential(spectral_norm(torch.nn.Conv2d(*size)), torch.nn.LeakyReLU(0.2))
        self.own = torch.nn.ModuleList([
            torch.nn.Sequential(layer(4 * channels, width, 3, 1, 1), layer(width, width, 3, 1, 1)),
            layer(width, 2 * width, 4, 2, 1),
            layer(2 * width, 2 * width, 4, 2, 1),
        ])
        self.levels = torch.nn.ModuleList([layer(w, width, 1) for w in widths])
        inner = [width, 2 * width, 2 * width] + [width] * len(widths)
        self.answers = torch.nn.ModuleList([spectral_norm(torch.nn.Conv2d(w, 1, 3, 1, 1)) for w in inner])
        self.words = torch.nn.ModuleList([spectral_norm(torch.nn.Linear(words, w)) for w in inner])

    def _enlarged(self, latents):
        return torch.cat([latents, torch.asinh(3 * strengths.fine(latents) / self.spreads)], 1)

    def inner(self, seen, sketch):
        """`seen`: latents (n, channels, h, w) and the frozen network's activations of them; what the verdicts rest on."""
        latents, levels = seen
        noisy = latents + self.noise * self.spreads * torch.randn_like(latents)
        found, out = torch.cat([self._enlarged(noisy), self._enlarged(sketch)], 1), []
        for layer in self.own:
            found = layer(found)
            out.append(found)
        return out + [own(level) for own, level in zip(self.levels, levels)]

    def verdicts(self, inner, told):
        """The verdicts of all patches under the words `told` (n, words), each level's with the same weight, as a list."""
        found = []
        for answer, words, places in zip(self.answers, self.words, inner):
            fits = torch.einsum("nchw,nc->nhw", places, words(told))[:, None]
            found.append((answer(places) + fits).flatten(1))
        return found

    def forward(self, seen, sketch, told):
        return self.verdicts(self.inner(seen, sketch), told)


def scene_loss(critic, made, picture, sketch, told, wrong=0.5):
    """Hinge loss of the `SceneCritic`: pictures above 1, painted ones below -1, and so, with the weight `wrong`, pictures
    beside another row's words (Reed et al., 2016): else a critic can do without listening."""
    real = critic.inner(picture, sketch)
    pairs = zip(critic.verdicts(real, told), critic(made, sketch, told), critic.verdicts(real, told.roll(1, 0)))
    losses = [
        F.relu(1 - yes).mean() + (F.relu(1 + no).mean() + wrong * F.relu(1 + odd).mean()) / (1 + wrong)
        for yes, no, odd in pairs
    ]
    return sum(losses) / len(losses)


def critic_loss(critic, found, wanted, *given):
    """Hinge loss: patches of `wanted` above 1, of `found` below -1. `found` comes without gradients."""
    pairs = zip(_verdicts(critic(wanted, *given)), _verdicts(critic(found, *given)))
    losses = [F.relu(1 - real).mean() + F.relu(1 + made).mean() for real, made in pairs]
    return sum(losses) / len(losses)


def painter_loss(critic, found, *given):
    """What the decoder or the UNet minimises to please the critic."""
    verdicts = _verdicts(critic(found, *given))
    return -sum(verdict.mean() for verdict in verdicts) / len(verdicts)


def _verdicts(said):
    return said if isinstance(said, list) else [said]


def balance(kept, pleased, last, limit=5.0):
    """How much the critic's wish must be scaled to pull as hard on the weights `last` as the other losses do."""
    mine = torch.autograd.grad(kept, last, retain_graph=True)[0].norm()
    its = torch.autograd.grad(pleased, last, retain_graph=True)[0].norm()
    return (mine / (its + 1e-4)).clamp(0, limit).detach()
