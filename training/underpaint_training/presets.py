"""The two recipes of one architecture: `cpu` (hours on four free cores, in as many sessions as it takes) and `gpu` (half
an hour on one large GPU).

Both make the same model for pictures of 256x256. The `cpu` recipe shows the UNet pictures of half that side for the
first part of its time: a row costs a quarter, so that it sees many more of them, and the rest teaches it the full size.
"""

from dataclasses import dataclass, field, replace


def _vae(channels, size, groups=8, attention=True):
    return dict(
        mid_block_add_attention=attention,
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=channels,
        layers_per_block=1,
        norm_num_groups=groups,
        latent_channels=4,
        sample_size=size,
        scaling_factor=1.0,  # `autoencoder.normalise` brings the latents to deviation 1
    )


def _text(hidden, layers, heads):
    return dict(
        hidden_size=hidden,
        intermediate_size=4 * hidden,
        projection_dim=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        hidden_act="quick_gelu",
        max_position_embeddings=77,
        layer_norm_eps=1e-5,
    )


def _unet(channels, layers, context, heads, size, groups, attention):
    """`attention`: for each level, whether it has transformers (that look around and at the words) or not. The pooled
    words go into the time embedding besides, and so to every place."""
    return dict(
        sample_size=size // 8,
        in_channels=4,
        out_channels=4,
        block_out_channels=channels,
        layers_per_block=layers,
        down_block_types=tuple("CrossAttnDownBlock2D" if level else "DownBlock2D" for level in attention),
        up_block_types=tuple("CrossAttnUpBlock2D" if level else "UpBlock2D" for level in reversed(attention)),
        cross_attention_dim=context,
        attention_head_dim=heads,  # diffusers reads this as the number of heads
        norm_num_groups=groups,
        flip_sin_to_cos=True,
        freq_shift=0,
        addition_embed_type="text",
        addition_embed_type_num_heads=8,
    )


# The one architecture. GFLOP (2 x MAC) at 256x256: 1.29 to encode and 3.55 to decode (attention over 32x32 places
# alone would cost 0.7 more), 1.75 a step of the UNet, which reads the words where places are few only. A first level of
# 64 channels learnt faster than one of 32 in the same time, though its steps are slower (README).
VAE = _vae((12, 16, 36, 72), 256, groups=2, attention=False)
TEXT = _text(128, 3, 4)
UNET = _unet((64, 96, 128), 1, 128, 4, 256, 8, attention=(False, False, True))


