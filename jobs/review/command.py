"""Look at rows in a browser, play them, and correct them."""

import argparse
import webbrowser
from threading import Thread

from jobs.arguments import whole_number
from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.review import ReviewChoices, open_server

_MOST_PORT = 65_535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo review`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run, which may still go")
    parser.add_argument(
        "--reviewer", default="", metavar="NAME", help="the name that the page proposes"
    )
    parser.add_argument(
        "--double",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="0 to 1: the share that two reviewers decide without seeing each other's decisions",
    )
    parser.add_argument(
        "--audit",
        type=whole_number(0),
        default=0,
        metavar="N",
        help="draw N at random, to be decided without the machine's confidence",
    )
    parser.add_argument(
        "--port", type=_port, metavar="P", help="listen there (default: 8765, or any that is free)"
    )
    parser.add_argument(
        "--show-given", action="store_true", help="show the labels that the manifest gave"
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser")


def run(arguments: argparse.Namespace) -> int:
    """Serve the page until Ctrl-C; the exit code of the command."""
    folder = DatasetFolder(open_dataset(arguments.dataset).location)
    choices = ReviewChoices(
        double=arguments.double,
        audit=arguments.audit,
        reviewer=arguments.reviewer,
        shows_given=arguments.show_given,
    )
    console = open_console()
    with open_server(folder, choices, arguments.port) as served:
        console.print(
            f"{folder.location}: {served.units} utterances and silent windows to look at\n"
            f"{served.address}\n"
            "Whoever has this address may review, from this machine alone. Ctrl-C ends it; "
            "what is decided is kept.",
            markup=False,
            soft_wrap=True,
        )
        if not arguments.no_browser:
            Thread(target=webbrowser.open, args=[served.address], daemon=True).start()
        served.run()
    return FINISHED


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no share from 0 to 1")
    return share


def _port(text: str) -> int:
    port = whole_number(0)(text)
    if port > _MOST_PORT:
        raise argparse.ArgumentTypeError(f"'{text}' is no port: the highest is {_MOST_PORT}")
    return port
