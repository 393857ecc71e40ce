"""How a movement grows and fades over time."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from jobs.synthesize.plan import Movement

_Times = npt.NDArray[np.float64]

_HELD = 0.85  # of the largest movement, to which a long expression declines while it is held
_HELD_UNTIL = 0.6  # of the way from apex to offset


def strength(movement: Movement, times_s: _Times) -> npt.NDArray[np.float32]:
    """How far a movement has gone at each of `times_s` (seconds of the clip, [n]): float32 [n],
    from 0 to the intensity of the movement.

    It is 0 up to and at the onset and from the offset on. The apex is the only maximum.
    """
    rise = (times_s - movement.onset_s) / (movement.apex_s - movement.onset_s)
    fall = (times_s - movement.apex_s) / (movement.offset_s - movement.apex_s)
    fading = _FADING[movement.kind]
    curve = np.where(fall < 0, _grown(np.clip(rise, 0, 1)), fading(np.clip(fall, 0, 1)))
    return (movement.intensity * curve).astype(np.float32)


def _grown(share: _Times) -> _Times:
    grown: _Times = np.sin(np.pi / 2 * share)
    return grown


def _faded(share: _Times) -> _Times:
    return _grown(1 - share)


def _held(share: _Times) -> _Times:
    """A slow decline, then a fall."""
    declining = 1 - (1 - _HELD) * share / _HELD_UNTIL
    falling = _HELD * _faded(np.clip((share - _HELD_UNTIL) / (1 - _HELD_UNTIL), 0, 1))
    return np.where(share < _HELD_UNTIL, declining, falling)


_FADING: dict[str, Callable[[_Times], _Times]] = {
    "macro": _held,
    "micro": _faded,
    "blink": _faded,
    "gaze": _held,
    "speech": _held,
}
