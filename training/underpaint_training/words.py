"""What the words say, learnt before any picture is painted.

The UNet hears the words in two ways: its transformers look at every token where places are few, and the pooled text is
added to the time embedding (`addition_embed_type: text`), which reaches every block at every place. A painter alone
teaches its text encoder slowly: for thousands of steps a wrong style costs less than a misplaced hill, and meanwhile the
words sound all alike to it. So the text encoder and the pooling learn first to tell the caption's facts (style, time,
weather, season, place, objects) in minutes, without pictures, and the encoder stays as it is from then on; the pooling
goes on learning with the UNet.
"""

import copy
import numpy as np
import torch
import torch.nn.functional as F

from . import common, features

POOLED_DEVIATION = 0.3
"""Deviation of the pooled text at the start: beside a time embedding of about 1 it is heard and spoils nothing."""


class Reader(torch.nn.Module):
    """Tells the facts of a caption from the pooled text. The pooling is a copy: the UNet's own goes on learning."""

    def __init__(self, pool, labels):
        super().__init__()
        self.pool, self.labels = copy.deepcopy(pool), labels
        self.answer = torch.nn.Linear(pool.norm2.weight.numel(), max(labels.total, 1))

    def forward(self, context, pool=None):
        """Answers (n, total) to the text encoder's output (n, tokens, width)."""
        pooled = (pool or self.pool)(context)
        return self.answer(F.layer_norm(pooled, pooled.shape[-1:]))

    @torch.no_grad()
    def told(self, context):
        """Probabilities (n, total): what the words say of each fact, and how surely. A caption that does not name its
        style gives the frequencies of the styles."""
        parts = self.labels.split(self(context))
        return torch.cat([found.sigmoid() if kind == "objects" else found.softmax(1) for kind, found in parts.items()], 1)


@torch.no_grad()
def start_pool(pool):
    """Bring the pooled text to its first size."""
    pool.norm2.weight.fill_(POOLED_DEVIATION), pool.norm2.bias.zero_()


def train(preset, text, unet, scenes, tokens, batches, path, log=print, history=None, known=False):
    """Train `text` and `unet.add_embedding` for the preset's minutes, unless `path` has them finished; puts the averaged
    weights in place and freezes `text`. `tokens` as in `diffusion.Batches`. Returns the `Reader`, frozen.

    `known`: text encoder and UNet are an export's and understand each other already. Then only the reader learns: any
    change of what a word sounds like would be a word that the UNet has to learn again."""
    device = torch.device(preset.device)
    torch.manual_seed(41)
    pool = unet.add_embedding
    state = common.load(path, device)
    labels = features.Labels.of(scenes.attributes) if state is None else features.Labels(state["labels"])
    if state is None and not known:
        start_pool(pool)
    reader = Reader(pool, labels).to(device)
    text.to(device).train().requires_grad_(not known), pool.to(device).train()
    parts = [reader] if known else [text, pool, reader.answer]
    workers = common.Workers()
    average = common.Average(parts, 0.99)
    optimizer = torch.optim.AdamW([g for part in parts for g in common.parameters(part, 1e-2)], lr=preset.words_lr,
                                  betas=(0.9, 0.98))
    step, spent = 0, 0.0
    if state is not None:
        for part, kept in zip(parts, state["parts"]):
            part.load_state_dict(kept)
        optimizer.load_state_dict(state["optimizer"])
        average.load_state_dict(state["average"])
        step, spent = state["step"], state["spent"]
    workers.same(parts)
    clock = common.Clock(preset.words_minutes, spent)
    rng = np.random.default_rng(43 + step + 7919 * workers.rank)
    count = len(tokens[1]) - 1
    one, many = (torch.from_numpy(rows).to(device) for rows in labels.rows(scenes.attributes[:count]))
    journal = common.Journal("words", clock, log, history, tells=workers.first)
    while (progress := workers.agree(clock.progress)) < 1:
        for group in optimizer.param_groups:
            group["lr"] = preset.words_lr * common.rate(progress)
        chosen = rng.integers(0, count, preset.words_batch)
        ids = torch.from_numpy(batches.captions(chosen, rng, 0.4)).to(device)
        said = reader(text(ids).last_hidden_state, None if known else pool)
        loss = features.loss(labels, said, one[chosen], many[chosen])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        workers.mean_gradients(average.live)
        torch.nn.utils.clip_grad_norm_(average.live, 1.0)
        optimizer.step()
        average.update()
        step += 1
        journal.add(step, loss=loss.item())
    if workers.first and (state is None or step != state["step"]):
        kept = dict(parts=[part.state_dict() for part in parts], optimizer=optimizer.state_dict())
        kept.update(average=average.state_dict(), labels=labels.values)
        common.save(path, dict(kept, step=step, spent=clock.spent))
    average._put(average.mean)
    if not known:
        reader.pool.load_state_dict(pool.state_dict())
    text.eval().requires_grad_(False)
    return reader.eval().requires_grad_(False)


@torch.no_grad()
def understood(text, reader, ids, attributes):
    """Share of the captions whose facts the reader tells, by kind."""
    one, _ = reader.labels.rows(attributes)
    found, out = reader(text(ids).last_hidden_state), {}
    for column, (kind, answers) in enumerate((k, a) for k, a in reader.labels.split(found).items() if k != "objects"):
        known = one[:, column] >= 0
        out[kind] = round(float((answers.argmax(1).cpu().numpy() == one[:, column])[known].mean()), 3)
    return out
