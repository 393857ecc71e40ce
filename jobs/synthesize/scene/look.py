"""What the pictures of a clip are like: size, frame rate, light, lens, grain, compression."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from jobs.synthesize.head.light import Light, draw_light

_RATES = {
    Fraction(25): 0.44,
    Fraction(30): 0.22,
    Fraction(30000, 1001): 0.12,
    Fraction(24): 0.19,
    Fraction(50): 0.02,
    Fraction(60): 0.01,
}
_ASPECTS = {Fraction(1): 0.5, Fraction(4, 3): 0.35, Fraction(16, 9): 0.15}
_ASPECTS_FOR_TWO = {Fraction(4, 3): 0.65, Fraction(16, 9): 0.35}


@dataclass(frozen=True)
class Look:
    """The look of a clip.

    Attributes:
        height, width: pixels, even.
        fps: frames a second.
        light: on everybody.
        blur: deviation of the lens's blur, pixels.
        grain: deviation of the noise, of 255.
        exposure, contrast, saturation: factors.
        crf: of the encoder, 0 (best) to 51.
    """

    height: int
    width: int
    fps: Fraction
    light: Light
    blur: float
    grain: float
    exposure: float
    contrast: float
    saturation: float
    crf: int

    def grade(self, colours: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Colours [..., 3] with the clip's exposure, contrast and saturation."""
        grey = colours.mean(axis=-1, keepdims=True)
        rich = grey + np.float32(self.saturation) * (colours - grey)
        graded = (rich * self.exposure - 0.45) * self.contrast + 0.45
        found: npt.NDArray[np.float32] = np.clip(graded, 0, 1).astype(np.float32)
        return found


def draw_look(rng: np.random.Generator, height: int, people: int) -> Look:
    """A look for a clip of a height in pixels, with one or two people."""
    aspects = _ASPECTS_FOR_TWO if people > 1 else _ASPECTS
    aspect = _one_of(rng, aspects)
    return Look(
        height=height,
        width=2 * round(height * aspect / 2),
        fps=_one_of(rng, _RATES),
        light=draw_light(rng),
        blur=float(max(0.0, rng.normal(0.25, 0.35))),
        grain=float(rng.gamma(2.0, 0.7)),
        exposure=float(rng.uniform(0.88, 1.15)),
        contrast=float(rng.uniform(0.9, 1.15)),
        saturation=float(rng.choice([0.0, 1.0], p=[0.04, 0.96]) * rng.uniform(0.75, 1.15)),
        crf=int(rng.integers(18, 31)),
    )


def _one_of(rng: np.random.Generator, shares: dict[Fraction, float]) -> Fraction:
    return list(shares)[int(rng.choice(len(shares), p=list(shares.values())))]
