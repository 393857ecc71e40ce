"""How busily a mouth moves beside the rest of its face, from frame to frame."""

import numpy as np
from numpy.typing import NDArray

from stages.evidence.speaker.motion import MouthMotion, moving_mean

Array = NDArray[np.float64]

SYLLABLE_S = 0.2  # about as long as a syllable: what moves once in it, moves all of it
FAINT = 0.15  # levels of change: nobody moves less, so a photograph is not busy


def activity(motion: MouthMotion, times_s: Array) -> Array:
    """The log of how many times more the mouth moves than the rest of the face, [m].

    Around 0 nothing but the head moves. Being a log, its mean over an utterance is hardly raised by
    one large movement such as a smile, but by many small ones.

    Args:
        motion: of one track.
        times_s: of its patches, [m], rising.
    """
    mouth = moving_mean(motion.mouth, times_s, SYLLABLE_S) + FAINT
    rest = moving_mean(motion.rest, times_s, SYLLABLE_S) + FAINT
    return np.asarray(np.log(mouth / rest), np.float64)
