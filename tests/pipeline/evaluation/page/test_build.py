"""The page: whole, honest, safe to open, and readable without seeing it."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.groups import own_groups
from pipeline.evaluation.page.build import page_of
from pipeline.evaluation.reading import read_predictions, read_truth
from pipeline.evaluation.verdict import Verdict, Yardsticks, judge
from pipeline.evaluation.wheels.own import own_wheels
from tests.pipeline.evaluation.corpora import answers, truth_rows, write_answers, write_truth


class _Tags(HTMLParser):
    """Notes elements and attributes, and that each that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    folder = tmp_path_factory.mktemp("corpus")
    rows = truth_rows(30)
    given = [*answers(rows), {"video_id": "<img src=x>.mp4", "labels": ["sad"], "confidences": [1]}]
    predictions = read_predictions(str(write_answers(folder / "p.jsonl", given)))
    truth = read_truth(str(write_truth(folder, rows)))
    yardsticks = Yardsticks(truth, own_wheels(), own_groups(), [truth, truth], seed=0)
    return judge(replace(predictions, trained=frozenset({"no"})), yardsticks)


def _tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    assert parser.open == []
    return parser.tags


def test_the_page_has_all_parts_and_each_link_leads_somewhere(verdict: Verdict) -> None:
    tags = _tags(page_of(verdict))
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    parts = {"labels", "facets", "families", "confidence", "agreement", "unmatched"}
    assert parts <= ids
    links = {attributes["href"] for tag, attributes in tags if tag == "a"}
    assert links == {f"#{name}" for name in parts}


def test_plots_are_told_in_words_too(verdict: Verdict) -> None:
    tags = _tags(page_of(verdict))
    plots = [attributes for tag, attributes in tags if tag == "svg"]
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}
    assert len(plots) == 2
    for attributes in plots:
        assert attributes["role"] == "img"
        assert set((attributes["aria-labelledby"] or "").split()) <= ids
    assert all(
        "scope" in attributes or attributes.get("aria-hidden") == "true"
        for tag, attributes in tags
        if tag == "th"
    )


def test_nothing_runs_and_nothing_is_fetched(verdict: Verdict) -> None:
    page = page_of(verdict)
    names = {tag for tag, _ in _tags(page)}
    assert not names & {"script", "img", "link", "iframe", "object"}
    assert "&lt;img src=x&gt;.mp4" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "default-src 'none'" in page


def test_a_reader_is_warned(verdict: Verdict) -> None:
    page = page_of(verdict)
    assert "The model is untrained" in page
    assert "no score is comparable with published ones" in page


def test_what_is_not_there_is_not_shown(verdict: Verdict) -> None:
    bare = replace(verdict, parts=(), sureness=None, agreement=None, notices=())
    page = page_of(bare)
    assert "no confidences that can be judged" in page
    assert "<svg" not in page
    assert "Annotators" not in page
    _tags(page)


def test_a_single_row_of_one_video_makes_a_page() -> None:
    rows = Answers("here", "by hand", (Answer("a", ("happy",), (0.9,)),))
    page = page_of(judge(rows, Yardsticks(rows, own_wheels(), own_groups(), [], seed=0)))
    assert "100.0" in page
    assert "nan" not in page
    _tags(page)
