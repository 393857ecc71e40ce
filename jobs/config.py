"""Print the configuration that a run would use, every key with its description."""

import argparse

from rich.console import Console
from rich.syntax import Syntax

from pipeline.config import Config, describe, load_config, preset_names
from pipeline.config.loading import DEFAULT_PRESET


def add_config_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--preset` and `--set`, the same for every command."""
    parser.add_argument(
        "--preset",
        default=DEFAULT_PRESET,
        metavar="NAME|FILE.yaml",
        help=f"{', '.join(preset_names())} or a YAML file (default: {DEFAULT_PRESET})",
    )
    parser.add_argument(
        "--set",
        dest="overrides",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="set one key, such as segment.max_window_s=20 (may be repeated)",
    )


def chosen_config(arguments: argparse.Namespace) -> Config:
    """The configuration that `--preset` and `--set` ask for.

    Raises:
        pipeline.config.ConfigError: something in them is wrong.
    """
    return load_config(arguments.preset, arguments.overrides)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo config`."""
    add_config_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the tree as YAML, in colours on a terminal; it can be saved and given to --preset."""
    text = describe(chosen_config(arguments))
    console = Console()
    if console.is_terminal:
        console.print(Syntax(text, "yaml", background_color="default", word_wrap=True))
    else:
        print(text, end="")
    return 0
