"""Make the pages of a run again: other windows, in another order, more of them."""

import argparse
import json
from dataclasses import asdict

from jobs.arguments import whole_number
from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.dataset.totals import count
from pipeline.report import KINDS, MOST_SHOWN, SORTS, Choice, write_report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo report`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run")
    parser.add_argument(
        "--only",
        type=_kinds,
        default=(),
        metavar="KIND,...",
        help=f"what is of any of these: {', '.join(KINDS)}",
    )
    parser.add_argument(
        "--where",
        metavar="EXPRESSION",
        help="windows of which, or of an utterance of which, it is true: \"'joy' in labels\"",
    )
    parser.add_argument(
        "--sort", choices=SORTS, default=SORTS[0], help=f"the order (default: {SORTS[0]})"
    )
    parser.add_argument(
        "--limit",
        type=whole_number(1),
        default=MOST_SHOWN,
        metavar="N",
        help=f"windows, and failures, at the most (default: {MOST_SHOWN})",
    )
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")


def _kinds(text: str) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        raise argparse.ArgumentTypeError(f"'{wrong[0]}' is none of {', '.join(KINDS)}")
    return kinds


def run(arguments: argparse.Namespace) -> int:
    """Write the pages and say where; the exit code of the command."""
    folder = DatasetFolder(open_dataset(arguments.dataset).location)
    choice = Choice(arguments.only, arguments.where, arguments.sort, arguments.limit)
    written = write_report(folder, count(folder), choice)
    if arguments.json:
        print(json.dumps(asdict(written), indent=2, ensure_ascii=False))
        return FINISHED
    pages = f", {written.pages} pages" if written.pages > 1 else ""
    open_console().print(
        f"{written.location}: {written.windows:,} of {written.of:,} windows{pages}",
        markup=False,
        soft_wrap=True,
    )
    return FINISHED
