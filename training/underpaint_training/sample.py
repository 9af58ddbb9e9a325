"""Image-to-image sampling exactly as Underpaint's engine does it: DDIM without added noise on evenly spaced times."""

import numpy as np
import torch

from . import data, diffusion, tokenizer


def times(strength, steps):
    """The times from `strength` x 1000 down, trailing: the last step ends at the clean picture."""
    return (np.round(np.linspace(strength * diffusion.STEPS, 0, steps + 1))[:-1] - 1).astype(int)


class Painter:
    """The trained parts together."""

    def __init__(self, vae, text, unet, fast, device="cpu", noise=None):
        """`noise`: the export's `scheduler_config.json`, the training's own noise unless told."""
        self.vae, self.text, self.unet, self.fast, self.device = vae, text, unet, fast, device
        self.alphas = diffusion.schedule(noise).to(device)

    @torch.no_grad()
    def encode(self, pixels):
        mean = self.vae.encode(data.to_tensor(pixels).to(self.device)).latent_dist.mean
        return mean * self.vae.config.scaling_factor

    @torch.no_grad()
    def decode(self, latents):
        return data.to_pixels(self.vae.decode(latents / self.vae.config.scaling_factor).sample)

    @torch.no_grad()
    def context(self, prompts):
        ids = torch.from_numpy(tokenizer.encode(self.fast, prompts)).to(self.device)
        return self.text(ids).last_hidden_state

    @torch.no_grad()
    def paint(self, sketches, prompts, strength=0.5, steps=12, guidance=4.0, seeds=None, negative=""):
        """uint8 sketches (n, h, w, 3) to uint8 pictures."""
        latents = self.encode(sketches)
        seeds = range(len(prompts)) if seeds is None else seeds
        sources = [torch.Generator().manual_seed(int(seed)) for seed in seeds]
        noise = torch.stack([torch.randn(latents.shape[1:], generator=source) for source in sources]).to(self.device)
        context, guided = self.context(prompts), guidance != 1
        if guided:
            context = torch.cat([self.context([negative] * len(prompts)), context])
        ladder = times(strength, steps)
        abar = self.alphas[int(ladder[0])]
        x = abar.sqrt() * latents + (1 - abar).sqrt() * noise
        for index, t in enumerate(ladder):
            abar = self.alphas[int(t)]
            after = self.alphas[int(ladder[index + 1])] if index + 1 < len(ladder) else torch.ones_like(abar)
            v = self.unet(torch.cat([x, x]) if guided else x, torch.tensor(int(t), device=self.device), context).sample
            if guided:
                plain, told = v.chunk(2)
                v = plain + guidance * (told - plain)
            clean = abar.sqrt() * x - (1 - abar).sqrt() * v
            noise = abar.sqrt() * v + (1 - abar).sqrt() * x
            x = after.sqrt() * clean + (1 - after).sqrt() * noise
        return self.decode(x)
