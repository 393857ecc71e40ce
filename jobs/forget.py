"""Take one video out of all that a run holds of it, and say where it was."""

import argparse
import json

from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.forgetting import forget


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo forget`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run that does not go on")
    parser.add_argument("--video", required=True, metavar="ID", help="its video_id, as in the rows")
    parser.add_argument("--json", action="store_true", help="print where it was as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Forget the video and say where it was; the exit code of the command."""
    folder = DatasetFolder(open_dataset(arguments.dataset).location)
    places = forget(folder, arguments.video).places
    console = open_console()
    if arguments.json:
        print(json.dumps({"video_id": arguments.video, "places": places}, ensure_ascii=False))
        return FINISHED
    told = [
        *(f"taken out of {place}" for place in places),
        f"{arguments.video} is forgotten, and annotate passes it over from here on.",
        "The source itself, exports that were made before and copies of this folder still have it: "
        "the same export into the same folder takes it out there.",
    ]
    for line in told:
        console.print(line, markup=False, soft_wrap=True)
    return FINISHED
