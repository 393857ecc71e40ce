"""All decisions of a dataset in memory, kept up with what is written, and what they come to."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from threading import Lock

from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews import Decision, DecisionLog, DecisionReader, Standing, standings
from pipeline.reviews.standing import Unit
from stages.faults import SetupError


class DecisionBook:
    """Reads what others decide, and keeps what is decided here.

    Attributes:
        version: grows with each decision that is read.
        standings: where each unit that somebody decided of stands.
    """

    def __init__(self, folder: DatasetFolder) -> None:
        self.version = 0
        self.standings: dict[Unit, Standing] = {}
        self._reader = DecisionReader(folder)
        self._log = DecisionLog(folder)
        self._by_id: dict[str, Decision] = {}
        self._by_unit: dict[Unit, list[Decision]] = defaultdict(list)
        self._labels: Counter[str] = Counter()
        self._lock = Lock()

    def refresh(self) -> None:
        """Read what was decided since.

        Raises:
            SetupError: a file below `reviews/` cannot be read.
        """
        with self._lock:
            self._refresh()

    def of(self, unit: Unit) -> Sequence[Decision]:
        """All decisions and remarks on a unit, in order of time."""
        return tuple(self._by_unit.get(unit, ()))

    def known(self, decision_id: str) -> Decision | None:
        """The decision of that id, if there is one."""
        return self._by_id.get(decision_id)

    @property
    def reviewers(self) -> list[str]:
        """Everybody who decided anything."""
        return sorted({decision.reviewer for decision in list(self._by_id.values())})

    @property
    def labels(self) -> list[str]:
        """The labels that reviewers gave, the most frequent first."""
        return [label for label, _ in self._labels.most_common(5000)]

    def keep(self, decision: Decision) -> Decision:
        """Write a decision down, once; the one that is kept under its id.

        Raises:
            SetupError: it cannot be written; or it withdraws what this person did not decide; or
                its id is that of another decision.
        """
        with self._lock:
            self._refresh()
            there = self._by_id.get(decision.id)
            if there is not None:
                if (there.reviewer, there.unit) != (decision.reviewer, decision.unit):
                    raise SetupError("This id is that of another decision; make it again.")
                return there
            self._require_own(decision)
            self._log.add(decision)
            self._refresh()
            return decision

    def _require_own(self, decision: Decision) -> None:
        if decision.withdraws is None:
            return
        taken_back = self._by_id.get(decision.withdraws)
        if (
            taken_back is None
            or taken_back.reviewer != decision.reviewer
            or taken_back.unit != decision.unit
        ):
            raise SetupError("There is no such decision of yours to take back.")

    def _refresh(self) -> None:
        changed = set()
        try:
            for decision in self._reader.new():
                if decision.id not in self._by_id:
                    self._by_id[decision.id] = decision
                    self._by_unit[decision.unit].append(decision)
                    self._labels.update(decision.labels or ())
                    changed.add(decision.unit)
        finally:  # what was read will not be read again
            self._settle(changed)

    def _settle(self, changed: set[Unit]) -> None:
        for unit in changed:
            own = self._by_unit[unit]
            own.sort(key=lambda decision: (decision.at, decision.id))
            standing = standings(own).get(unit)
            if standing is None:
                self.standings.pop(unit, None)
            else:
                self.standings[unit] = standing
        self.version += bool(changed)
