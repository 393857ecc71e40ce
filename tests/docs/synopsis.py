"""A command as a page shows it, turned into words that the program's own parser can judge.

Pages write `[--preset tiny|FILE.yaml]` for what may be left out, `a|b` for a choice and `...` for
what goes without saying. All that is optional is kept, of a choice the first, and for `...` comes
what it stands for: the value of an option, or all that the command cannot do without.
"""

import argparse
import re
import shlex
from collections.abc import Iterable, Iterator
from functools import cache

from jobs.command import _parser

_CALL = re.compile(r"^(?:.*\s--\s+)?(?:\S*/)?microemo\s+(\S.*)$")
_VARIABLE = re.compile(r"\$[A-Z_]+")  # of a shell; a number among ours
_OPTION = re.compile(r"--[a-z][a-z-]*")


def calls(lines: Iterable[str]) -> Iterator[str]:
    """What follows `microemo` in the lines that call it, by itself or through another program."""
    for line in lines:
        if found := _CALL.match(line):
            yield found[1]


@cache
def parser_of(command: str) -> argparse.ArgumentParser:
    """The parser of `microemo COMMAND`."""
    return _subcommands(_parser(command))[command]


def options(parser: argparse.ArgumentParser) -> set[str]:
    """The long options of a parser and of the subcommands below it, but for --help."""
    own = {name for action in parser._actions for name in action.option_strings}
    below = [options(each) for each in _subcommands(parser).values()]
    return {name for name in own.union(*below) if name.startswith("--")} - {"--help"}


def options_in(text: str) -> set[str]:
    """The long options that a text names."""
    return set(_OPTION.findall(text))


def parse(call: str) -> argparse.Namespace:
    """Give `call` to the program's parser.

    Raises:
        ValueError: the parser refuses it.
    """
    words = list(_words(call))
    try:
        return _parser(words[0] if words else None).parse_args(words)
    except SystemExit as refused:
        if refused.code == 0:  # --help and --version are answered at once
            return argparse.Namespace()
        raise ValueError(f"microemo {call}") from refused


def _words(call: str) -> Iterator[str]:
    before = ""
    call = _VARIABLE.sub("1", _without_brackets(call))
    for position, word in enumerate(shlex.split(call)):
        if word != "...":
            before = word.removesuffix("...").split("|")[0]
            yield before
        elif before.startswith("--"):
            yield "VALUE"
        elif position == 1:
            yield from _needed(parser_of(before))


def _without_brackets(call: str) -> str:
    """`call` with what may be left out kept; lists, whose bracket follows a `=`, as they are."""
    while (kept := re.sub(r"(?<!\S)\[([^][]*)\]", r" \1 ", call)) != call:
        call = kept
    return call


def _needed(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        if action.required and action.option_strings:
            yield from (action.option_strings[-1], "VALUE")
        elif action.required:
            yield "VALUE"


def _subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}
