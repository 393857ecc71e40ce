"""The EMER protocol in words: what the model is told and asked, for a window and an utterance.

One conversation of two turns: first the clues, then the open-vocabulary labels. The system text,
the video sentence and both questions are those of the evaluation form of TimeChat and of EMER;
the sentence that asks for a list, those that point to utterances and the transcript's heading are
ours.

What all conversations about a window say alike comes first, what is asked comes last:

    system text, <Video>window tokens</Video>, frame times, transcript               for all
    [what is asked about, <Video>utterance tokens</Video>,] [evidence,] question     for one

So a language model reads the first part once for a window and all its utterances.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from stages.generate.prompt.chat import Piece
from stages.model.layout import TokenLayout
from stages.question.spoken import neutralise

SYSTEM = (
    "You are able to understand the visual content that the user provides. "
    "Follow the instructions carefully and explain your answers in detail."
)
CLUES_QUESTION = "From what clues can we infer the person's emotional state?"
LABELS_QUESTION = (
    "Please recognize all possible emotional states of the character. "
    "Answer with a list of words or short phrases, separated by commas, and nothing else."
)
TRANSCRIPT_HEADING = "Transcribed speech:\n"


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
    row: Mapping[str, Any],
    lines: Sequence[str],
    layout: TokenLayout,
    index: int | None,
    evidence: str = "",
    *,
    quoted: bool = False,
) -> list[Piece]:
    """The user's first turn: the video, the transcript and the question of clues.

    Args:
        row: the window; its start counts as second 0 in the prompt.
        lines: the transcript's lines, possibly none.
        layout: where the window's visual tokens stand.
        index: which of the window's utterances is asked about; None asks about the whole window.
        evidence: what was measured of that, as a sentence; "" where nothing was.
        quoted: whether the words of the utterance stand in the question too.

    Returns:
        Text, and rows of the visual tokens where they go in: those of the window, then those of
        what is asked about, where the model makes such.
    """
    origin_s = row["start_s"]
    times = ", ".join(f"{time - origin_s:.1f}" for time in row["frame_times_s"])
    count = len(row["frame_times_s"])
    about = f" The video contains {count} frames sampled at {times} seconds.  "
    spoken = TRANSCRIPT_HEADING + "\n".join(lines) + "\n" if lines else ""
    focus = (
        _on_all(range(layout.window.stop, layout.count))
        if index is None
        else _on_one(row["utterances"][index], origin_s, layout.utterances[index], quoted=quoted)
    )
    return [*_video(layout.window), about, spoken, *focus, evidence, CLUES_QUESTION]


def _video(tokens: range) -> list[Piece]:
    return ["<Video>", tokens, "</Video>"]


def _on_all(tokens: range) -> list[Piece]:
    return ["Its utterances, one after another: ", *_video(tokens), " "] if tokens else []


def _on_one(
    utterance: Mapping[str, Any], origin_s: float, tokens: range, *, quoted: bool
) -> list[Piece]:
    speaker = neutralise(utterance.get("speaker") or "")
    by = f" by {speaker}" if speaker else ""
    start, end = _span(utterance, origin_s)
    said = neutralise(utterance["text"] or "") if quoted else ""
    words = f' ("{said}")' if said else ""
    pointed = f"Consider the utterance{by} from {start} to {end} seconds{words}"
    return [f"{pointed}: ", *_video(tokens), " "] if tokens else [f"{pointed}. "]


def _span(utterance: Mapping[str, Any], origin_s: float) -> tuple[str, str]:
    return f"{utterance['start_s'] - origin_s:.1f}", f"{utterance['end_s'] - origin_s:.1f}"
