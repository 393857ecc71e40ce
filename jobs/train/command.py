"""Train a MicroEmo from labelled videos, and say what it is worth on those held out."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from rich.console import Console

from jobs.arguments import add_config_arguments, whole_number
from jobs.console import open_console
from jobs.exit_codes import FINISHED, STOPPED
from jobs.train.presets import load_train_config, preset_names


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo train`."""
    parser.add_argument(
        "--labels",
        nargs="+",
        required=True,
        metavar="FILE_OR_DIR",
        help="labels and descriptions to learn: files of any known form, folders of `microemo "
        "synthesize` or of `microemo annotate`",
    )
    parser.add_argument(
        "--media",
        metavar="DIR",
        help="the folder below which their videos lie; not needed for synthesized sets",
    )
    parser.add_argument(
        "--words",
        nargs="+",
        default=[],
        metavar="FILE_OR_DIR",
        help="labels with words and no videos, to learn from what is said alone",
    )
    parser.add_argument(
        "--held-out",
        nargs="+",
        default=[],
        metavar="FILE_OR_DIR",
        help="labels to look at and not to learn (default: a share of the videos of --labels)",
    )
    parser.add_argument("--held-out-media", metavar="DIR", help="as --media, for --held-out")
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the model")
    parser.add_argument(
        "--cache",
        metavar="DIR",
        help="folder for frames and faces, which other trainings may use too (default: OUT/cache)",
    )
    parser.add_argument(
        "--transcripts",
        metavar="TABLE",
        help="one .csv or .tsv of what is said in the videos, matched by its ids",
    )
    add_config_arguments(parser, preset_names(), "learning.steps=2000")
    parser.add_argument(
        "--front-set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set one key of the run that makes frames and faces, such as decode.max_frames=96",
    )
    parser.add_argument(
        "--workers",
        type=whole_number(1),
        default=1,
        metavar="N",
        help="processes that train, each on a GPU where there are any, on this machine or on a Ray "
        "cluster (default: 1)",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    parser.add_argument(
        "--json", action="store_true", help="print a summary as JSON; all else goes to stderr"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read, cache, train, and say what was made; the exit code of the command."""
    console = open_console(to_stderr=arguments.json, quiet=arguments.quiet)
    try:
        record, code = _trained(arguments, console)
    except KeyboardInterrupt:
        record, code = None, STOPPED
    if code == STOPPED:
        print(
            f"microemo: stopped; the same command goes on from the last checkpoint in "
            f"{arguments.out}",
            file=sys.stderr,
        )
        return STOPPED
    if arguments.json:
        shown = {name: value for name, value in (record or {}).items() if name != "same"}
        print(json.dumps({"exit_code": code, "out": arguments.out, **shown}, indent=2))
    return code


def _trained(arguments: argparse.Namespace, console: Console) -> tuple[dict[str, Any] | None, int]:
    # What trains is imported once the command is known to be right.
    from jobs.train.caches import cached_data, front_of
    from jobs.train.card import CARD, model_card
    from jobs.train.launching import launch
    from jobs.train.provenance import begun, finished
    from jobs.train.reading import Asked, read_material
    from jobs.train.record import CACHE, RECORD, claim, write_record, write_text
    from pipeline.cached.fill import cache_config
    from stages.model.folder import read_json

    def say(line: str) -> None:
        console.print(line, markup=False)

    config = load_train_config(arguments.preset, arguments.overrides)
    asked = Asked(
        labels=arguments.labels,
        media=arguments.media,
        words=arguments.words,
        held_out=arguments.held_out,
        held_out_media=arguments.held_out_media,
        transcripts=arguments.transcripts,
        front=arguments.front_set,
    )
    front = front_of(config, asked.front)
    material = read_material(asked)
    for notice in material.notices():
        say(f"note: {notice}")
    out = Path(arguments.out).expanduser()
    record = begun(config, asked, material, cache_config(front).result_keys())
    if claim(out, record):
        say(f"{out}: this training is finished already")
        return read_json(out / RECORD), FINISHED
    caches = Path(arguments.cache).expanduser() if arguments.cache else out / CACHE
    data = cached_data(config, asked, material, front=front, caches=caches, console=console)
    say(f"learns from {len(data.train)} windows, looks at {len(data.held_out)} that are held out")
    trained = launch(config, data, out, say, workers=arguments.workers)
    if not trained.is_whole:
        return None, STOPPED
    record = finished(record, data, trained)
    write_text(out / CARD, model_card(record))
    write_record(out, record)
    say(f"{out}: trained in {trained.seconds:.0f} s on {trained.device}; see {out / CARD}")
    return record, FINISHED
