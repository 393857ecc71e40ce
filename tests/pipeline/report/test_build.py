"""report.html as it is written: whole, escaped, self-contained."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pyarrow as pa
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.totals import count
from pipeline.recipe import FULL
from pipeline.report import Choice, build, write_report
from stages.rows import ANNOTATION_COLUMNS, schema, to_table

Make = Callable[..., Any]

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&{{ 7 * 7 }}"
_VOID = {"meta", "img"}


class Seen(HTMLParser):
    """The elements of a page, their attributes and text; raises on unbalanced elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def written(output: DatasetFolder) -> Seen:
    write_report(output, count(output))
    return Seen(output.read_bytes("report.html").decode())


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return to_table(rows, schema(ANNOTATION_COLUMNS, FULL, {}))


def test_a_run_as_it_is_seen(write_run: Make, make_annotation: Make, make_failure: Make) -> None:
    output = write_run(
        [make_annotation("films/one", 0, 2), make_annotation("two", warnings=["No sound track."])],
        failures=[
            make_failure("broken"),
            make_failure("films/one", window_index=1, window_count=2),
        ],
    )
    assert write_report(output, count(output)).location.endswith("/report.html")
    seen = written(output)
    for words in (
        "2 videos annotated, 1 failed",
        "1 failed, 1 failed in part",
        "untrained",
        "films/one",
        "Failed: 1 of 2 windows",
        "I ran all the way.",
        "Her brows rise",
        "breathless",
        "0.82",
        "sidecar",
        "No sound track.",
        "no container in it",
        "9f8e7d6c5b4a",
        "0a1b2c3d4e5f",
        "max_window_s",
        "2.13.0",
    ):
        assert words in seen.text


def test_the_strip_is_in_the_page(write_run: Make, make_annotation: Make) -> None:
    row = make_annotation("a")
    seen = written(write_run([row]))
    (source,) = [value for name, value in seen.attributes if name == "src"]
    assert source.startswith("data:image/jpeg;base64,/9j/")


def test_abstention_is_shown_as_such(write_run: Make, make_annotation: Make) -> None:
    seen = written(write_run([make_annotation("a", labels=[], abstained=True, utterances=[])]))
    assert "abstained" in seen.text
    assert "neutral" not in seen.text


@pytest.mark.parametrize("trained", ["no", "synthetic", "EMER"])
def test_what_the_model_was_trained_on_is_said_once_at_the_top(
    write_run: Make, make_annotation: Make, trained: str
) -> None:
    model = {"name": "tiny", "revision": "1", "trained": trained, "engine": "deepspeed"}
    seen = written(
        write_run([make_annotation("a", model=model), make_annotation("b", model=model)])
    )
    said = {"no": "The model is untrained.", "synthetic": "trained on synthetic faces alone."}
    for key, words in said.items():
        assert seen.text.count(words) == (key == trained)


def test_an_answer_without_labels_is_shown_where_the_model_abstained(
    write_run: Make, make_annotation: Make
) -> None:
    silent = {"labels": [], "abstained": True, "labels_raw": "I cannot <b>tell</b>."}
    seen = written(write_run([make_annotation("a", **silent, utterances=[])]))
    assert "I cannot <b>tell</b>." in seen.text
    labelled = make_annotation("b", labels=["calm"], labels_raw="[calm, I think]", utterances=[])
    assert "I think" not in written(write_run([labelled])).text


def test_whatever_a_row_says_stays_text(
    write_run: Make,
    *,
    make_annotation: Make,
    make_failure: Make,
    make_utterance: Make,
    make_event: Make,
    make_curves: Make,
    make_voice: Make,
    make_clue: Make,
) -> None:
    said = {
        "description": HOSTILE,
        "labels": [HOSTILE],
        "label_confidence": [0.5],
        "clues": [make_clue(1, 2, text=HOSTILE, words=HOSTILE)],
    }
    voice = make_voice(words=HOSTILE)
    spoken = make_utterance(
        0, 1, 2, speaker=HOSTILE, text=HOSTILE, text_source=HOSTILE, voice=voice, **said
    )
    named = {"region": HOSTILE, "movement": HOSTILE, "kind": HOSTILE, "strip": b'"><b>'}
    curves = make_curves(0, 1)
    curves["regions"][0]["name"] = HOSTILE
    model = dict.fromkeys(("name", "revision", "trained", "engine"), HOSTILE)
    row = make_annotation(
        HOSTILE,
        uri=HOSTILE,
        language=HOSTILE,
        utterances=[spoken],
        warnings=[HOSTILE],
        model=model,
        micro_events=[make_event(0, 1, 1.2, **named), make_event(1, 2, 2.2, movement=HOSTILE)],
        face_curves=[curves],
        **said,
    )
    error = dict.fromkeys(("stage", "kind", "message"), HOSTILE)
    names = ("preset", "config_hash", "created_at")
    record = {
        **dict.fromkeys(names, HOSTILE),
        "config": {HOSTILE: HOSTILE},
        "packages": {HOSTILE: HOSTILE},
    }
    many = [make_annotation(f"{HOSTILE}{number}") for number in range(6)]
    seen = written(
        write_run(
            [row, *many], failures=[make_failure(HOSTILE, uri=HOSTILE, error=error)], record=record
        )
    )
    assert "script" not in seen.tags
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert HOSTILE in seen.text
    assert ("src", "x") not in seen.attributes
    assert not [value for name, value in seen.attributes if name == "style" and "alert" in value]


