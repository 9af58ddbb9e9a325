"""The critics. That of the decoder: a PatchGAN (Isola et al., 2017) that tells painted 16x16 patches from decoded ones.

It joins in the decoder's stage only, where encoder and latents are fixed: what it moves cannot spoil the latent space
the UNet has learnt. Its weight follows the balance of gradients at the decoder's last layer (Esser et al., 2021), so
that it can add texture where the pixel losses are indifferent and cannot outshout them.
"""

import torch
import torch.nn.functional as F
from torch.nn.utils.parametrizations import spectral_norm


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


class LatentCritic(torch.nn.Module):
    """Judges latents of pictures in patches, knowing the mean of the caption's embedding (a projection critic, Miyato &
    Koyama, 2018): is this a picture, and one of these words? A little noise blurs what float16 would lose anyway."""

    def __init__(self, channels, words, width=64, noise=0.1):
        super().__init__()
        self.noise = noise
        self.layers = torch.nn.Sequential(
            spectral_norm(torch.nn.Conv2d(channels, width, 3, 1, 1)),
            torch.nn.LeakyReLU(0.2),
            spectral_norm(torch.nn.Conv2d(width, width, 4, 2, 1)),
            torch.nn.LeakyReLU(0.2),
            spectral_norm(torch.nn.Conv2d(width, 2 * width, 4, 2, 1)),
            torch.nn.LeakyReLU(0.2),
        )
        self.answer = spectral_norm(torch.nn.Conv2d(2 * width, 1, 3, 1, 1))
        self.words = spectral_norm(torch.nn.Linear(words, 2 * width))

    def forward(self, latents, said):
        """`said` (n, words): the mean of the caption's token embeddings."""
        seen = self.layers(latents + self.noise * torch.randn_like(latents))
        fits = (seen * self.words(said)[:, :, None, None]).mean(1, keepdim=True)
        return self.answer(seen) + fits


def critic_loss(critic, found, wanted, *given):
    """Hinge loss: painted patches above 1, decoded ones below -1."""
    return F.relu(1 - critic(wanted, *given)).mean() + F.relu(1 + critic(found.detach(), *given)).mean()


def painter_loss(critic, found, *given):
    """What the decoder or the student minimises to please the critic."""
    return -critic(found, *given).mean()


def balance(kept, pleased, last, limit=5.0):
    """How much the critic's wish must be scaled to pull as hard on the weights `last` as the other losses do."""
    mine = torch.autograd.grad(kept, last, retain_graph=True)[0].norm()
    its = torch.autograd.grad(pleased, last, retain_graph=True)[0].norm()
    return (mine / (its + 1e-4)).clamp(0, limit).detach()
