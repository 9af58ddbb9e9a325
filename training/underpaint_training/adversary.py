"""The critic of the decoder: a PatchGAN (Isola et al., 2017) that tells painted 16x16 patches from decoded ones.

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


def critic_loss(critic, found, wanted):
    """Hinge loss: painted patches above 1, decoded ones below -1."""
    return F.relu(1 - critic(wanted)).mean() + F.relu(1 + critic(found.detach())).mean()


def painter_loss(critic, found):
    """What the decoder minimises to please the critic."""
    return -critic(found).mean()


def balance(kept, pleased, last, limit=5.0):
    """How much the critic's wish must be scaled to pull as hard on the weights `last` as the other losses do."""
    mine = torch.autograd.grad(kept, last, retain_graph=True)[0].norm()
    its = torch.autograd.grad(pleased, last, retain_graph=True)[0].norm()
    return (mine / (its + 1e-4)).clamp(0, limit).detach()
