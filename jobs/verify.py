"""Look whether a dataset is whole: files, columns, ids, cuts, and what is owed."""

import argparse
import json
from dataclasses import asdict

from jobs.console import open_console
from jobs.exit_codes import FINISHED, FINISHED_WITH_FAILURES
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.dataset.verify import verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo verify`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run")
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Say what is wrong, a line each; the exit code of the command."""
    verdict = verify(DatasetFolder(open_dataset(arguments.dataset).location))
    if arguments.json:
        print(json.dumps(asdict(verdict), indent=2, ensure_ascii=False))
    else:
        console = open_console()
        for finding in verdict.findings:
            console.print(f"{finding.place}: {finding.fault}", markup=False, soft_wrap=True)
        looked = f"{verdict.files} files, {verdict.windows} windows of {verdict.videos} videos"
        found = f"{len(verdict.findings)} faults" if verdict.findings else "all is whole"
        console.print(f"{looked}: {found}", markup=False, soft_wrap=True)
    return FINISHED_WITH_FAILURES if verdict.findings else FINISHED
