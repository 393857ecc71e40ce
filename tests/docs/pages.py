"""The pages as data: fenced blocks, code spans, links, and the anchors of headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
"""The pages that tell how MicroEmo is used."""
PAGES = [*GUIDES, *sorted({*ROOT.glob("*.md"), *ROOT.glob("samples/*.md")} - {*GUIDES})]

_SHELL = {"", "sh", "bash", "shell", "console"}


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the line of the page its text begins on."""

    language: str
    text: str
    line: int


@dataclass(frozen=True)
class Page:
    """A page, parted into its fenced blocks and the prose between them."""

    prose: str
    blocks: tuple[Block, ...]

    def blocks_of(self, language: str) -> list[Block]:
        """The blocks in `language`."""
        return [block for block in self.blocks if block.language == language]

    def shell_lines(self) -> Iterator[str]:
        """The lines of shell blocks, put together where a backslash parts them, no comments."""
        for block in self.blocks:
            if block.language in _SHELL:
                for line in re.sub(r"\\\n\s*", "", block.text).splitlines():
                    yield re.sub(r"(^|\s)#.*", "", line).removeprefix("$ ").strip()

    def code_spans(self) -> list[str]:
        """What stands between backticks in the prose, also where a line ends in it."""
        return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", self.prose)]

    def links(self) -> list[str]:
        """Where links and pictures point."""
        return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", self.prose))

    def anchors(self) -> set[str]:
        """The anchors of the headings, as GitHub makes them."""
        found: set[str] = set()
        for heading in re.findall(r"^#+ (.+)$", self.prose, re.MULTILINE):
            kept = re.sub(r"[^\w\s-]", "", heading.strip().lower())
            anchor, again = re.sub(r"\s", "-", kept), 0
            while (name := f"{anchor}-{again}" if again else anchor) in found:
                again += 1
            found.add(name)
        return found


def read(file: Path) -> Page:
    """The page in `file`."""
    prose: list[str] = []
    blocks: list[Block] = []
    inside: list[str] | None = None
    language, start = "", 0
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.startswith("```"):
            (prose if inside is None else inside).append(line)
        elif inside is None:
            inside, language, start = [], line.removeprefix("```").strip(), number + 1
        else:
            blocks.append(Block(language, "\n".join(inside), start))
            inside = None
    assert inside is None, f"{file}: the block before line {start} is not closed"
    return Page("\n".join(prose), tuple(blocks))


def write_outside_package(folder: Path) -> Path:
    """Write `my_package/light.py`, as docs/development.md shows it, into `folder`; return that."""
    blocks = read(ROOT / "docs" / "development.md").blocks_of("python")
    [light] = [block.text for block in blocks if "class LightStage" in block.text]
    (folder / "my_package").mkdir(parents=True)
    (folder / "my_package" / "light.py").write_text(light + "\n", "utf-8")
    return folder
