"""Rows of several lists about the same utterances, put together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.readers.tables import SHARES, TEXT_FORMS
from pipeline.evaluation.video_names import READINGS, counted, pair_names
from pipeline.labelled.labelled import SHOWN, listed
from stages.faults import SetupError

_READINGS = tuple(reading for reading in READINGS if reading is not counted)
"""Two lists of labels may well count their clips, and still be about different ones."""

_Key = tuple[int | None, tuple[float, float] | None]


@dataclass
class _Row:
    """A row so far.

    Attributes:
        answer: all that is known.
        location: of the list that its labels are from.
        is_share: whether they were only drawn from shares of annotators.
    """

    answer: Answer
    location: str
    is_share: bool


class Joined:
    """Rows by video and utterance.

    Of two lists with labels for one row, the richer counts where it holds all of the other's; where
    neither does they contradict each other. Labels that were drawn from shares of annotators give
    way to any others.
    """

    def __init__(self) -> None:
        self._videos: dict[str, dict[_Key, _Row]] = {}
        self._contradictions: dict[tuple[str, str], list[str]] = {}
        self._other_descriptions = 0
        self._of_no_row: dict[str, int] = {}
        self._ambiguous: dict[str, list[str]] = {}

    @property
    def rows(self) -> Iterator[Answer]:
        """All rows, those of a video together, in the order in which they came."""
        return (row.answer for rows in self._videos.values() for row in rows.values())

    def add(self, answers: Answers) -> None:
        """Take in a list. Lists of speech only add to rows that are there."""
        names = self._names(answers)
        for answer in answers.rows:
            name = names.get(answer.video_id, answer.video_id)
            self._add(replace(answer, video_id=name), answers)

    def refuse_contradictions(self) -> None:
        """Raise SetupError if two lists gave a row different labels; it names lists and rows."""
        if not self._contradictions:
            return
        told = [
            f"{one} and {other} give different labels to {len(names)} rows: {listed(names)}"
            for (one, other), names in self._contradictions.items()
        ]
        raise SetupError(
            "\n".join(told[:SHOWN]) + "\nLeave one of them out, or read them as sets of their own: "
            "names that only count (MELD's, DFEW's) begin again in each split."
        )

    def notices(self) -> Iterator[str]:
        """Sentences on what was not taken over."""
        if self._other_descriptions:
            yield (
                f"{self._other_descriptions} rows have two descriptions; the one of the list named "
                "first was taken, and that of a list with labels before that of one without."
            )
        for location, number in self._of_no_row.items():
            yield f"{location}: {number} lines of speech are of no row with labels."
        for location, names in self._ambiguous.items():
            yield (
                f"{location}: {len(names)} names fit several others and were joined with none: "
                f"{listed(names, 5)}."
            )

    def _names(self, answers: Answers) -> Mapping[str, str]:
        """From the list's name of a video to the one that is known here."""
        new = dict.fromkeys(answer.video_id for answer in answers.rows)
        pairing = pair_names(new, self._videos, _READINGS)
        names = [name for ours, _ in pairing.ambiguous.values() for name in ours]
        if names:
            self._ambiguous[answers.location] = names
        return pairing.partners

    def _add(self, answer: Answer, answers: Answers) -> None:
        rows = self._videos.get(answer.video_id, {})
        is_numbered = answer.utterance_index is not None
        key: _Key = (answer.utterance_index, None if is_numbered else answer.span_s)
        if key not in rows and key == (None, None) and len(rows) == 1 and not answer.labels:
            key = next(iter(rows))  # a text about the clip is about its only utterance
        if key in rows:
            self._join(rows[key], answer, answers)
        elif _only_speaks(answer, answers):
            self._of_no_row[answers.location] = self._of_no_row.get(answers.location, 0) + 1
        else:
            row = _Row(answer, answers.location, answers.form == SHARES)
            self._videos.setdefault(answer.video_id, {})[key] = row

    def _join(self, row: _Row, new: Answer, answers: Answers) -> None:
        known = row.answer
        is_share = answers.form == SHARES
        if new.labels and _replaces(known, new, row.is_share, is_share):
            row.location, row.is_share = answers.location, is_share
            known = replace(known, labels=new.labels, confidences=new.confidences, abstained=False)
        elif new.labels and not (set(new.labels) <= set(known.labels) or is_share):
            sources = (row.location, answers.location)
            self._contradictions.setdefault(sources, []).append(known.name)
        if known.description and new.description and known.description != new.description:
            self._other_descriptions += 1
        row.answer = _filled(known, new)


def _only_speaks(answer: Answer, answers: Answers) -> bool:
    has_labels_or_reason = answer.labels or answer.description
    return answers.form in TEXT_FORMS and not has_labels_or_reason and answer.said is not None


def _replaces(known: Answer, new: Answer, known_is_share: bool, new_is_share: bool) -> bool:
    """Whether the new labels are to stand for those that are known."""
    if not known.labels:
        return True
    if known_is_share != new_is_share:
        return known_is_share
    return set(new.labels) > set(known.labels)


def _filled(known: Answer, new: Answer) -> Answer:
    """What is known, and of the new answer what was not."""
    has_times = known.span_s is not None
    return replace(
        known,
        start_s=known.start_s if has_times else new.start_s,
        end_s=known.end_s if has_times else new.end_s,
        family=known.family or new.family,
        sentiment=known.sentiment or new.sentiment,
        description=known.description or new.description,
        facets=known.facets or new.facets,
        said=known.said or new.said,
        speaker=known.speaker or new.speaker,
    )
