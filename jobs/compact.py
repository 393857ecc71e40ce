"""Gather the many small files of a run into few large ones; the rows stay as they are."""

import argparse
import json
from dataclasses import asdict

from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.dataset.compact import Compacted, compact
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo compact`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run that does not go on")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Gather, and say what became of the files; the exit code of the command."""
    folder = DatasetFolder(open_dataset(arguments.dataset).location)
    compacted = compact(folder)
    if arguments.json:
        print(json.dumps({"out": folder.location, **asdict(compacted)}, indent=2))
    else:
        line = f"{folder.location}: {_told(compacted)}"
        open_console().print(line, markup=False, soft_wrap=True)
    return FINISHED


def _told(compacted: Compacted) -> str:
    after = f"{compacted.files_after} files of {compacted.bytes_after / 1e6:.1f} MB"
    if compacted.files_after == compacted.files_before:
        return f"{after}, nothing to gather"
    before = f"{compacted.files_before} files of {compacted.bytes_before / 1e6:.1f} MB"
    return f"{before} became {after}"
