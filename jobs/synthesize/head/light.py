"""The light on a scene."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jobs.synthesize.head.mesh import Vectors

Colour = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Light:
    """One main light and what comes from everywhere.

    `towards` is a unit vector to the main light; `main`, `around` are RGB strengths.
    """

    towards: Vectors
    main: Colour
    around: Colour


def draw_light(rng: np.random.Generator) -> Light:
    """Daylight, lamplight, from the left, the right, above; seldom harsh."""
    azimuth, height = rng.uniform(-0.9, 0.9), rng.uniform(0.15, 0.85)
    towards = (np.sin(azimuth) * np.cos(height), np.sin(height), np.cos(azimuth) * np.cos(height))
    warmth = rng.uniform(-0.07, 0.1)
    tint = np.array((1 + warmth, 1.0, 1 - warmth))
    main = rng.uniform(0.55, 0.9)
    around = 1.18 - main + rng.uniform(-0.05, 0.12)
    return Light(
        np.array(towards, np.float32),
        (main * tint).astype(np.float32),
        (around * tint[::-1]).astype(np.float32),
    )


def shade(
    normals: Vectors, openness: Vectors, lit: Vectors, light: Light
) -> npt.NDArray[np.float32]:
    """How bright a surface is, float32 [k, 3] as a factor on its colour.

    Args:
        normals: float32 [k, 3].
        openness: float32 [k], how much of its surroundings a place sees.
        lit: float32 [k], how much of the main light is free to reach it.
        light: what shines.
    """
    facing = normals @ light.towards
    wrapped = np.clip((facing + 0.25) / 1.25, 0, 1) ** 1.2 * (0.25 + 0.75 * lit)
    above = 0.78 + 0.22 * normals[:, 1]
    bright = wrapped[:, None] * light.main + (above * openness)[:, None] * light.around
    # Light that goes under the skin comes back red where the surface turns away from it.
    edge = np.clip(1 - np.abs(facing) * 3.5, 0, 1) * 0.05 * lit
    red = np.array((1.0, 0.35, 0.25), np.float32)
    found: npt.NDArray[np.float32] = (
        bright * (0.65 + 0.35 * openness)[:, None] + edge[:, None] * red
    )
    return found.astype(np.float32)


def gloss(normals: Vectors, lit: Vectors, light: Light, sharpness: float) -> Vectors:
    """The highlight, float32 [k], seen from straight ahead."""
    half = light.towards + np.array((0, 0, 1), np.float32)
    half /= np.linalg.norm(half)
    found: Vectors = np.clip(normals @ half, 0, 1) ** np.float32(sharpness) * lit
    return found
