"""Decisions: what is kept, who sees it, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.compact import compact
from pipeline.dataset.folder import DatasetFolder
from pipeline.reviews import read_decisions
from stages.rows import Row
from tests.pipeline.conftest import annotation, utterance, write_folder
from tests.pipeline.review.conftest import Client, Serve, row_of

Write = Callable[..., DatasetFolder]

HOSTILE = [
    "<script>document.title='x'</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202egnp.exe \u2066",
    "a\x00b",
    "🙂 it's \\u0000 ${7*7} {{7*7}}",
]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, serve_all: Serve) -> Client:
    """A review in which nothing is ever decided."""
    rows = [row_of("/nowhere/talk.mp4")]
    return serve_all(write_folder(tmp_path_factory.mktemp("run"), rows, failures=[]))


def test_a_decision_is_on_disk_before_the_answer_comes(
    client: Client, folder: DatasetFolder
) -> None:
    said = {
        "verdict": "corrected",
        "labels": ["awe", "it's, so"],
        "text": "Oh, no.",
        "start_s": 0.6,
        "speaker_track": 2,
        "comment": "louder",
        "seconds": 7.5,
    }
    kept_id = client.decide("talk.mp4#u0", **said)["id"]
    (kept,) = read_decisions(folder)
    assert (kept.id, kept.reviewer, kept.unit) == (kept_id, "anna", ("talk.mp4", 0, -1))
    assert kept.labels == ("awe", "it's, so")
    assert (kept.text, kept.start_s, kept.end_s, kept.speaker_track) == ("Oh, no.", 0.6, None, 2)
    assert (kept.row_start_s, kept.row_end_s, kept.seconds) == (0.5, 1.5, 7.5)
    assert (kept.task, kept.source, kept.config_hash) == ("review", "review", "9f8e7d6c5b4a")
    shown = client.unit("talk.mp4#u0")
    assert (shown["state"], shown["mine"]["labels"]) == ("corrected", ["awe", "it's, so"])


def test_what_is_accepted_is_what_the_row_holds(client: Client, folder: DatasetFolder) -> None:
    client.decide("talk.mp4#u1", labels=["made up"], text="made up")
    (kept,) = read_decisions(folder)
    assert (kept.labels, kept.text) == (("fear",), "Never.")


def test_a_window_in_which_nobody_speaks_is_decided_as_a_whole(
    client: Client, folder: DatasetFolder
) -> None:
    client.decide("silent.mp4#0")
    (kept,) = read_decisions(folder)
    assert (kept.unit, kept.labels, kept.text) == (("silent.mp4", None, 0), ("relief",), None)
    assert client.queue()["counts"]["todo"] == 2


def test_a_decision_that_is_sent_twice_is_one(client: Client, folder: DatasetFolder) -> None:
    decision = client.decision("talk.mp4#u0", verdict="rejected")
    replies = [client.post("api/decisions", decision) for _ in range(3)]
    assert {reply.status for reply in replies} == {200}
    assert len(read_decisions(folder)) == 1
    other = {**decision, "reviewer": "ben"}
    assert client.post("api/decisions", other).status == 409


def test_what_is_taken_back_is_open_again(client: Client) -> None:
    made = client.decide("talk.mp4#u0", verdict="rejected")["id"]
    assert client.queue()["counts"]["todo"] == 2
    foreign = client.decision("talk.mp4#u0", "ben", verdict="withdrawn", withdraws=made)
    assert client.post("api/decisions", foreign).status == 409
    client.decide("talk.mp4#u0", verdict="withdrawn", withdraws=made)
    assert client.unit("talk.mp4#u0")["state"] is None
    assert client.queue()["counts"]["todo"] == 3


def test_a_remark_decides_nothing_and_is_shown(client: Client) -> None:
    client.decide("talk.mp4#u0", verdict="commented", comment="look again")
    shown = client.unit("talk.mp4#u0", "ben")
    assert shown["state"] is None
    assert [one["comment"] for one in shown["decisions"]] == ["look again"]
    assert client.queue()["counts"]["todo"] == 3


def test_a_row_that_was_made_anew_must_be_looked_at_again(client: Client) -> None:
    decision = client.decision("talk.mp4#u0") | {"version": "of yesterday"}
    reply = client.post("api/decisions", decision)
    assert reply.status == 409
    assert "made anew" in reply.json["error"]


@pytest.mark.parametrize(
    "said",
    [
        {"verdict": "accept"},
        {"id": "../../x"},
        {"labels": [""]},
        {"labels": ["x" * 201]},
        {"text": "x" * 20_001},
        {"seconds": -1},
        {"reviewer": "a\nb"},
        {"labels": ["\ud800"]},
        {"comment": "\ud800"},
        {"row_start_s": 0},
        {"video_id": "other"},
        {"task": "audit"},
    ],
)
def test_what_is_no_decision_is_refused(strict: Client, said: dict[str, Any]) -> None:
    assert strict.post("api/decisions", strict.decision("talk.mp4#u0") | said).status == 422
    assert strict.queue()["counts"]["mine"] == 0


def test_what_ends_before_it_begins_is_refused(strict: Client) -> None:
    said = {"verdict": "corrected", "start_s": 3.0, "end_s": 2.0}
    reply = strict.post("api/decisions", strict.decision("talk.mp4#u0", **said))
    assert (reply.status, reply.json["error"]) == (409, "it ends before it begins")


def test_json_that_is_none_is_refused(strict: Client) -> None:
    for body in (
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"reviewer": 1e999}',
        b"[" * 100_000,
        b'{"unit": "\\ud800"}',
    ):
        headers = {"Content-Type": "application/json"}
        reply = strict.ask("api/decisions", method="POST", headers=headers, body=body)
        assert reply.status == 422, body[:20]


def test_any_text_comes_and_goes_as_it_is(write_run: Write, serve: Serve, clip: Path) -> None:
    folder = write_run([_saying(text, clip) for text in HOSTILE], failures=[])
    client = serve(folder)
    for text in HOSTILE:
        unit_id = f"{text}#u0"
        shown = client.unit(unit_id)
        assert (shown["text"], shown["emotion"]["labels"], shown["video_id"]) == (
            text,
            [text],
            text,
        )
        client.decide(unit_id, verdict="corrected", labels=[text], comment=text)
        kept = read_decisions(folder)[-1]
        assert (kept.labels, kept.comment, kept.video_id) == ((text,), text, text)


def _saying(text: str, clip: Path) -> Row:
    spoken = utterance(0, 0.5, 1.5, text=text, speaker=text, labels=[text], description=text)
    extra = [{"key": text, "value": text}]
    return row_of(clip, text, utterances=[spoken], warnings=[text], extra=extra)


def test_a_text_of_a_megabyte_is_shortened_and_the_row_can_be_decided(
    write_run: Write, serve: Serve, clip: Path
) -> None:
    long = "word " * 200_000
    spoken = [utterance(0, 0.5, 1.5, text=long, description=long)]
    folder = write_run([row_of(clip, utterances=spoken)], failures=[])
    client = serve(folder)
    shown = client.unit("talk.mp4#u0")
    assert len(shown["text"]) < 101_000
    assert "more characters stand in the row" in shown["text"]
    assert len(json.dumps(client.queue())) < 10_000
    client.decide("talk.mp4#u0")
    assert read_decisions(folder)[0].text is None


def test_two_servers_on_one_folder_see_each_other_s_decisions(
    serve: Serve, folder: DatasetFolder
) -> None:
    one, other = serve(folder), serve(folder)
    one.decide("talk.mp4#u0")
    assert other.unit("talk.mp4#u0", "ben")["state"] == "accepted"
    other.decide("talk.mp4#u1", "ben", verdict="rejected")
    assert one.queue()["counts"] == {"todo": 1, "audit": 0, "disputed": 0, "mine": 1, "all": 3}
    assert one.ids(queue="all", where="review = 'rejected'") == ["talk.mp4#u1"]
    assert len(read_decisions(folder)) == 2


def test_rows_that_a_run_writes_meanwhile_come_with_the_next_load(
    client: Client, folder: DatasetFolder, clip: Path
) -> None:
    from pipeline.recipe import FULL
    from stages.rows import ANNOTATION_COLUMNS, schema, to_table

    table = to_table([row_of(clip, "later.mp4")], schema(ANNOTATION_COLUMNS, FULL, {}))
    folder.write_table("annotations/part-900.parquet", table)
    assert client.queue()["total"] == 3
    assert client.ask("api/begin").json["units"] == 5
    assert "later.mp4#u0" in client.ids()
    assert client.unit("later.mp4#u0")["text"] == "Oh."


@pytest.mark.slow
def test_rows_that_were_gathered_into_one_file_meanwhile_are_found(
    write_run: Write, serve: Serve, clip: Path
) -> None:
    folder = write_run(*([row_of(clip, f"{number}.mp4")] for number in range(3)), failures=[])
    client = serve(folder)
    compact(folder)
    assert client.unit("2.mp4#u0")["text"] == "Oh."
    client.decide("2.mp4#u0")
    assert client.queue()["counts"]["todo"] == 5


def test_a_store_is_reviewed_as_a_disk_is(serve: Serve, write_run: Write, clip: Path) -> None:
    local = write_run([row_of(clip)], failures=[])
    remote = DatasetFolder("memory://under-review")
    for name in ("run.json", *local.part_names("annotations")):
        remote.write_bytes(name, local.read_bytes(name))
    client = serve(remote)
    client.decide("talk.mp4#u0")
    assert serve(remote).unit("talk.mp4#u0")["state"] == "accepted"


def test_a_row_that_was_cut_anew_since_is_open(write_run: Write, serve: Serve, clip: Path) -> None:
    folder = write_run([row_of(clip)], failures=[])
    serve(folder).decide("talk.mp4#u0")
    moved = [utterance(0, 2.5, 3.5)]
    client = serve(write_run([row_of(clip, utterances=moved)], failures=[]))
    assert client.ids() == ["talk.mp4#u0"]
    assert client.unit("talk.mp4#u0")["state"] is None


def test_labels_of_the_corpus_and_of_reviewers_are_offered(client: Client) -> None:
    client.decide("talk.mp4#u0", verdict="corrected", labels=["schadenfreude"])
    labels = client.ask("api/begin").json["labels"]
    assert labels[0] == "schadenfreude"
    assert {"breathless", "upset", "fear"} <= set(labels)


def test_a_broken_file_of_decisions_is_named(client: Client, folder: DatasetFolder) -> None:
    client.decide("talk.mp4#u0")
    folder.write_bytes("reviews/by-hand.jsonl", b'{"reviewer": "x"}\n')
    reply = client.post("api/queue", {"reviewer": "anna"})
    assert reply.status == 409
    assert "by-hand.jsonl, line 1: is no decision" in reply.json["error"]
    folder.remove("reviews/by-hand.jsonl")
    assert client.queue()["counts"]["todo"] == 2


def test_an_empty_run_has_nothing_to_do(write_run: Write, serve: Serve) -> None:
    assert serve(write_run([], failures=[])).queue()["total"] == 0
    assert serve(write_run([annotation("a", utterances=[])], failures=[])).queue()["total"] == 1
