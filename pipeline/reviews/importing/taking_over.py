"""A file of another program, from what it says to decisions that are kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.catalogue import LEVELS, read_catalogue
from pipeline.dataset.folder import DatasetFolder
from pipeline.manifest.source import suffix
from pipeline.reviews.decision import Decision
from pipeline.reviews.importing.label_studio import said_in_label_studio
from pipeline.reviews.importing.said import Said
from pipeline.reviews.importing.table import said_in_table
from pipeline.reviews.store import DecisionLog, read_decisions
from stages.faults import SetupError
from stages.rows import Row

_READ = (
    *("unit_id", "video_id", "utterance_index", "window_index", "start_s", "end_s", "labels"),
    *("description", "text", "speaker_track", "config_hash"),
)
_SHOWN_FAULTS = 5
_CONTENT = (
    *("verdict", "labels", "description", "text", "start_s", "end_s", "speaker_track"),
    *("comment", "task"),
)


@dataclass(frozen=True)
class TakenOver:
    """What came of a file.

    Attributes:
        kept: decisions that it added.
        known: decisions that were there already.
        unmatched: a sentence for each that is of no row here.
        notices: sentences on what was passed over.
    """

    kept: int
    known: int
    unmatched: tuple[str, ...]
    notices: tuple[str, ...]


def take_over(folder: DatasetFolder, file: str, reviewer: str | None) -> TakenOver:
    """Keep the decisions of a file: an export of Label Studio (.json), or a table (.csv, .tsv).

    The file is read and checked as a whole before the first is kept. What was taken over before
    is not kept again.

    Args:
        folder: the dataset.
        file: absolute path or URI.
        reviewer: who decided, where the file does not say.

    Raises:
        SetupError: the file cannot be read or followed, or a decision cannot be kept.
    """
    notices: list[str] = []
    read = said_in_label_studio if suffix(file) == ".json" else said_in_table
    said = read(file, reviewer, notices)
    rows = _rows(folder, {one.name for one in said})
    decisions, unmatched = _decisions(said, rows)
    earlier = _Earlier(read_decisions(folder))
    new = [decision for decision, is_dated in decisions if earlier.add(decision, is_dated)]
    _keep(folder, file, new)
    return TakenOver(len(new), len(decisions) - len(new), tuple(unmatched), tuple(notices))


def _rows(folder: DatasetFolder, names: set[str]) -> dict[str, Row]:
    """By `unit_id`, those that are named."""
    return {
        row["unit_id"]: row
        for level in LEVELS
        for table in read_catalogue(folder, level)
        for row in table.select(_READ).to_pylist()
        if row["unit_id"] in names
    }


def _decisions(
    said: Iterable[Said], rows: dict[str, Row]
) -> tuple[list[tuple[Decision, bool]], list[str]]:
    """Each with whether its file says when it was made; and what is of no row."""
    decisions, unmatched, faults = [], [], []
    for one in said:
        row = rows.get(one.name)
        if row is None:
            unmatched.append(f"{one.place}: there is no row {one.name}")
        elif one.verdict == "accepted" and one.config_hash not in (None, row["config_hash"]):
            unmatched.append(f"{one.place}: {one.name} was annotated anew since")
        else:
            try:
                decisions.append((one.decision(row), one.at is not None))
            except ValueError as fault:
                faults.append(f"{one.place}: {one.name}: {_told(fault)}")
    if faults:
        more = [f"and {len(faults) - _SHOWN_FAULTS} more"] if len(faults) > _SHOWN_FAULTS else []
        raise SetupError("\n".join([*faults[:_SHOWN_FAULTS], *more, "Nothing was taken over."]))
    return decisions, unmatched


def _told(fault: ValueError) -> str:
    if not isinstance(fault, ValidationError):
        return str(fault)
    told = fault.errors()[0]
    return f"{'.'.join(map(str, told['loc']))} {told['msg']}".strip()


class _Earlier:
    """What was decided before."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self._of: dict[object, list[Decision]] = {}
        for decision in decisions:
            self._place(decision).append(decision)

    def add(self, decision: Decision, is_dated: bool) -> bool:
        """Add it if it is new.

        One without a date of its own is known where the same person's last one says the same.
        """
        own = self._place(decision)
        held = [one for one in own if one.at == decision.at] if is_dated else own[-1:]
        if any(_content(one) == _content(decision) for one in held):
            return False
        own.append(decision)
        return True

    def _place(self, decision: Decision) -> list[Decision]:
        key = (decision.source, decision.reviewer, decision.unit)
        return self._of.setdefault(key, [])


def _content(decision: Decision) -> Sequence[object]:
    return [getattr(decision, name) for name in _CONTENT]


def _keep(folder: DatasetFolder, file: str, decisions: Sequence[Decision]) -> None:
    log = DecisionLog(folder)
    for number, decision in enumerate(decisions):
        try:
            log.add(decision)
        except SetupError as fault:
            raise SetupError(
                f"{fault}\n{number} of {len(decisions)} decisions of {file} were kept; the same "
                "command takes over the rest."
            ) from fault
