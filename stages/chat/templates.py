"""The prompts: a folder of templates that a person can edit, checked before the first video."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stages.faults import SetupError
from stages.identity import revision_of_contents

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

_FOLDER = resources.files("stages.chat") / "prompts"
_LARGEST_BYTES = 100_000
_MOST_FILES = 50
_END = ".txt"

_LINE = {"start_s": 0.5, "end_s": 1.5, "speaker": "Anna", "text": "Oh, no!"}
_ABOUT: Mapping[str, Any] = {"about": _LINE, "evidence": "Measured: nothing.", "given": "glad"}
_NOTHING: Mapping[str, Any] = {"about": None, "evidence": "", "given": ""}
_BARE_LINE = {**_LINE, "speaker": "", "text": ""}

EXAMPLES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "system": ({},),
    "frame": ({"time_s": 1.0},),
    "window": (
        {"duration_s": 5.0, "lines": [_LINE, {**_LINE, "speaker": ""}]},
        {"duration_s": 5.0, "lines": []},
    ),
    "face": ({"times_s": [0.5, 1.0]},),
    "event": (
        {"times_s": [0.5, 1.0], "movement": "brows raised", "kind": "micro", "units": [1, 2]},
    ),
    "sound": ({},),
    **{
        name: tuple(
            {**told, "structured": structured}
            for told in (_ABOUT, {**_ABOUT, "about": _BARE_LINE}, _NOTHING)
            for structured in (True, False)
        )
        for name in ("describe", "label", "direct")
    },
}
"""The templates that there must be, and of what each is given, examples of every kind."""


@dataclass(frozen=True)
class Prompts:
    """The templates of a folder.

    Attributes:
        name: as the configuration gives it.
        texts: by the names of their files.
    """

    name: str
    texts: Mapping[str, str]

    @property
    def revision(self) -> str:
        """12 hex digits that tell folders of other content apart."""
        return revision_of_contents(
            [
                (name, hashlib.sha256(text.encode()).digest())
                for name, text in sorted(self.texts.items())
            ]
        )

    def rendered(self, name: str, **told: Any) -> str:
        """A template with what it is given put in, without blanks at its ends."""
        return str(self._templates[name].render(**told)).strip()

    @cached_property
    def _templates(self) -> "Mapping[str, Template]":
        environment = _environment(self.texts)
        return {name: environment.get_template(name + _END) for name in EXAMPLES}


def read_prompts(name: str) -> Prompts:
    """The prompts of that name, or in that folder; each template is rendered once, as a test.

    Raises:
        SetupError: there is no such folder, a template is missing, or cannot be rendered; names
            the file.
    """
    prompts = Prompts(name, _texts(name))
    missing = [file for file in (each + _END for each in EXAMPLES) if file not in prompts.texts]
    if missing:
        raise SetupError(
            f"chat.prompt: {name} has no {missing[0]}; a folder of prompts holds "
            f"{', '.join(each + _END for each in EXAMPLES)}"
        )
    for template in EXAMPLES:
        _require_rendered(prompts, template)
    return prompts


def built_in() -> list[str]:
    """The names of the prompts that come with the package."""
    return sorted(folder.name for folder in _FOLDER.iterdir() if folder.is_dir())


def _texts(name: str) -> dict[str, str]:
    folder: Traversable = _FOLDER / name if name in built_in() else Path(name).expanduser()
    if not folder.is_dir():
        raise SetupError(f"chat.prompt: {name} is no folder, and none of {', '.join(built_in())}")
    files = [file for file in folder.iterdir() if file.name.endswith(_END) and file.is_file()]
    if len(files) > _MOST_FILES:
        raise SetupError(f"chat.prompt: {name} holds more than {_MOST_FILES} templates")
    return {file.name: _text(name, file) for file in sorted(files, key=lambda file: file.name)}


def _text(folder: str, file: Traversable) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_BYTES + 1)
    except OSError as fault:
        raise SetupError(
            f"chat.prompt: {folder}/{file.name}: cannot be read: {fault.strerror}"
        ) from fault
    if len(content) > _LARGEST_BYTES:
        raise SetupError(f"chat.prompt: {folder}/{file.name}: larger than {_LARGEST_BYTES} bytes")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        raise SetupError(f"chat.prompt: {folder}/{file.name}: not UTF-8 text") from fault


def _require_rendered(prompts: Prompts, template: str) -> None:
    from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

    place = f"chat.prompt: {prompts.name}/{template}{_END}"
    try:
        _require_names(prompts, template)
        for told in EXAMPLES[template]:
            prompts.rendered(template, **told)
    except TemplateSyntaxError as fault:
        where = f"chat.prompt: {prompts.name}/{fault.name or template + _END}"
        raise SetupError(f"{where}, line {fault.lineno}: {fault.message}") from fault
    except TemplateNotFound as fault:
        raise SetupError(f"{place}: includes {fault.name}, which is not there") from fault
    except UndefinedError as fault:
        names = ", ".join(sorted(EXAMPLES[template][0])) or "nothing"
        raise SetupError(f"{place}: {fault.message}; it is given {names}") from fault
    except Exception as fault:  # a filter may raise anything
        raise SetupError(f"{place}: {type(fault).__name__}: {fault}") from fault


def _require_names(prompts: Prompts, template: str) -> None:
    """Also in branches that no example takes, nothing unknown is named."""
    from jinja2 import UndefinedError, meta

    environment = _environment(prompts.texts)
    parsed = environment.parse(prompts.texts[template + _END], filename=template + _END)
    unknown = sorted(meta.find_undeclared_variables(parsed) - EXAMPLES[template][0].keys())
    if unknown:
        raise UndefinedError(f"'{unknown[0]}' is undefined")


def _environment(texts: Mapping[str, str]) -> "SandboxedEnvironment":
    from jinja2 import DictLoader, StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    return SandboxedEnvironment(
        loader=DictLoader(dict(texts)), undefined=StrictUndefined, auto_reload=False
    )
