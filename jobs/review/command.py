"""Look at rows in a browser and correct them; say how far reviewers agree."""

import argparse
import webbrowser
from threading import Thread

from jobs.arguments import share, whole_number
from jobs.console import open_console
from jobs.exit_codes import FINISHED
from jobs.review.agreement import show_agreement
from jobs.review.importing import import_decisions
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.opened import open_dataset
from pipeline.review import ReviewChoices, open_server

_MOST_PORT = 65_535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo review`."""
    parser.add_argument("dataset", metavar="DIR", help="the folder of a run, which may still go")
    parser.add_argument(
        "--reviewer",
        default="",
        metavar="NAME",
        help="the name that the page proposes; with --import: who decided, where FILE does not say",
    )
    parser.add_argument(
        "--double",
        type=share,
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
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "--agreement",
        action="store_true",
        help="serve nothing: say how far reviewers agree, and how often the labels are right",
    )
    instead.add_argument(
        "--import",
        dest="imported",
        metavar="FILE",
        help="serve nothing: take over decisions, the JSON export of Label Studio or a CSV",
    )
    parser.add_argument("--json", action="store_true", help="with --agreement: print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked for; the exit code of the command."""
    folder = DatasetFolder(open_dataset(arguments.dataset).location)
    if arguments.agreement:
        show_agreement(folder, open_console(), as_json=arguments.json)
    elif arguments.imported:
        import_decisions(folder, arguments.imported, arguments.reviewer or None, open_console())
    else:
        _serve(folder, arguments)
    return FINISHED


def _serve(folder: DatasetFolder, arguments: argparse.Namespace) -> None:
    """Serve the page until Ctrl-C."""
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


def _port(text: str) -> int:
    port = whole_number(0)(text)
    if port > _MOST_PORT:
        raise argparse.ArgumentTypeError(f"'{text}' is no port: the highest is {_MOST_PORT}")
    return port
