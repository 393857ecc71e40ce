"""Print the configuration that a run would use, every key with its description."""

import argparse

from rich.syntax import Syntax

from jobs.arguments import add_config_arguments, chosen_config
from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.config import describe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo config`."""
    add_config_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the tree as YAML, in colours on a terminal; it can be saved and given to --preset."""
    text = describe(chosen_config(arguments))
    console = open_console()
    if console.is_terminal:
        console.print(Syntax(text, "yaml", background_color="default", word_wrap=True))
    else:
        print(text, end="")
    return FINISHED
