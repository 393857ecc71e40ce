"""Conversations: what a model is asked in training is what it is asked in a run."""

from typing import Any

import numpy as np
import pytest

from jobs.train.conversations import UNCLEAR, Conversation, Conversations
from jobs.train.shown import without_measured_faces
from pipeline.evaluation.answers import Answer, Facets
from stages.generate.prompt.forms import chat_of
from stages.generate.prompt.question import Questioner
from stages.generate.prompt.request import LABELS_QUESTION
from stages.model.folder import TINY
from stages.model.layout import token_layout
from stages.model.loading import load_tokenizer
from stages.model.loss import NO_LABEL
from stages.model.shapes import tiny
from tests.jobs.train.windows import answer, window
from tests.stages.generate.tokenizing import byte_tokenizer

CONTEXT, MOST = 4096, 64
DESCRIPTION = "ANNA smiles at 2.4 s, and the words are warm."


@pytest.fixture(scope="module", params=["llama2", "chatml-no-thinking"])
def spoken(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """A configuration and a tokenizer of each form."""
    config = tiny()
    if request.param == "llama2":
        return config, load_tokenizer(TINY)
    config.chat_form = request.param
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return config, byte_tokenizer(special, "<|im_end|>", ["<think>", "</think>"])


def _conversations(spoken: tuple[Any, Any], most: int = MOST, **choices: bool) -> Conversations:
    told = {"with_evidence": True, "briefly": False, **choices}
    return Conversations(*spoken, context=CONTEXT, most_answered=most, **told)


def _learnt(talk: Conversation, tokenizer: Any) -> str:
    return tokenizer.decode([token for token in talk.labels if token != NO_LABEL])


def _asked(spoken: tuple[Any, Any], place: int) -> tuple[Any, Any]:
    """The form, and the question that a run would ask."""
    config, tokenizer = spoken
    chat = chat_of(config, tokenizer)
    row = window()
    spans = [(said["start_s"], said["end_s"]) for said in row["utterances"]]
    count = token_layout(config, len(row["frame_times_s"]), spans).count
    row["visual_tokens"] = np.zeros((count, 1))

    def layout(frames: int, utterances_s: Any) -> Any:
        return token_layout(config, frames, utterances_s)

    questioner = Questioner(chat, layout, CONTEXT // 2, with_evidence=True, quotes=True)
    return chat, questioner.questions(row)[place]


def test_the_questions_are_those_of_a_run_with_the_answers_behind_them(
    spoken: tuple[Any, Any],
) -> None:
    chat, asked = _asked(spoken, 2)
    true = answer(1, "glad", "relieved", description=DESCRIPTION)
    talks = _conversations(spoken).of(window(), {1: true})
    described, labels = chat.encoded(DESCRIPTION), chat.encoded("glad, relieved")
    first = asked.ids + described
    second = asked.followed(chat, described, LABELS_QUESTION).ids + labels
    assert talks[0].ids[: len(first)] == first or talks[0].ids[: len(second)] == second
    assert talks[-1].ids[: len(second)] == second
    assert len(talks[-1].ids) == len(second) + 1  # and the end of the answer


def test_what_is_learnt_is_the_answers_and_their_ends(spoken: tuple[Any, Any]) -> None:
    tokenizer = spoken[1]
    true = answer(1, "glad", "relieved", description=DESCRIPTION)
    talks = _conversations(spoken).of(window(), {1: true})
    learnt = "".join(_learnt(talk, tokenizer) for talk in talks)
    end = tokenizer.eos_token
    assert learnt.replace(" ", "") == f"{DESCRIPTION}{end}glad, relieved{end}".replace(" ", "")
    for talk in talks:
        assert all(
            label in {NO_LABEL, token} for label, token in zip(talk.labels, talk.ids, strict=True)
        )
        assert len(talk.ids) == len(talk.labels) == len(talk.weights)
        assert all(
            (weight > 0) == (label != NO_LABEL)
            for weight, label in zip(talk.weights, talk.labels, strict=True)
        )
    assert sum(sum(talk.weights) for talk in talks) == pytest.approx(2)


def test_each_target_has_its_conversation_and_nothing_else_has(spoken: tuple[Any, Any]) -> None:
    conversations = _conversations(spoken)
    both = {0: answer(0, "calm"), None: answer(None, "calm", "glad")}
    talks = conversations.of(window(), both)
    assert [_learnt(talk, spoken[1]).removesuffix(spoken[1].eos_token) for talk in talks] == [
        "calm, glad",
        "calm",
    ]
    assert conversations.of(window(), {}) == []


def test_a_description_that_is_cut_is_not_ended(spoken: tuple[Any, Any]) -> None:
    talks = _conversations(spoken, most=5).of(
        window(), {0: answer(0, "sad", description=DESCRIPTION)}
    )
    ends = sum(talk.labels.count(spoken[1].eos_token_id) for talk in talks)
    assert ends == 1


@pytest.mark.parametrize(
    ("true", "learnt"),
    [
        (answer(0, abstained=True), UNCLEAR),
        (answer(0, description="She smiles."), "She smiles."),
    ],
)
def test_labels_that_nobody_gave_are_no_abstention(
    spoken: tuple[Any, Any], true: Answer, learnt: str
) -> None:
    (talk,) = _conversations(spoken).of(window(), {0: true})
    assert _learnt(talk, spoken[1]).removesuffix(spoken[1].eos_token) == learnt


def test_a_brief_description_is_learnt_where_there_is_one(spoken: tuple[Any, Any]) -> None:
    both = answer(0, "sad", description=DESCRIPTION, brief="The lips go down.")
    talks = _conversations(spoken, briefly=True).of(window(), {0: both})
    assert "The lips go down." in _learnt(talks[0], spoken[1])
    other = answer(0, "sad", description=DESCRIPTION)
    talks = _conversations(spoken, briefly=True).of(window(), {0: other})
    assert DESCRIPTION in _learnt(talks[0], spoken[1])


def _heard(words: str | None) -> Any:
    """The window with a voice in words, of its second utterance."""
    row = window()
    row["utterances"][1]["voice"] = words and {"words": words}
    return row


@pytest.mark.parametrize(
    ("words", "choices", "is_learnt"),
    [
        ("quieter than usual", {}, True),
        ("as usual in the video", {}, False),
        (None, {}, False),
        ("quieter than usual", {"with_evidence": False}, False),
    ],
)
def test_of_a_voice_is_learnt_what_the_prompt_lets_be_known(
    spoken: tuple[Any, Any], words: str | None, choices: dict[str, bool], is_learnt: bool
) -> None:
    told = "Lips parted. The voice is quiet. So ANNA is sad."
    talks = _conversations(spoken, briefly=True, **choices)
    (first, *_) = talks.of(_heard(words), {1: answer(1, "sad", brief=told)})
    learnt = _learnt(first, spoken[1])
    assert ("The voice is" in learnt) == is_learnt
    assert "Lips parted. " in learnt
    assert "So ANNA is sad." in learnt


@pytest.mark.parametrize(
    ("facets", "words", "is_learnt"),
    [
        (Facets("none", "neutral", False, True), "quieter than usual", True),
        (Facets("none", "neutral", False, True), "as usual", False),
        (Facets("none", "congruent", False, True), "as usual", True),
        (Facets("macro", "neutral", False, True), None, False),
    ],
)
def test_what_a_voice_alone_tells_is_learnt_where_it_stands_out(
    spoken: tuple[Any, Any], facets: Facets, words: str | None, is_learnt: bool
) -> None:
    true = answer(1, "sad", description=DESCRIPTION, facets=facets)
    assert bool(_conversations(spoken).of(_heard(words), {1: true})) == is_learnt


def test_that_nothing_can_be_told_is_learnt_whatever_the_voice_does(
    spoken: tuple[Any, Any],
) -> None:
    facets = Facets("none", "neutral", False, True)
    true = answer(1, abstained=True, facets=facets)
    (talk, *_) = _conversations(spoken).of(_heard(None), {1: true})
    assert UNCLEAR in _learnt(talk, spoken[1])


def _movement(kind: str) -> dict[str, Any]:
    """One of the second utterance, as it is measured."""
    return {
        "event_id": 0,
        "kind": kind,
        "track_id": 0,
        "region": "brows",
        "movement": "brows raised",
        "action_units": [1, 2],
        "onset_s": 2.1,
        "apex_s": 2.2,
        "offset_s": 2.3,
        "confidence": 0.9,
    }


def test_of_movements_is_learnt_what_the_prompt_tells_of_them(spoken: tuple[Any, Any]) -> None:
    row = window()
    row["micro_events"] = [_movement("micro")]
    told = "Lips parted from 2.40 to 2.50 s. So ANNA is sad."
    for with_evidence, learnt in (
        (True, "Very briefly brows raised from 2.10 to 2.30 s. So"),
        (False, "Lips parted from 2.40 to 2.50 s. So"),
    ):
        talks = _conversations(spoken, briefly=True, with_evidence=with_evidence)
        (first, *_) = talks.of(row, {1: answer(1, "sad", brief=told)})
        assert learnt in _learnt(first, spoken[1])
        # Of a face of which nothing was measured, and the truth tells a movement:
        (other, *_) = talks.of(window(), {1: answer(1, "sad", brief=told)})
        assert ("The face shows nothing. So" in _learnt(other, spoken[1])) == with_evidence
        assert ("Lips parted" in _learnt(other, spoken[1])) != with_evidence


def test_of_a_face_that_was_not_measured_is_learnt_what_is_true(spoken: tuple[Any, Any]) -> None:
    told = "Lips parted from 2.40 to 2.50 s. So ANNA is sad."
    row = without_measured_faces(window())
    true = answer(1, "sad", brief=told, facets=Facets("macro", "neutral", False, False))
    (talk, *_) = _conversations(spoken, briefly=True).of(row, {1: true})
    assert "Lips parted from 2.40 to 2.50 s. So" in _learnt(talk, spoken[1])


@pytest.mark.parametrize(
    ("facets", "text", "is_learnt"),
    [
        (Facets("micro", "neutral", False, False), "It rains.", False),
        (Facets("masked", "contradicting", False, True), "How nice!", False),
        (Facets("micro", "congruent", False, False), "I am sad.", True),
        (Facets("micro", "congruent", False, False), "", False),
        (Facets("micro", "neutral", True, False), "It rains.", True),  # what was said before tells
        (Facets("none", "neutral", False, False), "It rains.", True),  # nothing is felt
    ],
)
def test_a_movement_that_was_not_found_teaches_nothing_by_itself(
    spoken: tuple[Any, Any], facets: Facets, text: str, is_learnt: bool
) -> None:
    row = window()
    row["utterances"][1]["text"] = text
    true = answer(1, "sad", brief="So ANNA is sad.", facets=facets)
    assert bool(_conversations(spoken, briefly=True).of(row, {1: true})) == is_learnt


def test_of_a_face_that_cannot_be_relied_on_no_movement_is_learnt(spoken: tuple[Any, Any]) -> None:
    row = window()
    row["face_events"] = [_movement("macro")]
    told = "Nothing that can be relied on tells how ANNA feels."
    unsure = answer(1, abstained=True, brief=told)
    (talk, *_) = _conversations(spoken, briefly=True, with_evidence=True).of(row, {1: unsure})
    learnt = _learnt(talk, spoken[1])
    assert told in learnt
    assert "brows" not in learnt
