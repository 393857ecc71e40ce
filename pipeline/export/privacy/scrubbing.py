"""Videos and their units without what must not be told."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pipeline.catalogue.columns import NAMES
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from pipeline.dataset.reading import read_light
from pipeline.export.privacy.pseudonyms import Pseudonyms
from pipeline.export.privacy.quotation import Transcript
from pipeline.export.unit import Answer, ExportedVideo, Unit
from pipeline.reviews.decision import Decision
from pipeline.reviews.standing import Standing
from stages.rows import Row

_TEXTS = frozenset(
    {"asr", "caption", "captions", "chinese", "dialog", "dialogue", "english", "line", "lines"}
    | {"said", "sentence", "speech", "subtitle", "subtitles", "text", "transcript"}
    | {"transcription", "transcripts", "utterance", "words"}
)
"""Columns of a manifest that hold what is said."""

_FREE_LABEL_WORDS = 2  # a label this short is no quotation
_OURS = frozenset({*NAMES, "review", "reviewers", "split"})
_TOLD = frozenset({"description", "labels_raw"})
_MEASURED = frozenset(
    {"file", "media", "faces", "micro_events", "face_events", "face_curves", "voice"}
    | {"window_count"}
)
"""Columns that hold no word of anybody; media are made by some of them."""


def speakers_of(folder: DatasetFolder) -> set[str]:
    """The names of all who speak in a dataset.

    Raises:
        stages.faults.SetupError: a file cannot be read.
    """
    rows = read_light(folder, ANNOTATIONS, ["utterances.speaker"])
    return {one["speaker"] for row in rows for one in row["utterances"] or () if one.get("speaker")}


class Scrubber:
    """Takes out what is said, and the names of who speaks."""

    def __init__(
        self, video_ids: Iterable[str], *, drop_text: bool, names: Pseudonyms | None
    ) -> None:
        """
        Args:
            video_ids: of all that is exported.
            drop_text: take out what is said, and what quotes it.
            names: what stands for the names of speakers; None: they stay.
        """
        self._drops_text = drop_text
        self._within: Callable[[str], str] = str if names is None else names.within
        self._speaker = (lambda name: name) if names is None else names.of
        self._ids = dict(_told_apart((one, self._within(one)) for one in sorted(video_ids)))

    def video_id(self, video_id: str) -> str:
        """What stands for the id of a video; no two are alike."""
        return self._ids[video_id]

    def video(self, video: ExportedVideo) -> ExportedVideo:
        """A video, its windows and units, all but where its source is: media are made of that."""
        said = Transcript(_all_said(video)) if self._drops_text else None
        windows = {
            window["window_index"]: self._row(window, said, video.video_id)
            for window in video.windows
        }
        units = [self._unit(unit, windows, said, video.video_id) for unit in video.units]
        new_id = self.video_id(video.video_id)
        return replace(video, video_id=new_id, windows=list(windows.values()), units=units)

    def without_source(self, video: ExportedVideo) -> ExportedVideo:
        """A video that has its media, and does not tell where they are from."""
        return replace(video, uri=self._within(video.uri))

    def is_told_by(self, uri: str) -> bool:
        """Whether a place names a speaker."""
        return self._within(uri) != uri

    def record(self, record: Row) -> Row:
        """What an export says of itself."""
        return dict(self._named(record))

    def _unit(
        self, unit: Unit, windows: Mapping[int, Row], said: Transcript | None, video_id: str
    ) -> Unit:
        machine = self._row(
            {"description": unit.machine.description, "labels": unit.machine.labels}, said, video_id
        )
        return replace(
            unit,
            row=self._row(unit.row, said, video_id),
            window=windows[unit.window["window_index"]],
            machine=Answer(machine["description"], tuple(machine["labels"])),
            standing=self._standing(unit.standing, said, video_id),
        )

    def _row(self, row: Mapping[str, Any], said: Transcript | None, video_id: str) -> Row:
        """A row or a window, or a part of one."""
        plain = dict(row) if said is None else _without_text(row, said)
        named: Row = {}
        for name, value in plain.items():
            if name == "speaker":
                named[name] = self._speaker(value)
            elif name == "video_id":
                named[name] = self.video_id(video_id)
            elif name in ("unit_id", "window_id") and value is not None:
                named[name] = self.video_id(video_id) + value.removeprefix(video_id)
            elif name == "utterances":
                named[name] = [self._row(one, None, video_id) for one in value or ()]
            elif name in _MEASURED:
                named[name] = value
            else:
                named[name] = self._named(value)
        return named

    def _named(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._within(value)
        if isinstance(value, Mapping):
            return {name: self._named(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self._named(one) for one in value)
        return value

    def _standing(
        self, standing: Standing | None, said: Transcript | None, video_id: str
    ) -> Standing | None:
        if standing is None:
            return None
        decided = {
            one.id: self._decision(one, said, video_id)
            for one in (*standing.decisions, *filter(None, [standing.decision]))
        }
        own = standing.decision and decided[standing.decision.id]
        return Standing(standing.state, own, tuple(decided[one.id] for one in standing.decisions))

    def _decision(self, decision: Decision, said: Transcript | None, video_id: str) -> Decision:
        told = {"description": decision.description, "labels": decision.labels}
        if said is None:
            told |= {"text": decision.text, "comment": decision.comment}
        row = {"text": None, "comment": "", **self._row(told, said, video_id)}
        labels = row["labels"]
        update = {
            **row,
            "labels": None if labels is None else tuple(labels),
            "video_id": self.video_id(video_id),
            "reviewer": self._within(decision.reviewer),
        }
        return decision.model_copy(update=update)


def _told_apart(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pairs, with a number behind the second where one was there already."""
    count: Counter[str] = Counter()
    for first, second in pairs:
        count[second] += 1
        yield first, second if count[second] == 1 else f"{second}-{count[second]}"


