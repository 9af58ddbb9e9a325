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
    features_minutes: float = 4.0
    """The network whose eyes judge texture in training (`features.py`)."""
    perceptual_weight: float = 1.0
    critic_weight: float = 0.4
    """Pull of the PatchGAN on the decoder's last layer, as a share of that of the other losses."""
    critic_from: float = 0.35
    """Share of the decoder's time after which the critic joins."""
    distil_minutes: float = 30.0
    distil_lr: float = 2e-4
    guidance: float = 4.0
    """Guidance scale that the student learns to do without."""
    skip: int = 40
    """Times between the two points of a path that must agree."""
    truth_weight: float = 0.3
    """How much the dataset's own picture counts beside the teacher's word."""
    aim_ema: float = 0.95
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
        # 1.29 GFLOP to encode and 3.55 to decode; attention over 32x32 places alone would cost 0.7 more
        vae=_vae((12, 16, 36, 72), 256, groups=2, attention=False),
        text=_text(192, 4, 4),
        unet=_unet((48, 96, 192), 1, 192, 4, 256, 16),  # 2.47 GFLOP a step
        features_minutes=2.0,
        distil_minutes=8.0,
        distil_lr=1e-4,
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
        features_minutes=0.05,
        distil_minutes=0.1,
        vae_minutes=0.15,
        vae_batch=2,
        decoder_minutes=0.1,
        unet_minutes=0.15,
        unet_pictures=2,
        unet_draws=1,
        checkpoint_minutes=0.1,
        encode_batch=4,
    )
