"""What each part of the model is worth: `python -m jobs.train.ablation --help`.

Trains the small model with one thing less at a time, at one budget and from several seeds, and
scores all on the same held-out clips. All go on from one model, which has seen everything: from
nothing none would learn to see within a budget that nine of them can have. What was measured of
faces and voices is told to none of them but one: the claims to be tested are about what the
networks see. Runs that are done are kept.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console

from jobs.arguments import whole_number
from jobs.console import open_console
from jobs.exit_codes import COULD_NOT_RUN, FINISHED
from jobs.train.ablation_table import Run, table
from jobs.train.config import NEW
from jobs.train.presets import load_train_config
from pipeline.lanes import cpus_at_hand
from stages.faults import SetupError

_PRESET = "tiny-seen"
_FRAMES = 16
ARMS: Mapping[str, Sequence[str]] = {
    "full": [],
    "no local branch": ["faces"],
    "no utterance tokens": ["utterance_tokens"],
    "no timestamps": ["timestamps"],
    "text only": ["frames", "faces"],
    "faces only": ["frames", "words"],
    "8 global frames": [],
    "96 global frames": [],
    "full, and what was measured": [],
}
"""What each is not shown, beside what was measured."""
_MAX_FRAMES = {"8 global frames": 8, "96 global frames": 96}
_MEASURED = "full, and what was measured"


def main(given: Sequence[str] | None = None) -> int:
    """Train, score and write the table; the exit code."""
    arguments = _parser().parse_args(given)
    console = open_console()
    asked = [(arm, seed) for seed in range(arguments.seeds) for arm in arguments.arms]
    try:
        _data(_config(*asked[0], arguments), arguments, console)  # one fills what all read
        spawn = get_context("spawn")
        with ProcessPoolExecutor(
            arguments.at_once, spawn, initializer=_take_turns, initargs=(spawn.Lock(),)
        ) as processes:
            runs = list(processes.map(partial(_run, arguments), asked))
    except SetupError as fault:
        print(f"ablation: {fault}", file=sys.stderr)
        return COULD_NOT_RUN
    text = table(runs)
    (Path(arguments.out) / "ablation.md").write_text(text, encoding="utf-8")
    console.print(text, markup=False, soft_wrap=True)
    return FINISHED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m jobs.train.ablation", description=__doc__)
    parser.add_argument("--labels", nargs="+", required=True, metavar="DIR", help="to learn from")
    parser.add_argument("--words", nargs="+", default=[], metavar="DIR", help="scripts to learn")
    parser.add_argument("--held-out", nargs="+", required=True, metavar="DIR", help="to score on")
    parser.add_argument(
        "--base",
        default=NEW,
        metavar="DIR",
        help="a small model to go on from in all arms (default: from nothing)",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="for the runs and the table")
    parser.add_argument("--steps", type=whole_number(1), default=400, metavar="N", help="of each")
    parser.add_argument("--seeds", type=whole_number(1), default=3, metavar="N", help="of each arm")
    parser.add_argument(
        "--at-once",
        type=whole_number(1),
        default=cpus_at_hand(),
        metavar="N",
        help="trainings side by side, which share the cores (default: one a core)",
    )
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS), metavar="ARM")
    return parser


class _Caches:
    """Of two processes that look into them at once, one would be refused."""

    turn: AbstractContextManager[Any] = nullcontext()


def _take_turns(turn: AbstractContextManager[Any]) -> None:
    _Caches.turn = turn


def _run(arguments: argparse.Namespace, asked: tuple[str, int]) -> Run:
    """The scores of one training, from its file if it is there."""
    arm, seed = asked
    out = Path(arguments.out) / f"{arm.replace(' ', '-').replace(',', '')}-{seed}"
    file = out / "pairs.json"
    if not file.is_file():
        found = _trained(_config(arm, seed, arguments), arguments, out, f"{arm}, seed {seed}")
        file.write_text(json.dumps(found), encoding="utf-8")
    return Run(arm, seed, json.loads(file.read_text(encoding="utf-8")))


def _config(arm: str, seed: int, arguments: argparse.Namespace) -> Any:
    hidden = [*ARMS[arm], *([] if arm == _MEASURED else ["evidence"])]
    return load_train_config(
        _PRESET,
        [
            f"base={arguments.base}",
            f"without={json.dumps(hidden)}",
            f"max_frames={_MAX_FRAMES.get(arm, _FRAMES)}",
            f"seed={seed}",
            f"threads={max(1, cpus_at_hand() // arguments.at_once)}",
            f"learning.steps={arguments.steps}",
            f"check.every_steps={arguments.steps}",
            "check.score_windows=0",
            f"check.save_steps={arguments.steps}",
        ],
    )


def _data(config: Any, arguments: argparse.Namespace, console: Console) -> Any:
    """What is learnt from and looked at, with as many frames as any arm takes."""
    from jobs.train.caches import cached_data, front_of
    from jobs.train.reading import Asked, read_material
    from jobs.train.record import CACHE

    most = max(_MAX_FRAMES.get(arm, _FRAMES) for arm in arguments.arms)
    asked = Asked(
        labels=arguments.labels,
        media=None,
        words=arguments.words,
        held_out=arguments.held_out,
        held_out_media=None,
        transcripts=None,
        front=[f"decode.max_frames={most}"],
    )
    return cached_data(
        config,
        asked,
        read_material(asked),
        front=front_of(config, asked.front),
        caches=Path(arguments.out) / CACHE,  # with more frames than other trainings keep
        console=console,
    )


def _trained(
    config: Any, arguments: argparse.Namespace, out: Path, name: str
) -> list[dict[str, Any]]:
    """Each held-out utterance with what was said of it."""
    from jobs.train.training import scored, train

    console = open_console()
    with _Caches.turn:
        data = _data(config, arguments, console)
    out.mkdir(parents=True, exist_ok=True)
    train(config, data, out, lambda line: console.print(f"{name}: {line}", markup=False))
    return [
        {
            "video": pair.truth.video_id,
            "true": list(pair.truth.labels),
            "said": list(pair.predicted),
            "told_by": pair.truth.facets.told_by if pair.truth.facets else None,
        }
        for pair in scored(config, data.held_out, out).pairs
    ]


if __name__ == "__main__":
    sys.exit(main())
