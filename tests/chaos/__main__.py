"""Kill a run at random moments, give the same command again, and see what has come of it.

    python -m tests.chaos --kills 100 --seed 1

Forty short clips and a long one are listened to, cut, and go by a stage that keeps a tally. Each
kill hits one kind of process in turn; then it is seen that all else ends within ten seconds, that
nothing stands in the results twice or broken, and the same command goes on, to be killed in its
turn or to end. Whenever a corpus is complete it is seen that each window stands there once and that
nothing is left over, and the next kill begins with an empty folder.
"""

import argparse
import itertools
import math
import random
import shutil
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.account import faults_at_the_end, faults_between_runs, windows_in
from tests.chaos.broken_run import KINDS, SURVIVED, BrokenRun
from tests.clips import write_clip

_SHORT = 40
_LONG_S = 290
_LONG_WINDOWS = 10
_STARTS_S = 10.0
_MOST_WINDOWS = 20  # of a run, before it is killed
_LOOK_S = 0.1
_PATIENCE_S = 10.0

SETTINGS = [
    "stages=[transcribe,segment,tests.chaos.stage:TallyStage]",
    "lanes=[{stages: [transcribe], cpus: 0.4}, {stages: [tally], cpus: 0.4}]",
    "sink.part_seconds=5",
]


@dataclass
class _Report:
    kills: Counter[str] = field(default_factory=Counter)
    gone_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    again: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    complete: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, told: str) -> None:
        self.faults.append(told)
        print(f"FAULT: {told}", flush=True)

    def __str__(self) -> str:
        lines = [f"{self.complete} corpora complete, {self.kills.total()} kills"]
        lines.append(f"{'killed':<16} {'times':>5} {'all gone after':>16} {'windows again':>14}")
        for kind, times in self.kills.items():
            ended, again = self.gone_s[kind], self.again[kind]
            most = f"{max(ended):.1f} s at most" if ended else ""
            mean = f"{statistics.mean(again):.1f} ({max(again)})" if again else ""
            lines.append(f"{kind:<16} {times:>5} {most:>16} {mean:>14}")
        return "\n".join([*lines, f"{len(self.faults)} faults", *self.faults])


def main() -> int:
    """1 where something was not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--kills", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=KINDS, help="of victims")
    arguments = parser.parse_args()
    chance, report = random.Random(arguments.seed), _Report()
    kinds = itertools.cycle(arguments.kinds)
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        expected = _make_corpus(Path(folder) / "videos")
        while report.kills.total() < arguments.kills:
            _Corpus(Path(folder), expected, report).until_complete(kinds, chance)
    print(report)
    return 1 if report.faults else 0


def _make_corpus(videos: Path) -> set[str]:
    """The clips; the ids of their windows."""
    videos.mkdir()
    for number in range(_SHORT):
        write_clip(videos / f"{number:02}.mp4", seconds=1, fps=4)
    write_clip(videos / "long.mp4", seconds=_LONG_S, fps=1)
    short = {f"{number:02}.mp4#0" for number in range(_SHORT)}
    return short | {f"long.mp4#{index}" for index in range(_LONG_WINDOWS)}


class _Corpus:
    """One folder of results, from its first run to the one that completes it."""

    def __init__(self, folder: Path, expected: set[str], report: _Report) -> None:
        self._videos = folder / "videos"
        self._out = folder / "out"
        self._tally = folder / "tally"
        self._expected = expected
        self._report = report
        self._again = 0  # windows, in all runs so far
        shutil.rmtree(self._out, ignore_errors=True)
        self._tally.unlink(missing_ok=True)

    def until_complete(self, kinds: Iterator[str], chance: random.Random) -> None:
        """Runs that are killed each, but for the one that is done before."""
        is_complete = False
        while not is_complete:
            settings = [*SETTINGS, f"tally.file={self._tally}"]
            run = BrokenRun(self._videos, self._out, settings)
            try:
                is_complete = self._broken(run, kinds, chance)
            finally:
                run.close()
            for fault in faults_between_runs(self._out):
                self._report.fault(fault)
            print(".", end="", flush=True)
        for fault in faults_at_the_end(self._out, self._expected):
            self._report.fault(fault)
        self._report.complete += 1
        print(f"{self._report.kills.total()} kills, {self._report.complete} corpora", flush=True)

    def _broken(self, run: BrokenRun, kinds: Iterator[str], chance: random.Random) -> bool:
        """Kill processes of a run until it ends; whether it ended by itself, and well."""
        kind = ""
        while not self._ends_before_its_moment(run, chance):
            kind = next(kinds)
            if not run.kill_one(kind, chance):
                break
            self._report.kills[kind] += 1
            if kind not in SURVIVED:
                self._has_ended(run, kind)
                return False
        if run.process.wait():
            self._report.fault(f"{kind} killed, exit code {run.process.returncode}: {run.said()}")
        return run.process.returncode == 0

    def _ends_before_its_moment(self, run: BrokenRun, chance: random.Random) -> bool:
        """Wait for a moment: of every three, one while the run starts, two while windows are
        worked on. Whether the run has ended by then.
        """
        if chance.random() < 1 / 3:
            return run.ended_within(chance.uniform(0.0, _STARTS_S)) is not None
        enough = self._worked_on() + chance.randint(1, _MOST_WINDOWS)
        while self._worked_on() < enough:
            if run.ended_within(_LOOK_S) is not None:
                return True
        return run.ended_within(chance.uniform(0.0, 1.0)) is not None

    def _worked_on(self) -> int:
        return len(self._tally.read_text().splitlines()) if self._tally.exists() else 0

    def _has_ended(self, run: BrokenRun, kind: str) -> None:
        """See a run end that has lost what it cannot do without."""
        ended_s = run.ended_within(_PATIENCE_S)
        gone_s = run.all_ended_within(_PATIENCE_S)
        if ended_s is None or math.isinf(gone_s):
            self._report.fault(f"{kind} killed, and these go on: {run.left()}: {run.said()}")
            return
        self._report.gone_s[kind].append(ended_s + gone_s)
        self._report.again[kind].append(self._lost())
        if "Traceback" in run.said():
            self._report.fault(f"{kind} killed: {run.said()}")

    def _lost(self) -> int:
        """Windows that were worked on to the end by this run and are to be worked on again."""
        before, self._again = self._again, self._worked_on() - windows_in(self._out).total()
        return self._again - before


if __name__ == "__main__":
    sys.exit(main())