def test_nothing_is_fetched(write_run: Make, make_annotation: Make, make_failure: Make) -> None:
    output = write_run([make_annotation("a", 0, 2)], failures=[make_failure("b")])
    seen = written(output)
    targets = [value for name, value in seen.attributes if name in {"src", "href", "action"}]
    assert targets
    assert all(target.startswith(("#", "data:image/jpeg;base64,")) for target in targets)
    html = output.read_bytes("report.html").decode()
    assert not re.search(r"@import|url\(|https?://", html)
    assert "default-src 'none'" in html


def test_every_link_on_the_page_leads_somewhere(
    write_run: Make, make_annotation: Make, make_failure: Make
) -> None:
    rows = [make_annotation("film", index, 3) for index in range(3)]
    rows += [make_annotation(str(number)) for number in range(6)]
    seen = written(write_run(rows, failures=[make_failure("b")]))
    links = {value for name, value in seen.attributes if name == "href"}
    ids = [value for name, value in seen.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert links <= {f"#{name}" for name in ids}


def test_any_script_of_the_world(
    write_run: Make, make_annotation: Make, make_utterance: Make
) -> None:
    texts = ["我终于收到了那封信。", "أنا سعيد جدًا اليوم", "Я не знаю", "나는 괜찮아", "😭"]
    spoken = [make_utterance(n, n, n + 1, text=text) for n, text in enumerate(texts)]
    seen = written(write_run([make_annotation("сцена 一", utterances=spoken)]))
    assert all(text in seen.text for text in [*texts, "сцена 一"])


def test_nothing_there_yet(write_run: Make) -> None:
    assert "No video is annotated yet." in written(write_run(record=None)).text


def test_parts_without_rows(write_run: Make) -> None:
    assert "No video is annotated yet." in written(write_run([], failures=[])).text


def test_failures_alone(write_run: Make, make_failure: Make) -> None:
    assert "no container in it" in written(write_run(failures=[make_failure("b")])).text


def test_a_large_run_has_several_pages_and_says_what_they_show(
    write_run: Make, make_annotation: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "WINDOWS_A_PAGE", 4)
    rows = [make_annotation(f"{number:04}", warnings=["Odd."]) for number in range(20)]
    output = write_run(rows)
    report = write_report(output, count(output), Choice(limit=10))
    assert (report.windows, report.of, report.pages) == (10, 20, 3)
    first, second, third = (
        Seen(output.read_bytes(name).decode())
        for name in ("report.html", "report-2.html", "report-3.html")
    )
    assert "20 videos annotated" in first.text
    assert "Shown: 10 of 20 windows, spread evenly over the run." in first.text
    assert "Time per stage" in first.text
    assert "Time per stage" not in second.text
    assert "0000" in first.text
    assert "0018" in third.text
    assert ("href", "report-3.html#0018%230") in first.attributes
    assert ("id", "0018#0") in third.attributes
    assert ("href", "report.html") in third.attributes
    assert ("aria-current", "page") in second.attributes

    write_report(output, count(output), Choice(limit=5))
    names = {path.name for path in (output.local_path or pytest.fail("local")).iterdir()}
    assert "report-2.html" in names
    assert "report-3.html" not in names


def test_a_film_that_is_near_is_played_at_its_window_and_others_are_not(
    write_run: Make, make_annotation: Make
) -> None:
    row = make_annotation("a", 1, 2, uri="/nowhere/a.mp4")
    output = write_run([row])
    assert "video" not in written(output).tags
    near = (output.local_path or pytest.fail("local")) / "film #1.mp4"
    near.write_bytes(b"")
    rows = [
        make_annotation("a", 1, 2, uri=str(near)),
        make_annotation("b", uri="https://host/b.mp4?key=1#t=9"),
        make_annotation("c", uri="javascript://host/%0aalert(1)"),
        make_annotation("d", uri="s3://bucket/d.mp4"),
    ]
    output.write_table("annotations/part-000.parquet", _table(rows))
    seen = written(output)
    played = [value for name, value in seen.attributes if name == "src" and "#t=" in value]
    assert played == [
        "film%20%231.mp4#t=10.000,20.000",
        "https://host/b.mp4?key=1#t=0.000,10.000",
    ]
    assert not [value for _, value in seen.attributes if value.startswith("javascript")]
    assert ("preload", "none") in seen.attributes
    assert ("href", "film%20%231.mp4#t=11.000,14.000") in seen.attributes


def test_a_new_report_takes_the_place_of_the_old(write_run: Make, make_annotation: Make) -> None:
    output = write_run([make_annotation("a")])
    output.write_bytes("report.html", b"old")
    assert "1 video annotated" in written(output).text
    names = {path.name for path in (output.local_path or pytest.fail("local")).iterdir()}
    assert names == {"annotations", "run.json", "report.html"}


def test_on_another_file_system() -> None:
    output = DatasetFolder("memory:///report-elsewhere")
    output.make()
    written = write_report(output, count(output))
    assert written.location == "memory:///report-elsewhere/report.html"
    assert "No video" in output.read_bytes("report.html").decode()
