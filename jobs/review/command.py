"""Say how far reviewers agree, or take over their decisions from other programs."""

import argparse

from jobs.console import open_console
from jobs.exit_codes import FINISHED
from jobs.review.agreement import show_agreement
from jobs.review.importing import import_decisions
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo review`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--agreement",
        action="store_true",
        help="how far reviewers agree, and how often the labels are right",
    )
    what.add_argument(
        "--import",
        dest="imported",
        metavar="FILE",
        help="decisions: the JSON export of Label Studio, or a CSV",
    )
    parser.add_argument("--json", action="store_true", help="with --agreement: print JSON")
    parser.add_argument(
        "--reviewer", metavar="NAME", help="with --import: who decided, where FILE does not say"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked for; the exit code of the command."""
    dataset = DatasetFolder(open_dataset(arguments.dataset).location)
    if arguments.agreement:
        show_agreement(dataset, open_console(), as_json=arguments.json)
    else:
        import_decisions(dataset, arguments.imported, arguments.reviewer, open_console())
    return FINISHED
