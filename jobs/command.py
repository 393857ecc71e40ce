"""The entry point `microemo`: finds the command that is asked for and runs it."""

import argparse
import ast
import difflib
import importlib
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from jobs.arguments import Parser
from jobs.exit_codes import COULD_NOT_RUN, FINISHED, MEANINGS, STOPPED, WRONG_USAGE
from stages.faults import SetupError

COMMANDS = (
    "annotate",
    "bench",
    "compact",
    "config",
    "convert",
    "doctor",
    "evaluate",
    "export",
    "plan",
    "report",
    "review",
    "status",
    "synthesize",
    "train",
    "verify",
)
"""Each is a module `jobs.<name>`, or `jobs.<name>.command` where it has a folder of its own, with
`add_arguments(parser)` and `run(arguments) -> int`."""

_LONG = frozenset({"annotate"})
"""Those that end in their own way when they are asked to, see `jobs.stopping`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `microemo` with `arguments` (default: those of the process); return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    name = _command(given)
    # Of a request that a store breaks off, whoever asked tells; asyncio would print a trace too.
    logging.getLogger("asyncio").addHandler(logging.NullHandler())
    if arguments is not None or name not in _LONG:
        return _run(name, given, lambda: False)
    from jobs.stopping import Stopping

    stopping = Stopping()
    code = _run(name, given, stopping.is_asked)
    stopping.leave(code)
    return code


def _run(name: str | None, given: Sequence[str], is_stopped: Callable[[], bool]) -> int:
    """Run a command in this process; its exit code.

    Args:
        name: of the command.
        given: its arguments, with the name.
        is_stopped: whether somebody has asked that it stops; for commands that take long.
    """
    try:
        parser = _parser(name)
        if not given:
            parser.print_help()
            return FINISHED
        parser.require_known_options(given)
        parsed = parser.parse_args(given)
        parsed.is_stopped = is_stopped
        code: int = parsed.run(parsed)
    except SetupError as fault:
        for line in str(fault).splitlines():
            print(f"microemo: {line}", file=sys.stderr)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        print("microemo: stopped", file=sys.stderr)
        return STOPPED
    except BrokenPipeError:
        # The reader has gone (`microemo config | head`); Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return COULD_NOT_RUN
    return code


def _command(given: Sequence[str]) -> str | None:
    """The command that is asked for; None if there is none, as in `microemo --help`."""
    name = next((word for word in given if not word.startswith("-")), None)
    if name is None or name in COMMANDS:
        return name
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean {close[0]}?" if close else f"there are {', '.join(COMMANDS)}"
    print(f"microemo: {name} is not a command; {hint}", file=sys.stderr)
    raise SystemExit(WRONG_USAGE)


def _parser(chosen: str | None) -> Parser:
    """The parser; only the chosen command is imported, so that `config` starts at once."""
    parser = Parser(
        prog="microemo",
        description="Annotate video corpora for explainable, open-vocabulary emotion recognition.",
        epilog=f"`microemo COMMAND --help` explains a command.\n\n{MEANINGS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_version()}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=Parser)
    for name in COMMANDS:
        purpose = _purpose(name)
        command = commands.add_parser(name, help=purpose, description=purpose)
        if name == chosen:
            module = importlib.import_module(_module(name))
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser


def _module(name: str) -> str:
    is_folder = Path(__file__).with_name(name).is_dir()
    return f"jobs.{name}.command" if is_folder else f"jobs.{name}"


def _purpose(name: str) -> str:
    """The first line of the module's docstring, read without importing the module."""
    found = find_spec(_module(name))
    if found is None or found.origin is None:
        raise SetupError(f"the command {name} is missing from this installation")
    tree = ast.parse(Path(found.origin).read_text("utf-8"))
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def _version() -> str:
    try:
        return metadata.version("microemo")
    except metadata.PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    sys.exit(main())
