"""Write what was measured in the format of another program."""

import argparse

from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.export.folder import export_openface


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo export`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run")
    parser.add_argument(
        "--format",
        required=True,
        choices=("openface",),
        help="openface: a CSV of action units for each face track, as OpenFace 2 writes it",
    )
    parser.add_argument(
        "--out", required=True, metavar="FOLDER", help="where the files go, local or a URI"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the files and say how many; the exit code of the command."""
    dataset = DatasetFolder(open_dataset(arguments.dataset).location)
    output = DatasetFolder(arguments.out)
    exported = export_openface(dataset, output)
    console = open_console()
    console.print(
        f"{output.location}: {exported.files} files of {exported.windows} windows",
        markup=False,
        soft_wrap=True,
    )
    if exported.windows_without_curves:
        console.print(
            f"{exported.windows_without_curves} windows have no curves of action units, and no file"
        )
    return FINISHED
