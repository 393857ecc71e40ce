"""Every command on a page is one that the program takes, and the pages leave none out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from jobs.command import COMMANDS
from jobs.train.presets import load_train_config
from pipeline.config import load_config
from tests.docs.pages import GUIDES, PAGES, ROOT, read
from tests.docs.synopsis import calls, options, options_in, parse, parser_of

_SETTING = re.compile(r"--set '?([^\s']+=[^\s']+)")
_PLACEHOLDERS = {"key=value"}

CALLS = [(file.name, call) for file in PAGES for call in calls(read(file).shell_lines())]


def _mentions() -> Iterator[str]:
    for file in GUIDES:
        page = read(file)
        yield from page.code_spans()
        yield from page.shell_lines()


def test_pages_show_commands() -> None:
    assert len(CALLS) > 5


@pytest.mark.parametrize(("page", "call"), CALLS)
def test_the_parser_takes_what_a_block_shows(page: str, call: str) -> None:
    parse(call)


@pytest.mark.parametrize(
    "call",
    [
        "annotate VIDEOS... --out DIR [--presett tiny]",
        "annotate VIDEOS...",
        "bench all samples",
        "doctor --preset ... --dry-run",
    ],
)
def test_a_block_that_is_wrong_would_be_found(call: str) -> None:
    with pytest.raises(ValueError, match="microemo"):
        parse(call)


@pytest.mark.parametrize("file", PAGES, ids=lambda path: path.name)
def test_a_command_named_in_a_sentence_exists_with_its_options(file: Path) -> None:
    for call in calls(read(file).code_spans()):
        command = call.split()[0].rstrip(",.")
        if command in COMMANDS:
            assert options_in(call) <= options(parser_of(command)), call
        else:
            assert command.startswith("-") or command.isupper(), call


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_every_option_of_it_is_told(command: str) -> None:
    mentions = list(_mentions())
    assert [text for text in calls(mentions) if text.split()[0] == command]
    told = {name for text in mentions for name in options_in(text)}
    assert not options(parser_of(command)) - told


@pytest.mark.usefixtures("outside_package")
@pytest.mark.parametrize("file", PAGES, ids=lambda path: path.name)
def test_every_setting_shown_is_one_that_the_configuration_takes(file: Path) -> None:
    page = read(file)
    for text in (*page.code_spans(), *page.shell_lines()):
        settings = [one for one in _SETTING.findall(text) if one not in _PLACEHOLDERS]
        if settings:
            if text.startswith("microemo train"):
                load_train_config(overrides=settings)
            else:
                of_chat = any(one.startswith("chat.") for one in settings)
                load_config("chat" if of_chat else "tiny", settings)


@pytest.mark.parametrize("file", PAGES, ids=lambda path: path.name)
def test_every_make_target_shown_exists(file: Path) -> None:
    phony = re.search(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony
    page = read(file)
    for text in (*page.code_spans(), *page.shell_lines()):
        if found := re.match(r"make ([a-z-]+)", text):
            assert found[1] in phony[1].split(), text
