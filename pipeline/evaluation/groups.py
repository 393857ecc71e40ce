"""Which labels mean the same: the groups that set accuracy and recall are taken over."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.config.yaml_text import YamlFault, parse
from pipeline.evaluation.wheels.own import vocabulary
from pipeline.manifest.entries import read_text
from stages.faults import SetupError

_EXPECTED = (
    "write either a mapping from label to group (happy: joy) or a list of lists of labels that "
    "mean the same ([[happy, glad], [sad]])"
)


@dataclass(frozen=True)
class Groups:
    """The function G() of EMER (arXiv 2306.15401): from a label to its group.

    Attributes:
        name: in words, for a table of scores.
        group_of: from label, in small letters, to the name of its group.
    """

    name: str
    group_of: Mapping[str, str]

    def of(self, label: str) -> str:
        """The group of a label; one that is in none is a group of its own."""
        word = label.strip().lower()
        return self.group_of.get(word, f"={word}")  # no group has a name like this


def own_groups() -> Groups:
    """The shades (level 2) of the project's own vocabulary as groups."""
    words = vocabulary()
    return Groups(
        "own vocabulary", {form: words.shade_of[base] for form, base in words.base_of.items()}
    )


def family_groups() -> Groups:
    """The families (level 1) of the project's own vocabulary as groups."""
    words = vocabulary()
    return Groups(
        "own families", {form: words.family_of[base] for form, base in words.base_of.items()}
    )


def read_groups(location: str) -> Groups:
    """The groups in a YAML or JSON file.

    It holds a mapping from label to group, or a list of lists of labels that mean the same.

    Raises:
        SetupError: the file cannot be read, holds something else, or puts a label in two groups.
    """
    try:
        value = parse(read_text(location, [])).value  # JSON is YAML
    except YamlFault as fault:
        line = f", line {fault.line}" if fault.line else ""
        raise SetupError(f"{location}{line}: {fault.problem}") from None
    group_of: dict[str, str] = {}
    for label, group in _entries(location, value):
        word = label.strip().lower()
        if not word:
            raise SetupError(f"{location}: a label is empty; {_EXPECTED}")
        if group_of.setdefault(word, group) != group:
            raise SetupError(f"{location}: {word} stands in two groups; a label has one")
    if not group_of:
        raise SetupError(f"{location}: holds no groups; {_EXPECTED}")
    return Groups(location, group_of)


def _entries(location: str, value: Any) -> Iterator[tuple[str, str]]:
    """Label and group; what a parser returned is checked here."""
    if isinstance(value, dict):
        for label, group in value.items():
            if not isinstance(group, str):
                raise SetupError(f"{location}: the group of {label} is no text; {_EXPECTED}")
            yield label, group.strip().lower()
    elif isinstance(value, list):
        for number, labels in enumerate(value, start=1):
            if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
                raise SetupError(f"{location}: group {number} is no list of labels; {_EXPECTED}")
            for label in labels:
                yield label, f"group {number}"
    else:
        raise SetupError(f"{location}: holds no groups; {_EXPECTED}")