def _all_said(video: ExportedVideo) -> Iterator[str | None]:
    for window in video.windows:
        yield from (one["text"] for one in window["utterances"] or ())
        for clue in _clues_in(window):
            yield clue.get("words")
    for unit in video.units:
        yield unit.row["text"]
        if unit.standing is not None:
            yield from (decision.text for decision in unit.standing.decisions)
        yield from (value for key, value in unit.extra.items() if key.casefold() in _TEXTS)


def _clues_in(window: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for told in (window, *(window["utterances"] or ())):
        yield from told.get("clues") or ()


def _without_text(row: Mapping[str, Any], said: Transcript) -> Row:
    """A row without what is said in it and what quotes that."""
    return {name: _without(name, value, said) for name, value in row.items()}


def _without(name: str, value: Any, said: Transcript) -> Any:
    if value is None or name == "text":
        return None
    if name in _MEASURED:
        return value
    if name in _SPECIAL and not isinstance(value, int):  # of clues, a row has the number
        return _SPECIAL[name](value, said)
    if name in _TOLD or name not in _OURS:
        return _cleaned(value, said)
    return value


def _labels(value: Iterable[str], said: Transcript) -> list[str]:
    return [label for label in value if not _quotes(label, said)]


def _label(value: str, said: Transcript) -> str | None:
    return None if _quotes(value, said) else value


def _quotes(label: str, said: Transcript) -> bool:
    return len(label.split()) > _FREE_LABEL_WORDS and said.is_in(label)


def _clue(clue: Mapping[str, Any], said: Transcript) -> Row:
    return {**clue, "words": None, "text": said.taken_out_of(clue.get("text") or "")}


def _clues(value: Iterable[Mapping[str, Any]], said: Transcript) -> list[Row]:
    return [_clue(clue, said) for clue in value if clue.get("modality") != "words"]


def _utterances(value: Iterable[Mapping[str, Any]], said: Transcript) -> list[Row]:
    return [_without_text(one, said) for one in value]


def _warnings(value: Iterable[str], said: Transcript) -> list[str]:
    return [warning for warning in value if not said.is_in(warning)]


def _extra(value: Any, said: Transcript) -> list[tuple[str, str]]:
    return [
        (key, told)
        for key, told in dict(value).items()
        if key.casefold() not in _TEXTS and not said.is_in(told or "")
    ]


def _cleaned(value: Any, said: Transcript) -> Any:
    """Of the texts in a value of any make, the sentences that give nothing away."""
    if isinstance(value, str):
        return said.taken_out_of(value)
    if isinstance(value, Mapping):
        return {name: _cleaned(one, said) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one, said) for one in value]
    return value


_SPECIAL: Mapping[str, Callable[[Any, Transcript], Any]] = {
    "labels": _labels,
    "label": _label,
    "clues": _clues,
    "utterances": _utterances,
    "extra": _extra,
    "warnings": _warnings,
}
"""Columns of which more or less goes than the sentences that quote."""
