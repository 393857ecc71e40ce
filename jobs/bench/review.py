"""Time the pages that a reviewer of a large run asks for, over HTTP, with the server's memory.

The folder is made of a few real windows, taken again and again, each in a video of its own.
"""

import argparse
import json
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen
from uuid import uuid4

from rich.console import Console

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.bench.large_run import Corpus, real_windows, write_large_run
from jobs.bench.steps import Clock, Step, in_a_process, show_steps
from pipeline.dataset.folder import DatasetFolder
from pipeline.review import ReviewChoices, open_server
from pipeline.reviews import Decision

_DECISIONS = 10_000
_ASKED: dict[str, dict[str, Any]] = {
    "the first page": {},
    "the last page": {"offset": 10**9},
    "a condition": {
        "filters": [{"column": "confidence", "operator": "at most", "value": "0.5"}],
    },
    "an expression": {"where": "'worried' in labels and doubt > 0.2 or duration_s > 3"},
    "a search": {"search": "pancakes"},
    "sorted by text": {"sort": "text"},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench review`."""
    parser.add_argument("videos", nargs="*", default=["samples"], metavar="VIDEOS")
    parser.add_argument(
        "--utterances", type=whole_number(1), default=100_000, help="about so many of the run"
    )
    add_config_arguments(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")


def run(arguments: argparse.Namespace) -> int:
    """Make the folder, measure each step and print a table."""
    config = chosen_config(arguments)
    windows = real_windows(arguments.videos, config)
    spoken = sum(len(row["utterances"]) for row in windows) / len(windows)
    videos = max(2, round(arguments.utterances / max(spoken, 1)))
    with tempfile.TemporaryDirectory() as place:
        folder = DatasetFolder(f"{place}/out")
        write_large_run(folder, Corpus.of(Path(place) / "videos", videos, videos), config, windows)
        steps = in_a_process(_review, folder.location)
    show_steps(Console(), steps, f"about {arguments.utterances:,} utterances")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(step) for step in steps], indent=2))
    return 0


def _review(location: str) -> list[Step]:
    clock, folder = Clock(), DatasetFolder(location)
    with clock.step("the server's start"):
        opened = open_server(folder, ReviewChoices(double=0.2, audit=200), 0)
        served = opened.__enter__()
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        _ask(clock, served.address, folder)
    finally:
        served.server.should_exit = True
        thread.join()
        opened.__exit__(None, None, None)
    return clock.steps


def _ask(clock: Clock, address: str, folder: DatasetFolder) -> None:
    for name, asked in _ASKED.items():
        with clock.step(name):
            _sent(f"{address}api/queue", {"reviewer": "bench", "queue": "todo", **asked})
    page = _sent(f"{address}api/queue", {"reviewer": "bench", "queue": "all"})
    unit_id = page["rows"][0]["unit_id"]
    with clock.step("one utterance"):
        unit = _sent(f"{address}api/unit?reviewer=bench&unit={quote(unit_id, safe='')}")
    decision = {
        "id": uuid4().hex,
        "unit": unit_id,
        "version": unit["version"],
        "reviewer": "bench",
        "verdict": "rejected",
    }
    with clock.step("a decision"):
        _sent(f"{address}api/decisions", decision)
    _decide(folder)
    with clock.step(f"a page after {_DECISIONS:,} decisions of others"):
        _sent(f"{address}api/queue", {"reviewer": "bench"})
    with clock.step("a page after that"):
        _sent(f"{address}api/queue", {"reviewer": "bench"})


def _decide(folder: DatasetFolder) -> None:
    """What another server would have written meanwhile, without its waiting for the disk."""
    lines = [
        Decision(
            reviewer=f"other {number % 3}",
            video_id=f"{number // 1000:04}/clip{number:07}.mp4",
            window_index=0,
            utterance_index=0,
            row_start_s=0.0,
            row_end_s=30.0,
            verdict="accepted",
            labels=("worried",),
        ).model_dump_json(exclude_none=True)
        for number in range(_DECISIONS)
    ]
    folder.write_bytes("reviews/other.jsonl", "\n".join([*lines, ""]).encode())


def _sent(address: str, content: Any = None) -> Any:
    body = None if content is None else json.dumps(content).encode()
    request = Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310
        return json.loads(answer.read())
