"""The files of the page: nothing of others in them, and no text that is taken for markup."""

import re
from pathlib import Path

import pytest

from tests.pipeline.review.conftest import Client

PAGE = Path(__file__).parents[3] / "pipeline" / "review" / "page"
FILES = sorted(path for path in PAGE.iterdir() if path.suffix in {".html", ".css", ".js"})
FORBIDDEN = (
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "DOMParser",
    "@import",
    "url(",
)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_file_makes_markup_of_text_or_fetches_from_others(file: Path) -> None:
    content = file.read_text("utf-8")
    assert not [word for word in FORBIDDEN if word in content]
    assert re.findall(r"https?://[^\"]+", content) in ([], ["http://www.w3.org/2000/svg"])
    assert not re.search(r"<[^>]+\s(style|on\w+)=", content)


def test_every_file_that_is_named_is_there_and_served(client: Client) -> None:
    named = set(
        re.findall(r'(?:href|src)="([\w.]+\.(?:css|js))"', (PAGE / "page.html").read_text())
    )
    for file in FILES:
        if file.suffix == ".js":
            named.update(re.findall(r'from "\./([\w.]+)"', file.read_text("utf-8")))
    assert named == {file.name for file in FILES} - {"page.html"}
    for name in sorted(named):
        reply = client.ask(name)
        assert reply.status == 200
        kind = "text/css" if name.endswith("css") else "text/javascript"
        assert reply.headers["content-type"].startswith(kind)


def test_the_page_comes_with_its_address(client: Client) -> None:
    reply = client.ask("")
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert b'<html lang="en">' in reply.body
