"""The two recipes: `cpu` (128x128 pictures, about an hour on two cores) and `gpu` (256x256 pictures, one large GPU)."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Preset:
    """Everything that decides what is trained and for how long.

    The lengths are minutes of wall clock: every learning-rate schedule follows the clock, so that a run ends well on
    a machine of any speed.
    """

    name: str
    size: int
    """Side of the square pictures in pixels; the latents have an eighth of it."""
    pictures: int
    """How many dataset pictures to make."""
    device: str
    autocast: bool
    """bfloat16 autocast (GPU only)."""
    compile: bool
    vae: dict
    text: dict
    unet: dict
    vocab_size: int = 1400
    vae_minutes: float = 22.0
    vae_crop: int = 64
    """The autoencoder learns on crops of this side first and on whole pictures in the last part of its time."""
    vae_whole_share: float = 0.25
    vae_batch: int = 8
    vae_lr: float = 1e-3
    decoder_minutes: float = 20.0
    """The decoder alone learns texture, with the latents fixed."""
    decoder_lr: float = 6e-4
    texture_weight: float = 4.0
    unet_minutes: float = 47.0
    unet_pictures: int = 16
    """Pictures in one UNet batch; each is used `unet_draws` times, with other noise, times and captions."""
    unet_draws: int = 2
    unet_lr: float = 1e-3
    text_dropout: float = 0.1
    sketch_share: float = 0.65
    """Share of the batch in which the path to the picture starts at its noised sketch."""
    ema: float = 0.999
    checkpoint_minutes: float = 3.0
    encode_batch: int = 16


def _vae(channels, size, groups=8):
    return dict(
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


def _unet(channels, layers, context, heads, size, groups):
    count = len(channels)
    return dict(
        sample_size=size // 8,
        in_channels=4,
        out_channels=4,
        block_out_channels=channels,
        layers_per_block=layers,
        down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * (count - 1),
        up_block_types=("CrossAttnUpBlock2D",) * (count - 1) + ("UpBlock2D",),
        cross_attention_dim=context,
        attention_head_dim=heads,  # diffusers reads this as the number of heads
        norm_num_groups=groups,
        flip_sin_to_cos=True,
        freq_shift=0,
    )


PRESETS = {
    "cpu": Preset(
        name="cpu",
        size=128,
        pictures=5000,
        device="cpu",
        autocast=False,
        compile=False,
        vae=_vae((24, 48, 64, 96), 128),
        text=_text(128, 3, 4),
        unet=_unet((64, 96, 160), 1, 128, 4, 128, 16),
    ),
    "gpu": Preset(
        name="gpu",
        size=256,
        pictures=60000,
        device="cuda",
        autocast=True,
        compile=True,
        vae=_vae((24, 48, 96, 128), 256),
        text=_text(192, 4, 4),
        unet=_unet((64, 128, 192), 1, 192, 4, 256, 32),
        vae_minutes=8.0,
        vae_crop=128,
        vae_batch=64,
        decoder_minutes=3.0,
        unet_minutes=12.0,
        unet_pictures=256,
        unet_draws=2,
        unet_lr=6e-4,
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
        vae_minutes=0.15,
        vae_batch=2,
        decoder_minutes=0.1,
        unet_minutes=0.15,
        unet_pictures=2,
        unet_draws=1,
        checkpoint_minutes=0.1,
        encode_batch=4,
    )
