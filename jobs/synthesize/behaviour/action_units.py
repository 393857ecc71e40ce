"""Which units of the face mesh the action units of FACS move.

The mesh has the 52 units of Apple's ARKit, whose "left" and "right" are the person's own.
"""

from jobs.synthesize.plan import Side

_SIDED = (
    "browDown",
    "browOuterUp",
    "cheekSquint",
    "eyeBlink",
    "eyeLookDown",
    "eyeLookIn",
    "eyeLookOut",
    "eyeLookUp",
    "eyeSquint",
    "eyeWide",
    "mouthDimple",
    "mouthFrown",
    "mouthLowerDown",
    "mouthPress",
    "mouthSmile",
    "mouthStretch",
    "mouthUpperUp",
    "noseSneer",
)
_WHOLE = (
    "browInnerUp",
    "cheekPuff",
    "jawForward",
    "jawLeft",
    "jawOpen",
    "jawRight",
    "mouthClose",
    "mouthFunnel",
    "mouthLeft",
    "mouthPucker",
    "mouthRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "tongueOut",
)
FACE_UNITS = tuple(
    sorted([*_WHOLE, *(name + half for name in _SIDED for half in ("Left", "Right"))])
)
"""The units of the mesh, in the order of their names."""

# A unit of FACS may move several of the mesh, each in part. The mesh has no unit of its own for
# the lip tightener, which narrows the lips as the lip pressor does and rolls them in.
_MOVES: dict[int, dict[str, float]] = {
    1: {"browInnerUp": 1.0},
    2: {"browOuterUp": 1.0},
    4: {"browDown": 1.0},
    5: {"eyeWide": 1.0},
    6: {"cheekSquint": 1.0},
    7: {"eyeSquint": 1.0},
    9: {"noseSneer": 1.0},
    10: {"mouthUpperUp": 1.0},
    12: {"mouthSmile": 1.0},
    14: {"mouthDimple": 1.0},
    15: {"mouthFrown": 1.0},
    16: {"mouthLowerDown": 1.0},
    17: {"mouthShrugLower": 1.0},
    18: {"mouthPucker": 1.0},
    20: {"mouthStretch": 1.0},
    22: {"mouthFunnel": 1.0},
    23: {"mouthPress": 0.6, "mouthRollLower": 0.4, "mouthRollUpper": 0.3},
    24: {"mouthPress": 1.0},
    25: {"mouthUpperUp": 0.35, "mouthLowerDown": 0.5},
    26: {"jawOpen": 0.45},
    27: {"jawOpen": 0.9},
    28: {"mouthRollLower": 1.0, "mouthRollUpper": 1.0},
    34: {"cheekPuff": 1.0},
    45: {"eyeBlink": 1.0},
}
HAS_SIDES = frozenset(number for number, moved in _MOVES.items() if set(moved) <= set(_SIDED))
"""The action units that can move one half of the face alone."""


def moved_by(number: int, side: Side) -> dict[str, float]:
    """The units of the mesh that an action unit moves, each with its share, 0..1.

    Raises:
        ValueError: the mesh cannot show the action unit, or not on one side alone.
    """
    if number not in _MOVES:
        raise ValueError(f"the mesh has nothing for action unit {number}")
    if side != "both" and number not in HAS_SIDES:
        raise ValueError(f"action unit {number} does not move one half of the face alone")
    halves = {"both": ("Left", "Right"), "left": ("Left",), "right": ("Right",)}[side]
    moved: dict[str, float] = {}
    for name, share in _MOVES[number].items():
        names = [name + half for half in halves] if name in _SIDED else [name]
        moved |= dict.fromkeys(names, share)
    return moved