@dataclass(frozen=True)
class Preset:
    """Everything that decides what is trained and for how long.

    The lengths are minutes of wall clock: every learning-rate schedule follows the clock, so that a run ends well on
    a machine of any speed. The values here are those of the `cpu` recipe.
    """

    name: str = "cpu"
    size: int = 256
    """Side of the square pictures in pixels; the latents have an eighth of it."""
    pictures: int = 14000
    """How many dataset pictures to make."""
    device: str = "cpu"
    autocast: bool = False
    """bfloat16 autocast (GPU only)."""
    compile: bool = False
    vae: dict = field(default_factory=lambda: VAE)
    text: dict = field(default_factory=lambda: TEXT)
    unet: dict = field(default_factory=lambda: UNET)
    vocab_size: int = 1400
    vae_minutes: float = 17.0
    vae_crop: int = 64
    """The autoencoder learns on crops of this side first and on whole pictures in the last part of its time."""
    vae_whole_share: float = 0.25
    vae_batch: int = 8
    vae_lr: float = 1e-3
    decoder_minutes: float = 20.0
    """The decoder alone learns texture, with the latents fixed."""
    decoder_lr: float = 6e-4
    finish_minutes: float = 20.0
    """The decoder learns from what the UNet paints, after all other stages."""
    finish_paintings: int = 600
    """How many paintings it learns from."""
    texture_weight: float = 4.0
    features_minutes: float = 5.0
    """The network whose eyes judge texture in training (`features.py`)."""
    perceptual_weight: float = 1.0
    critic_weight: float = 0.4
    """Pull of the PatchGAN on the decoder's last layer, as a share of that of the other losses."""
    critic_from: float = 0.35
    """Share of the decoder's time after which the critic joins."""
    eyes_minutes: float = 26.0
    """The network that sees scenes in latents (`latent_eyes.py`)."""
    fewstep_minutes: float = 90.0
    """The UNet's last stage (`fewstep.py`): sharp pictures in few steps without guidance."""
    fewstep_lr: float = 2e-3
    fewstep_ema: float = 0.996
    whole_every: int = 3
    """One step in so many of the UNet's stages sees whole pictures, the others crops of half the side, where `half_pictures`
    is given: a picture's calm sky is another thing to the group normalisation than a crop of it."""
    fewstep_critic_from: float = 0.03
    """Share of that stage after which the critic joins: a weak painter cannot learn from one."""
    critic_lr: float = 1e-3
    critic_limit: float = 1e4
    """How much the critic's wish may be scaled up to the others'."""
    likeness_weight: float = 0.3
    """Of the perceptual distance of the latents, beside their plain distance."""
    facts_limit: float = 6.0
    """How long their gradient may be in a row beside that of the likenesses."""
    facts_weight: float = 4.0
    """Of the caption's facts, as the latent eyes see them in what is painted."""
    layout_weight: float = 0.3
    """Of what the latent eyes see at each place, against what the sketch is meant to be there."""
    layout_limit: float = 1.0
    """As `facts_limit`."""
    strengths_weight: float = 0.8
    """Of the amount of edges and texture in windows (`strengths.py`)."""
    latent_critic_weight: float = 1.0
    """Pull of the critic of latents at what the UNet names, as a share of that of the other losses."""
    words_minutes: float = 4.0
    """The text encoder learns what captions tell (`words.py`)."""
    words_lr: float = 3e-3
    words_batch: int = 24
    unet_minutes: float = 60.0
    unet_pictures: int = 2
    """Pictures in one UNet batch; each is used `unet_draws` times, with other noise, times and captions."""
    unet_draws: int = 2
    unet_lr: float = 1e-3
    half_share: float = 0.35
    """Share of the UNet's time in which it learns on pictures of half the side: a row costs a quarter."""
    crop_until: float = 1.0
    """Until this share of the UNet's time it learns on crops of half the side: the right scale at a quarter's cost."""
    half_pictures: int = 6
    """Pictures in one batch of these parts."""
    full_latents: int = 9000
    """How many pictures are encoded at full size (0: all): encoding takes time, too."""
    careful_share: float = 0.85
    """Share of the sketches on the exact shapes of their pictures (`crates/scenes`: sketch). Whoever learns from misplaced
    sketches alone learns that no edge is to be relied on, and paints none."""
    text_dropout: float = 0.1
    sketch_share: float = 0.6
    """Share of the batch in which the path to the picture starts at its noised sketch."""
    ema: float = 0.998
    checkpoint_minutes: float = 3.0
    encode_batch: int = 16


CPU = Preset()
PRESETS = {
    "cpu": CPU,
    "gpu": replace(
        CPU,
        name="gpu",
        pictures=60000,
        device="cuda",
        autocast=True,
        compile=True,
        features_minutes=2.0,
        eyes_minutes=2.0,
        words_minutes=1.0,
        vae_minutes=6.0,
        vae_crop=128,
        vae_batch=64,
        decoder_minutes=3.0,
        unet_minutes=11.0,
        unet_pictures=256,
        unet_lr=6e-4,
        half_share=0.0,
        crop_until=0.0,
        half_pictures=0,
        full_latents=0,
        fewstep_minutes=6.0,
        fewstep_lr=2e-4,
        finish_minutes=3.0,
        ema=0.9995,
        encode_batch=128,
    ),
}


def smoke(preset):
    """The same architecture at a tiny batch on the CPU for seconds: proves that a recipe starts, trains and exports."""
    return replace(
        preset,
        device="cpu",
        autocast=False,
        compile=False,
        pictures=24,
        features_minutes=0.05,
        eyes_minutes=0.05,
        words_minutes=0.1,
        words_batch=8,
        fewstep_minutes=0.15,
        vae_minutes=0.15,
        vae_batch=2,
        decoder_minutes=0.1,
        finish_minutes=0.1,
        finish_paintings=4,
        unet_minutes=0.15,
        unet_pictures=2,
        unet_draws=1,
        half_pictures=min(preset.half_pictures, 2),
        full_latents=16,
        checkpoint_minutes=0.1,
        encode_batch=4,
    )
