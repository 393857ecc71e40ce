"""Who a head is: its shape and its colours, drawn from a split's name and a number alone."""

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from jobs.synthesize.head.mesh import Mesh, Vectors
from jobs.synthesize.plan import Split

Colour = npt.NDArray[np.float32]
"""RGB, 0..1."""

_SPLITS: dict[Split, int] = {"train": 0, "dev": 1, "test": 2, "later": 3}
_ORIGINS = ("african", "asian", "caucasian")
_MELANIN = {"african": 0.8, "asian": 0.36, "caucasian": 0.14}
_SKIN = np.array(
    [
        (0.95, 0.82, 0.75),
        (0.89, 0.73, 0.64),
        (0.80, 0.62, 0.51),
        (0.66, 0.47, 0.36),
        (0.50, 0.34, 0.25),
        (0.33, 0.22, 0.16),
    ],
    np.float32,
)  # from the least melanin to the most
_HAIR = np.array(
    [(0.76, 0.64, 0.46), (0.46, 0.32, 0.21), (0.25, 0.17, 0.12), (0.09, 0.07, 0.06)], np.float32
)  # from the least melanin to the most
_GREY_HAIR = np.array((0.66, 0.65, 0.64), np.float32)
_IRIS = np.array(
    [(0.40, 0.55, 0.66), (0.42, 0.50, 0.34), (0.45, 0.31, 0.16), (0.22, 0.13, 0.08)], np.float32
)
_UNUSED = (
    "head-trans",
    "neck-trans",
    "neck-height",
    "forehead-trans",
    "jaw-drop",
    "pointed",
    "scale-vert",
)
_DETAILS_A_FACE = 26
_MOST_DETAIL = 0.55
_MOST_OF_HEAD = 0.3
_ASYMMETRIES = 5


class HairForm(Enum):
    """How the hair is worn."""

    SHAVED = "shaved"
    SHORT = "short"
    FULL = "full"
    CURLY = "curly"
    FRINGE = "fringe"
    BUN = "bun"
    BOB = "bob"
    LONG = "long"


_MANS_HAIR = {
    HairForm.SHAVED: 0.18,
    HairForm.SHORT: 0.34,
    HairForm.FULL: 0.24,
    HairForm.CURLY: 0.16,
    HairForm.LONG: 0.08,
}
_WOMANS_HAIR = {
    HairForm.SHORT: 0.08,
    HairForm.FULL: 0.08,
    HairForm.CURLY: 0.14,
    HairForm.FRINGE: 0.14,
    HairForm.BUN: 0.16,
    HairForm.BOB: 0.18,
    HairForm.LONG: 0.22,
}


@dataclass(frozen=True)
class Complexion:
    """The colours of a head, and how the details of the skin are drawn.

    `brow_thickness` and `brow_arch` are factors on the usual brow; `freckles`, `stubble`,
    `lines` (the wrinkles of age), `make_up` run from 0 to 1; `seed` is that of the texture.
    """

    skin: Colour
    lips: Colour
    hair: Colour
    brows: Colour
    iris: Colour
    cloth: Colour
    brow_thickness: float
    brow_arch: float
    freckles: float
    stubble: float
    lines: float
    make_up: float
    hair_form: HairForm
    hair_parting: float
    neckline: float
    seed: int


@dataclass(frozen=True)
class Identity:
    """Somebody who does not exist: shape float32 [n, 3], complexion, and what a voice needs."""

    shape: Vectors
    complexion: Complexion
    masculinity: float
    age: float


def identity_of(mesh: Mesh, split: Split, number: int) -> Identity:
    """The identity with this number in a split; other splits have none of these."""
    rng = _draws(split, number)
    traits = _traits(rng)
    shape = _shape(mesh, traits.origins, traits.masculinity, traits.age, rng)
    complexion = _complexion(traits.origins, traits.is_man, traits.age, rng)
    return Identity(shape, complexion, traits.masculinity, traits.age)


def sex_and_age(split: Split, number: int) -> tuple[float, float]:
    """`masculinity` and `age` of the identity with this number, without making its head."""
    traits = _traits(_draws(split, number))
    return traits.masculinity, traits.age


@dataclass(frozen=True)
class _Traits:
    origins: dict[str, float]
    is_man: bool
    masculinity: float
    age: float


def _draws(split: Split, number: int) -> np.random.Generator:
    return np.random.default_rng([_SPLITS[split], number, 0x1DE])


def _traits(rng: np.random.Generator) -> _Traits:
    """What is drawn of a head before its shape."""
    origins = dict(zip(_ORIGINS, rng.dirichlet([0.35] * len(_ORIGINS)), strict=True))
    is_man = bool(rng.random() < 0.5)
    masculinity = float(rng.uniform(0.85, 1.0) if is_man else rng.uniform(0.0, 0.15))
    return _Traits(origins, is_man, masculinity, age=float(0.75 * rng.beta(1.1, 1.8)))


