"""Windows in, what a chat model says of them out, from a real server on this machine."""

from pathlib import Path

import pytest

from pipeline.recipe import Recipe
from stages.rows import from_table, to_table
from tests.chat_server import (
    Body,
    chat_server,
    completion,
    described,
    echo,
    error,
    labelled,
    text_of,
    wants_labels,
)
from tests.stages.chat.windows import annotated, stage_for, window

STAGES = ["transcribe", "segment", "decode", "faces", "evidence", "chat"]


def test_a_window_and_each_utterance_get_their_own_answer() -> None:
    with chat_server() as server:
        row = annotated(stage_for(server), window(3, utterances=2))
    assert row["error"] is None
    assert (row["labels"], row["description"]) == (["w3"], "It is w3.")
    assert [said["labels"] for said in row["utterances"]] == [["w3u0"], ["w3u1"]]
    assert row["label_confidence"] == row["label_stated"] == [0.9]
    assert (row["abstained"], row["abstained_reason"]) == (False, None)
    assert row["model"] | {"revision": None} == {
        "name": "teacher",
        "revision": None,
        "trained": None,
        "engine": "chat",
        "server": server.base_url,
    }
    assert not {"frames", "crops"} & row.keys()


def test_the_row_can_be_stored() -> None:
    columns = Recipe.of(STAGES).schema_after("chat")
    with chat_server() as server:
        row = annotated(stage_for(server, answers="both", samples=2), window(1))
    [read] = from_table(to_table([row], columns))
    assert read["chat_usage"]["requests"] == 2 * (1 + 3 + 3)
    assert read["utterances"][0]["agreement_fast_slow"] == 1.0
    assert read["label_agreement"] == [1.0]


def test_an_error_on_one_question_is_the_rows_failure_and_says_what_was_paid() -> None:
    async def answer(body: Body) -> object:
        return error(500) if "w1u0" in text_of(body) and wants_labels(body) else await echo(body)

    with chat_server(answer) as server:
        stage = stage_for(server, retries=0)
        failed, fine = annotated(stage, window(1)), annotated(stage, window(2))
    assert failed["error"]["kind"] == "server"
    assert "500" in failed["error"]["message"]
    assert failed["chat_usage"]["requests"] == 2  # the two descriptions
    assert fine["error"] is None


@pytest.mark.parametrize(
    ("text", "finish", "reason"),
    [
        ("I'm sorry, but I cannot determine the emotions of people.", "stop", "refused"),
        (labelled("glad")[:-4], "length", "cut_off"),
        (labelled("glad")[:-4], "stop", "unreadable"),
        ("\x00\x01<<<>>>", "stop", "unreadable"),
        ("glad, proud, calm", "stop", "unreadable"),  # no JSON, where JSON was asked for
        ("", "stop", "no_label"),
        ('{"labels": []}', "stop", "no_label"),
        ('{"labels": [{"label": "unclear", "confidence": 1}]}', "stop", "unclear"),
        ('{"labels": [{"label": "I cannot tell", "confidence": 1}]}', "stop", "refused"),
        (labelled("glad"), "content_filter", "refused"),
    ],
)
def test_what_is_no_answer_is_no_label(text: str, finish: str, reason: str) -> None:
    async def answer(body: Body) -> object:
        return completion(text, finish) if wants_labels(body) else await echo(body)

    with chat_server(answer) as server:
        row = annotated(stage_for(server), window(1))
    for told in (row, *row["utterances"]):
        assert (told["labels"], told["abstained"]) == ([], True)
        assert told["abstained_reason"] == reason
        assert told["description"].startswith("It is")


def test_a_description_that_is_none_ends_the_conversation() -> None:
    async def answer(body: Body) -> object:
        return completion(None, refusal="I won't.")

    with chat_server(answer) as server:
        row = annotated(stage_for(server), window(1))
        assert len(server.asked) == 2
    assert (row["abstained_reason"], row["description"]) == ("refused", "")
    assert row["labels_raw"] == "I won't."


def test_clues_have_a_modality_and_the_files_time(tmp_path: Path) -> None:
    told = described(
        "Her brows rise.",
        {"text": "brows rise", "modality": "face", "start_s": 0.4, "end_s": 0.6},
        {"text": "the voice is loud", "modality": "voice", "start_s": 0.0, "end_s": 0.5},
        {"text": "a messy room", "modality": "scene", "start_s": None, "end_s": None},
    )

    async def answer(body: Body) -> object:
        return await echo(body) if wants_labels(body) else completion(told)

    with chat_server(answer) as server:
        row = annotated(stage_for(server), window(1, start_s=60.0))
    face, voice, scene = row["clues"]
    assert (face["modality"], face["start_s"], face["end_s"]) == ("face", 60.4, 60.6)
    assert (face["supported"], face["event_ids"]) == (True, [0])
    assert (voice["supported"], voice["words"]) == (True, "w1u0")
    assert (scene["start_s"], scene["supported"]) == (None, None)
    assert row["evidence_coverage"] == 1.0


def test_fast_and_slow_answers_agree_as_far_as_they_share_labels() -> None:
    async def answer(body: Body) -> object:
        if not wants_labels(body):
            return completion(described("She smiles."))
        is_slow = len(body["messages"]) > 2
        return completion(labelled("glad", "proud") if is_slow else labelled("glad"))

    with chat_server(answer) as server:
        row = annotated(stage_for(server, answers="both"), window(1))
    assert row["labels"] == ["glad", "proud"]
    assert row["agreement_fast_slow"] == 0.5


def test_probabilities_of_tokens_go_before_what_the_model_says() -> None:
    with chat_server() as server:
        row = annotated(stage_for(server, logprobs="always"), window(1))
    assert row["label_confidence"] == [pytest.approx(0.905, abs=0.001)]
    assert row["label_stated"] == [0.9]


def test_samples_vote_and_have_seeds_of_their_own() -> None:
    async def answer(body: Body) -> object:
        if "seed" not in body:
            return await echo(body)
        return completion(labelled(*(["nobody"] if body["seed"] % 2 else []), "other"))

    with chat_server(answer) as server:
        row = annotated(stage_for(server, samples=8), window(1, utterances=0))
        seeds = [body["seed"] for body in server.asked if "seed" in body]
    assert len(set(seeds)) == 8
    assert row["label_agreement"] == [sum(seed % 2 for seed in seeds) / 8]
