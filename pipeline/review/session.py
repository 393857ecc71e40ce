"""What the server does: pages of queues, units, and decisions that are kept."""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

from pydantic import ValidationError

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from pipeline.review.asked import MOST_TEXT, AskedQueue, Said
from pipeline.review.book import DecisionBook
from pipeline.review.choices import ReviewChoices
from pipeline.review.clip import Clip
from pipeline.review.detail import (
    SHOWN,
    read_window,
    said_of,
    shown_decision,
    shown_unit,
    version_of,
)
from pipeline.review.queue import columns_of, page_of
from pipeline.review.units import Units, read_units
from pipeline.review.viewer import (
    View,
    is_revealed,
    own_decision,
    seen_state,
    task_of,
    view_of,
)
from pipeline.reviews import Decision, Standing
from pipeline.reviews.standing import Unit
from stages.faults import SetupError

_MOST_COMPLETIONS = 5000


class NoSuchUnit(Exception):
    """The dataset has no unit of that id."""


class ReviewSession:
    """One dataset under review. Its methods may be called from several threads."""

    def __init__(self, folder: DatasetFolder, choices: ReviewChoices) -> None:
        """
        Raises:
            SetupError: the dataset or its decisions cannot be read.
        """
        self._folder = folder
        self.choices = choices
        self._units = read_units(folder, choices)
        self._book = DecisionBook(folder)
        self._book.refresh()
        self._views: dict[str, tuple[Units, int, View]] = {}
        self._lock = Lock()

    def begin(self) -> dict[str, Any]:
        """What the page needs first; rows that a run wrote since are read.

        Raises:
            SetupError: the dataset or its decisions cannot be read.
        """
        self._read_anew()
        self._book.refresh()
        units = self._units
        return {
            "dataset": self._folder.location,
            "units": len(units),
            "columns": [
                {"name": field.name, "type": str(field.type)} for field in columns_of(units)
            ],
            "reviewers": self._book.reviewers,
            "reviewer": self.choices.reviewer,
            "has_audit": bool(units.is_audit.any()),
            "has_double": bool(units.is_double.any()),
            "shows_given": self.choices.shows_given,
            "labels": list(dict.fromkeys([*self._book.labels, *units.labels]))[:_MOST_COMPLETIONS],
        }

    def page(self, asked: AskedQueue) -> dict[str, Any]:
        """A page of a queue, and how many units each queue has.

        Raises:
            SetupError: what is asked for is wrong.
        """
        units, view = self._view(asked.reviewer)
        counts = {name: int(mask.sum()) for name, mask in view.queues.items()}
        return {**page_of(units, view, asked), "counts": counts}

    def unit(self, unit_id: str, reviewer: str) -> dict[str, Any]:
        """All that is shown of a unit to a reviewer.

        Raises:
            NoSuchUnit: there is none of that id.
            SetupError: its row cannot be read.
        """
        units, number, window = self._found(unit_id, SHOWN)
        self._book.refresh()
        shown = shown_unit(units, number, window, shows_given=self.choices.shows_given)
        shown["clip"] = _clip_of(window).told()
        return shown | self._decided(units, number, reviewer)

    def clip(self, unit_id: str) -> Clip:
        """What is played of a unit.

        Raises:
            NoSuchUnit: there is none of that id.
            SetupError: its row cannot be read.
        """
        _, _, window = self._found(unit_id, ("start_s", "end_s"))
        return _clip_of(window)

    def decide(self, said: Said) -> dict[str, Any]:
        """Keep what somebody says of a unit; it is on disk when this returns.

        Raises:
            NoSuchUnit: there is none of that id.
            SetupError: it cannot be kept; or the row was made anew since it was shown.
        """
        units, number, window = self._found(said.unit, SHOWN)
        self._book.refresh()  # whether it is blind hangs on what others decided meanwhile
        if said.version != version_of(window) and said.verdict != "withdrawn":
            raise SetupError("This row was made anew since it was shown. Look at it again.")
        row = units.row(number)
        kept = self._book.keep(self._decision(said, row, window, (units, number)))
        return {"id": kept.id, **self._decided(units, number, said.reviewer)}

    def _decision(
        self, said: Said, row: dict[str, Any], window: dict[str, Any], place: tuple[Units, int]
    ) -> Decision:
        units, number = place
        unit = _unit_of(row)
        task = task_of(
            self._standing(units, number, unit),
            is_audit=bool(units.is_audit[number]),
            is_double=bool(units.is_double[number]),
        )
        let_stand = _let_stand(window, row) if said.verdict == "accepted" else {}
        try:
            return Decision(
                **{**said.model_dump(exclude={"unit", "version"}), **let_stand},
                video_id=row["video_id"],
                window_index=row["window_index"],
                utterance_index=row["utterance_index"],
                row_start_s=row["start_s"],
                row_end_s=row["end_s"],
                config_hash=row["config_hash"] or "",
                task=task,
            )
        except ValidationError as fault:
            raise SetupError(fault.errors()[0]["msg"].removeprefix("Value error, ")) from fault

    def _decided(self, units: Units, number: int, reviewer: str) -> dict[str, Any]:
        """What was decided of a unit, as far as `reviewer` may see."""
        unit = _unit_of(units.row(number))
        standing = self._standing(units, number, unit)
        is_double = bool(units.is_double[number])
        task = task_of(standing, is_audit=bool(units.is_audit[number]), is_double=is_double)
        is_seen = is_revealed(standing, is_double=is_double)
        each = standing.decisions if standing else ()
        remarks = [one for one in self._book.of(unit) if one.verdict == "commented"]
        own = own_decision(standing, reviewer)
        return {
            "task": task,
            "state": standing and seen_state(standing, reviewer, is_double=is_double),
            "awaits_second": is_double and own is not None and not is_seen,
            "mine": own and shown_decision(own, reviewer, is_named=True),
            "decisions": [
                shown_decision(one, reviewer, is_named=task != "adjudication")
                for one in (*each, *remarks)
                if is_seen or one.reviewer == reviewer
            ],
        }

    def _standing(self, units: Units, number: int, unit: Unit) -> Standing | None:
        standing = self._book.standings.get(unit)
        return standing if standing and standing.is_of(*units.spans[number]) else None

    def _found(self, unit_id: str, columns: Sequence[str]) -> tuple[Units, int, dict[str, Any]]:
        """The units, which of them it is, and the row that it is of."""
        units, number = self._number(unit_id)
        try:
            return units, number, read_window(self._folder, units, number, columns)
        except SetupError:
            if not self._read_anew():
                raise
        # Its part has become one with others, as by `microemo compact`.
        units, number = self._number(unit_id)
        return units, number, read_window(self._folder, units, number, columns)

    def _number(self, unit_id: str) -> tuple[Units, int]:
        units = self._units
        number = units.numbers.get(unit_id)
        if number is None:
            raise NoSuchUnit(unit_id)
        return units, number

    def _read_anew(self) -> bool:
        """Read the units again if there are other part files by now; whether there are."""
        with self._lock:
            is_other = self._folder.part_names(ANNOTATIONS) != self._units.parts
            if is_other:
                self._units = read_units(self._folder, self.choices)
            return is_other

    def _view(self, reviewer: str) -> tuple[Units, View]:
        self._book.refresh()
        units, version = self._units, self._book.version
        known = self._views.get(reviewer)
        if known is None or known[0] is not units or known[1] != version:
            if len(self._views) > 16:
                self._views.clear()
            known = self._views[reviewer] = (units, version, view_of(units, self._book, reviewer))
        return units, known[2]


def _clip_of(window: Mapping[str, Any]) -> Clip:
    return Clip(window["uri"], window["file"], window["start_s"], window["end_s"])


def _let_stand(window: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """What a row holds, as a decision has it; what is longer than one may hold was not decided."""
    said = said_of(row, window)
    text = said.get("text") if row["utterance_index"] is not None else None
    description = said.get("description")
    return {
        "labels": said.get("labels"),
        "description": description if len(description or "") <= MOST_TEXT else None,
        "text": text if len(text or "") <= MOST_TEXT else None,
        "start_s": None,
        "end_s": None,
        "speaker_track": None,
    }


def _unit_of(row: dict[str, Any]) -> Unit:
    index = row["utterance_index"]
    return row["video_id"], index, row["window_index"] if index is None else -1