def _shape(
    mesh: Mesh,
    origins: dict[str, float],
    masculinity: float,
    age: float,
    rng: np.random.Generator,
) -> Vectors:
    shape = mesh.rest.copy()
    weight = rng.uniform(-0.8, 0.8)
    for sex, sex_share in (("male", masculinity), ("female", 1 - masculinity)):
        for years, age_share in (("old", age), ("young", 1 - age)):
            share = sex_share * age_share
            for origin, origin_share in origins.items():
                mesh.add(shape, f"macro/{origin}-{sex}-{years}", share * origin_share)
            for build, much in _builds(weight):
                name = f"macro/universal-{sex}-{years}-averagemuscle-{build}weight"
                if name in mesh.targets:
                    mesh.add(shape, name, share * much)
    for name, strength in _details(mesh, rng):
        mesh.add(shape, name, strength)
    return shape


def _builds(weight: float) -> tuple[tuple[str, float], tuple[str, float]]:
    extreme = "max" if weight > 0 else "min"
    return ("average", 1 - abs(weight)), (extreme, abs(weight))


def _details(mesh: Mesh, rng: np.random.Generator) -> list[tuple[str, float]]:
    """Some details of the shape; what has a left and a right half gets both."""
    names = [name for name in sorted(mesh.targets) if name.startswith("details/")]
    names = [name for name in names if not any(word in name for word in _UNUSED)]
    lopsided = [name for name in names if name.startswith("details/asym/")]
    left = [name for name in names if "/r-" not in name and name not in lopsided]
    chosen = []
    for name in rng.choice(left, _DETAILS_A_FACE, replace=False):
        most = _MOST_OF_HEAD if "details/head/" in name else _MOST_DETAIL
        strength = float(rng.uniform(0, most))
        chosen.append((str(name), strength))
        if "/l-" in name:
            chosen.append((str(name).replace("/l-", "/r-"), strength))
    uneven = rng.choice(lopsided, _ASYMMETRIES, replace=False)
    chosen.extend((str(name), float(rng.uniform(0, 0.4))) for name in uneven)
    return chosen


def _complexion(
    origins: dict[str, float], is_man: bool, age: float, rng: np.random.Generator
) -> Complexion:
    melanin = sum(share * _MELANIN[origin] for origin, share in origins.items())
    melanin = float(np.clip(melanin + rng.normal(0, 0.08), 0, 1))
    skin = _between(_SKIN, melanin) * rng.uniform(0.97, 1.03, 3).astype(np.float32)
    darkness = float(np.clip(0.1 + 2 * melanin + rng.normal(0, 0.22), 0, 1))
    grey = float(np.clip((age - 0.35) * 2 + rng.normal(0, 0.2), 0, 0.9))
    natural = _between(_HAIR, darkness)
    make_up = 0.0 if is_man else float(np.clip(rng.normal(0.35, 0.35), 0, 1))
    forms = _MANS_HAIR if is_man else _WOMANS_HAIR
    rosy = np.array((0.72, 0.36, 0.34), np.float32)
    lips = 0.45 * skin + 0.55 * rosy * (0.45 + 0.55 * skin.mean() / _SKIN[0].mean())
    painted = np.array(
        rng.choice(np.array([(0.62, 0.1, 0.14), (0.7, 0.25, 0.3), (0.5, 0.15, 0.2)]))
    )
    return Complexion(
        skin=skin,
        lips=(lips + 0.6 * make_up * (painted - lips)).astype(np.float32),
        hair=natural + grey * (_GREY_HAIR - natural),
        brows=0.8 * natural + 0.35 * grey * (_GREY_HAIR - natural),
        iris=_between(_IRIS, float(np.clip(0.1 + 1.6 * melanin + rng.normal(0, 0.25), 0, 1))),
        cloth=_muted(rng.uniform(0.05, 0.9, 3).astype(np.float32)),
        brow_thickness=float(rng.uniform(0.8, 1.25) * (1.15 if is_man else 0.85)),
        brow_arch=float(rng.uniform(0.3, 1.4) * (0.7 if is_man else 1.2)),
        freckles=float(max(0.0, rng.uniform(-1.5, 1)) * (1 - melanin)),
        stubble=float(max(0.0, rng.uniform(-0.6, 1))) if is_man else 0.0,
        lines=age,
        make_up=make_up,
        hair_form=list(forms)[int(rng.choice(len(forms), p=np.array(list(forms.values()))))],
        hair_parting=float(rng.uniform(-1, 1)),
        neckline=float(rng.uniform(0, 1)),
        seed=int(rng.integers(2**31)),
    )


def _muted(colour: Colour) -> Colour:
    grey = colour.mean()
    muted: Colour = grey + np.float32(0.45) * (colour - grey)
    return muted


def _between(ladder: Colour, share: float) -> Colour:
    """The colour at a share of the way along a ladder of colours."""
    place = share * (len(ladder) - 1)
    steps = np.arange(len(ladder))
    mixed = [np.interp(place, steps, ladder[:, channel]) for channel in range(3)]
    return np.array(mixed, np.float32)
