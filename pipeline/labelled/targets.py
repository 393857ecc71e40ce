"""Which labels a window of a video and each of its utterances are to be answered with."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.evaluation.answers import Answer
from pipeline.evaluation.matching import LEAST_IOU, pair_within, span_iou
from pipeline.labelled.labelled import listed

Targets = dict[int | None, Answer]
"""From the index of an utterance within the video, None for the window, to its answer."""

_SHOWN = 5


def targets_of(
    window: Mapping[str, Any], answers: Sequence[Answer], notices: list[str] | None = None
) -> Targets:
    """The answers that belong to a window and its utterances.

    Utterances are paired as for scores, see `pipeline.evaluation.matching`: by how much their times
    overlap, and by number where there are no times. An answer with the times of the window is the
    window's. One without times or number is the whole video's: it goes to the window, to each if
    the video has several, and also to the only utterance of a video that has just one. Where only
    utterances have answers, the window has none.

    Args:
        window: a row with `video_id`, `window_id`, `window_count`, `start_s`, `end_s` (seconds) and
            `utterances`, each with `index`, `start_s` and `end_s`.
        answers: all of its video.
        notices: takes the id of a window that has the answer of a video of several windows; see
            `shared_windows`.
    """
    whole = [answer for answer in answers if _is_of_whole_video(answer)]
    others = [answer for answer in answers if not _is_of_whole_video(answer)]
    said = [
        Answer(
            window["video_id"],
            utterance_index=utterance["index"],
            start_s=utterance["start_s"],
            end_s=utterance["end_s"],
        )
        for utterance in window["utterances"] or ()
    ]
    pairs = pair_within(said, others)
    targets: Targets = {row.utterance_index: answer for row, (answer, *_) in pairs}
    used = {id(answer) for answer in targets.values()}
    left = [answer for answer in others if id(answer) not in used]
    of_window = _of_window(window, left)
    if of_window is None and whole:
        of_window = whole[0]
        _tell_if_shared(window, notices)
    if of_window is not None:
        targets[None] = of_window
    if whole and window["window_count"] == 1 and len(said) == 1:
        targets.setdefault(said[0].utterance_index, whole[0])
    return targets


def unplaced(answers: Iterable[Answer], targets: Iterable[Targets]) -> list[str]:
    """The names of answers of a video that none of its windows took."""
    used = {id(answer) for of_window in targets for answer in of_window.values()}
    return [answer.name for answer in answers if id(answer) not in used]


def shared_windows(notices: Sequence[str]) -> list[str]:
    """One sentence from many that `targets_of` gave; none from none."""
    if not notices:
        return []
    return [
        f"{len(notices)} windows are parts of videos whose labels are for the whole, and take "
        f"those: {listed(notices, _SHOWN)}."
    ]


def _of_window(window: Mapping[str, Any], answers: Sequence[Answer]) -> Answer | None:
    """The answer that has the window's own times, best first, of those that number no utterance."""
    span = window["start_s"], window["end_s"]
    overlaps = [
        (span_iou(span, answer.span_s), answer)
        for answer in answers
        if answer.span_s is not None and answer.utterance_index is None
    ]
    iou, best = max(overlaps, key=lambda overlap: overlap[0], default=(0.0, None))
    return best if iou >= LEAST_IOU else None


def _is_of_whole_video(answer: Answer) -> bool:
    return answer.span_s is None and answer.utterance_index is None


def _tell_if_shared(window: Mapping[str, Any], notices: list[str] | None) -> None:
    if notices is not None and window["window_count"] > 1:
        notices.append(str(window["window_id"]))
