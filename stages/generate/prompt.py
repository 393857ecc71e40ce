"""The EMER protocol in words: what the model is told and asked, for a window and an utterance.

One conversation of two turns: first the clues, then the open-vocabulary labels. The system text,
the video sentence and both questions are those of the evaluation form of TimeChat and of EMER;
the sentence that points to one utterance and the transcript's heading are ours.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from stages.generate.text import tidy

VISUAL_PLACE = "<ImageHere>"

SYSTEM = (
    "You are able to understand the visual content that the user provides. "
    "Follow the instructions carefully and explain your answers in detail."
)
CLUES_QUESTION = "From what clues can we infer the person's emotional state?"
LABELS_QUESTION = "Please recognize all possible emotional states of the character."
TRANSCRIPT_HEADING = "Transcribed speech:\n"

# Every marker of every chat form (<s>, [INST], <<SYS>>, <ImageHere>, <|im_start|>) needs one of
# these. A bracket in speech is a stage direction, and reads the same in round ones.
_HARMLESS = str.maketrans(
    dict.fromkeys("<＜﹤", "‹")
    | dict.fromkeys(">＞﹥", "›")
    | dict.fromkeys("[［", "(")
    | dict.fromkeys("]］", ")")
)


def neutralise(text: str) -> str:
    """`text` of a transcript on one line, unable to form a marker of the prompt.

    Angle brackets become ‹ and ›, square ones round, full-width forms included (some tokenizers
    fold them); line breaks, which would forge a transcript line, become spaces.
    """
    return " ".join(tidy(text).split()).translate(_HARMLESS)


def transcript_line(utterance: Mapping[str, Any], origin_s: float) -> str:
    """`{start} - {end} seconds, {speaker}: {text}`, times from `origin_s`; "" without a text."""
    text = neutralise(utterance["text"] or "")
    if not text:
        return ""
    speaker = neutralise(utterance.get("speaker") or "")
    said = f"{speaker}: {text}" if speaker else text
    start, end = _span(utterance, origin_s)
    return f"{start} - {end} seconds, {said}"


def request(
    frame_times_s: Sequence[float],
    lines: Sequence[str],
    utterance: Mapping[str, Any] | None,
    origin_s: float,
) -> str:
    """The user's first turn: the video, the transcript and the question of clues.

    Args:
        frame_times_s: [T] when the global frames were sampled.
        lines: the transcript's lines, possibly none.
        utterance: the one asked about; None asks about the whole window.
        origin_s: what counts as second 0 in the prompt, the window's start.

    Returns:
        Text that holds `VISUAL_PLACE` exactly once.
    """
    times = ", ".join(f"{time - origin_s:.1f}" for time in frame_times_s)
    video = (
        f"<Video>{VISUAL_PLACE}</Video> The video contains {len(frame_times_s)} frames"
        f" sampled at {times} seconds.  "
    )
    spoken = TRANSCRIPT_HEADING + "\n".join(lines) + "\n" if lines else ""
    return f"{video}{spoken}{_focus(utterance, origin_s)}{CLUES_QUESTION}"


def _focus(utterance: Mapping[str, Any] | None, origin_s: float) -> str:
    if utterance is None:
        return ""
    speaker = neutralise(utterance.get("speaker") or "")
    by = f" by {speaker}" if speaker else ""
    start, end = _span(utterance, origin_s)
    return f"Consider the utterance{by} from {start} to {end} seconds. "


def _span(utterance: Mapping[str, Any], origin_s: float) -> tuple[str, str]:
    return f"{utterance['start_s'] - origin_s:.1f}", f"{utterance['end_s'] - origin_s:.1f}"
