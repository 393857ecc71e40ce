"""Utterances that came with the row, from the manifest."""

from collections.abc import Sequence
from typing import Any

from stages.transcribe.cues import Cue, Flaw, Transcript, plain_text


def read_manifest(utterances: Sequence[Any]) -> Transcript:
    """The utterances of a row as cues.

    Args:
        utterances: dicts with `start_s`, `end_s` (seconds; None: to the end of the video) and
            `text`; `speaker` and `text_confidence` where known.
    """
    transcript = Transcript()
    for number, said in enumerate(utterances):
        place = f"utterance {number}"
        try:
            transcript.cues.append(
                Cue(
                    start_s=float(said["start_s"]),
                    end_s=None if said["end_s"] is None else float(said["end_s"]),
                    text=plain_text(said["text"] or ""),
                    place=place,
                    speaker=said.get("speaker") or None,
                    confidence=_share(said.get("text_confidence")),
                )
            )
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            transcript.flaws.append(Flaw("no start_s, end_s and text that can be read", place))
    return transcript


def _share(value: Any) -> float | None:
    """A number in 0..1, or None for anything else."""
    return float(value) if isinstance(value, int | float) and 0 <= value <= 1 else None
