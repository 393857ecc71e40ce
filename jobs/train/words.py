"""Windows of words alone: labels that come with what was said, and with no video."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from jobs.train.sets import labelled_truth
from jobs.train.windows import Lesson, Spoken
from pipeline.evaluation.answers import Answer
from pipeline.evaluation.reading import read_truth
from pipeline.evaluation.truth_columns import TRUTH_FILE
from pipeline.labelled import Labelled, read_labelled, targets_of, utterances_of
from stages.faults import SetupError
from stages.rows import Row

# Where the labels say no times, words are taken to be spoken one after the other, at a usual pace.
_PAUSE_S, _LETTER_S, _LEAST_S = 0.5, 0.06, 0.6


@dataclass(frozen=True)
class WordSet:
    """Labels of what was said.

    Attributes:
        name: no other set of the training has it.
        labelled: what is known.
        is_synthetic: made by `microemo synthesize`.
    """

    name: str
    labelled: Labelled
    is_synthetic: bool

    def known_as(self, video_id: str) -> str:
        """The name of a dialogue among the videos of all sets."""
        return f"{self.name}/{video_id}"


def read_words(locations: Sequence[str]) -> tuple[WordSet, ...]:
    """Read labels that have words: each synthesized set by itself, all other files joined.

    Raises:
        SetupError: as `read_labelled`; or none of a set's rows has both words and labels.
    """
    given = list(dict.fromkeys(locations))
    truths = [location for location in given if _is_truth(location)]
    others = [location for location in given if location not in truths]
    sets = [
        WordSet(f"words:{number}", labelled_truth(read_truth(location)), True)
        for number, location in enumerate(truths, 1)
    ]
    if others:
        sets.append(WordSet(f"words:{len(sets) + 1}", read_labelled(others), False))
    for one in sets:
        if not any(row.labels and row.said for row in one.labelled.rows):
            where = ", ".join(source.location for source in one.labelled.sources)
            raise SetupError(f"--words {where}: no row has both words and labels")
    return tuple(sets)


def spoken_lessons(words: WordSet, image_size: int) -> Iterator[Lesson]:
    """A window for each dialogue of a set; its utterances with labels are to be answered.

    Args:
        image_size: of the model's frames, pixels, both sides.
    """
    by_video: dict[str, list[Answer]] = {}
    for row in chain(words.labelled.rows, words.labelled.only_said):
        by_video.setdefault(row.video_id, []).append(row)
    for video_id, rows in by_video.items():
        said = utterances_of(rows)
        window = said and _window(words.known_as(video_id), said)
        if not window:
            continue
        told = targets_of(window, [row for row in rows if row.labels])
        places = {said["index"]: place for place, said in enumerate(window["utterances"])}
        targets: dict[int | None, Answer] = {
            places[index]: answer for index, answer in told.items() if index is not None
        }
        if targets:
            yield Lesson(Spoken(window, image_size), targets)


def _is_truth(location: str) -> bool:
    path = Path(location).expanduser()
    return (path / TRUTH_FILE).is_file() or path.name == TRUTH_FILE


def _window(video_id: str, said: Sequence[dict[str, Any]]) -> Row:
    utterances, end_s = [], 0.0
    for entry in said:
        has_times = entry["end_s"] is not None
        start_s = entry["start_s"] if has_times else end_s + _PAUSE_S
        end_s = entry["end_s"] if has_times else start_s + _lasting_s(entry["text"])
        utterances.append(
            {
                **entry,
                "start_s": start_s,
                "end_s": end_s,
                "voice": None,
                "speaker_track": None,
                "speaker_score": None,
                "listener_tracks": None,
            }
        )
    return {
        "video_id": video_id,
        "window_id": f"{video_id}#0",
        "window_index": 0,
        "window_count": 1,
        "start_s": 0.0,
        "end_s": end_s + _PAUSE_S,
        "utterances": utterances,
        "faces": [],
        "micro_events": [],
        "face_events": [],
        "warnings": [],
    }


def _lasting_s(text: str) -> float:
    return max(_LEAST_S, _LETTER_S * len(text))
