"""Arguments that several commands take, and what is said of wrong ones."""

import argparse
import difflib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipeline.config import Config, load_config, preset_names
from pipeline.config.loading import DEFAULT_PRESET


class Parser(argparse.ArgumentParser):
    """A parser that takes options by their whole name, and names the nearest to a wrong one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "allow_abbrev": False})

    def require_known_options(self, given: Sequence[str]) -> None:
        """End the program with exit code 2 if an option of `given` is none of this command's.

        argparse itself would first miss what a mistyped option should have given.
        """
        known = [name for parser in self._chain(given) for name in parser._option_string_actions]
        for word in given[: given.index("--")] if "--" in given else given:
            name = word.partition("=")[0]
            if name.startswith("--") and name not in known:
                close = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {close[0]}?" if close else "see --help"
                self.exit(2, f"{self.prog}: {name} is not an option here; {hint}\n")

    def _chain(self, given: Sequence[str]) -> Iterator["argparse.ArgumentParser"]:
        """This parser and those of the subcommands that `given` names."""
        parser: argparse.ArgumentParser = self
        yield parser
        for word in given:
            below = next(
                (a for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None
            )
            if below is None:
                return
            if word in below.choices:
                parser = below.choices[word]
                yield parser


def add_config_arguments(
    parser: argparse.ArgumentParser,
    presets: Sequence[str] | None = None,
    example: str = "segment.max_window_s=20",
) -> None:
    """Add `--preset` and `--set`, the same for every command.

    Args:
        presets: their names; None: those of a run.
        example: of a key that can be set.
    """
    names = preset_names() if presets is None else presets
    parser.add_argument(
        "--preset",
        default=DEFAULT_PRESET,
        metavar="NAME|FILE.yaml",
        help=f"{', '.join(names)} or a YAML file (default: {DEFAULT_PRESET})",
    )
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help=f"set one key, such as {example} (may be repeated)",
    )


def chosen_config(arguments: argparse.Namespace) -> Config:
    """The configuration that `--preset` and `--set` ask for.

    Raises:
        pipeline.config.ConfigError: something in them is wrong.
    """
    return load_config(arguments.preset, arguments.overrides)


def share(text: str) -> float:
    """A share from 0 to 1, as an argument's type."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no share from 0 to 1")
    return number


def whole_number(least: int) -> Callable[[str], int]:
    """A whole number from `least` on, as an argument's type."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"'{text}' is no whole number of {least} or more")
        return int(text)

    return read
