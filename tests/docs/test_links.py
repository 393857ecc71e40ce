"""Links between the pages point to something."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, Page, read


@pytest.mark.parametrize("file", PAGES, ids=lambda path: path.name)
def test_files_and_headings_that_are_linked_to_are_there(file: Path) -> None:
    for link in read(file).links():
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = (file.parent / name).resolve() if name else file
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in read(target).anchors(), link


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        file = waiting.pop()
        if file in reached or file.suffix != ".md":
            continue
        reached.add(file)
        names = [link.partition("#")[0] for link in read(file).links() if "://" not in link]
        waiting += [(file.parent / name).resolve() for name in names if name]
    assert not set(PAGES) - reached


def test_anchors_are_those_of_github() -> None:
    page = Page("# Going on\n## `config_hash`\n## Going on\n### A row of `failures`, once", ())
    assert page.anchors() == {"going-on", "config_hash", "going-on-1", "a-row-of-failures-once"}
