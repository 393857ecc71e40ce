"""Write rows of a dataset in the form of another program, as people left them."""

import argparse
import os
from collections.abc import Mapping

from jobs.arguments import share, whole_number
from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.catalogue import LEVELS
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.export.formats import FORMATS, format_named
from pipeline.export.order import GROUPS, MEDIA, REVIEWED, Order
from pipeline.export.run import export

_MOST_CORES = 8
_KEY = "MICROEMO_PSEUDONYM_KEY"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo export`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run")
    parser.add_argument(
        "--to", required=True, choices=tuple(FORMATS), metavar="FORMAT", help=", ".join(FORMATS)
    )
    parser.add_argument(
        "--out", required=True, metavar="FOLDER", help="where the files go, local or a URI"
    )
    parser.add_argument(
        "--where",
        metavar="EXPRESSION",
        help="rows of which it is true, such as \"confidence > 0.8 and 'joy' in labels\"",
    )
    parser.add_argument(
        "--min-confidence", type=share, metavar="SHARE", help="rows at least this sure, 0 to 1"
    )
    parser.add_argument(
        "--level", choices=LEVELS, help="what a row is (default: utterance; of openface, window)"
    )
    parser.add_argument(
        "--reviewed",
        choices=REVIEWED,
        default="first",
        help="only: what people let stand or corrected; first: that, and the machine's own of what "
        "nobody looked at; ignore: the machine's own of all (default: first)",
    )
    parser.add_argument(
        "--media",
        choices=MEDIA,
        help="link: name the source; copy: put its file beside; cut: a clip of each row (default: "
        "as the format needs it)",
    )
    parser.add_argument(
        "--split",
        type=_shares,
        default={},
        metavar="NAME=SHARE,...",
        help="such as train=0.9,dev=0.05,test=0.05",
    )
    parser.add_argument(
        "--group",
        choices=GROUPS,
        default="video",
        help="what is never on both sides of a split (default: video)",
    )
    parser.add_argument(
        "--workers",
        type=whole_number(1),
        metavar="N",
        help="processes that cut at once (default: one for each core, 8 at most)",
    )
    parser.add_argument(
        "--blur-faces",
        action="store_true",
        help="leave no face to be recognised in what is cut; see docs/export.md for its limits",
    )
    parser.add_argument(
        "--drop-text",
        action="store_true",
        help="tell nothing that is said: no transcript, and no sentence that quotes it",
    )
    parser.add_argument(
        "--pseudonymise",
        choices=("speaker",),
        help="put S1, S2 ... in place of the names of speakers, or what the key in the environment "
        f"variable {_KEY} makes of them",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the files and say how many; the exit code of the command."""
    order = Order(
        format=arguments.to,
        where=arguments.where,
        min_confidence=arguments.min_confidence,
        level=arguments.level or format_named(arguments.to).level,
        reviewed=arguments.reviewed,
        media=arguments.media,
        shares=arguments.split,
        group=arguments.group,
        workers=arguments.workers or _cores(),
        blur_faces=arguments.blur_faces,
        drop_text=arguments.drop_text,
        pseudonymise=arguments.pseudonymise is not None,
    )
    dataset = DatasetFolder(open_dataset(arguments.dataset).location)
    exported = export(dataset, arguments.out, order, os.environ.get(_KEY) or None)
    console = open_console()
    rows = ", ".join(f"{count} {split}" for split, count in exported.rows.items())
    told = [
        f"{arguments.out}: {exported.files} files of {exported.videos} videos, rows: {rows}",
        *(f"left out: {count} {reason}" for reason, count in exported.left_out.items()),
    ]
    for line in (*told, *exported.advice):
        console.print(line, markup=False, soft_wrap=True)
    return FINISHED


def _cores() -> int:
    return min(len(os.sched_getaffinity(0)), _MOST_CORES)


def _shares(text: str) -> Mapping[str, float]:
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, size = part.partition("=")
        name = name.strip()
        if not (name.isidentifier() and name.isascii()) or name in shares:
            raise argparse.ArgumentTypeError(f"'{part}' is not NAME=SHARE, each name once")
        shares[name] = share(size)
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise argparse.ArgumentTypeError(f"the shares of '{text}' do not add up to 1")
    return shares
