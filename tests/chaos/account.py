"""What must hold of the output folder of a run, however it ended."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.dataset as ds


def windows_in(out: Path) -> Counter[str]:
    """How often each window stands in the results, as an annotation or as a failure."""
    ids: Counter[str] = Counter()
    for kind in ("annotations", "failures"):
        if (out / kind).is_dir():
            table = ds.dataset(out / kind, format="parquet").to_table(["window_id", "video_id"])
            ids.update(row["window_id"] or row["video_id"] for row in table.to_pylist())
    return ids


def faults_between_runs(out: Path) -> list[str]:
    """What is wrong with results that are not complete yet: nothing may be broken or twice."""
    doubled = [name for name, times in windows_in(out).items() if times > 1]
    return [f"{name} stands there more than once" for name in doubled]


def faults_at_the_end(out: Path, expected: set[str]) -> list[str]:
    """What is wrong with results that are complete."""
    found = windows_in(out)
    faults = [f"{name} is missing" for name in sorted(expected - found.keys())]
    faults += [f"{name} should not be there" for name in sorted(found.keys() - expected)]
    faults += faults_between_runs(out)
    faults += [f"{path.relative_to(out)} is left over" for path in _leftovers(out)]
    faults += [f"{name} failed" for name in _failed(out)]
    verified = subprocess.run(
        [sys.executable, "-m", "jobs.command", "verify", str(out), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    if verified.returncode:
        faults.append(f"microemo verify: {verified.stdout or verified.stderr}")
    owed = json.loads((out / "quality.json").read_text(encoding="utf-8"))["videos"]["owed_ids"]
    faults += [f"{name} is neither annotated nor failed" for name in owed]
    return faults


def _failed(out: Path) -> list[str]:
    table = ds.dataset(out / "failures", format="parquet").to_table(["window_id", "video_id"])
    return [row["window_id"] or row["video_id"] for row in table.to_pylist()]


def _leftovers(out: Path) -> list[Path]:
    """Files in the making, and a lock."""
    hidden = [path for path in out.rglob("*") if path.name.startswith(".")]
    return [*hidden, *(path for path in [out / "run.lock"] if path.exists())]
