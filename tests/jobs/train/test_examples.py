"""The windows of a training with what is asked about each."""

from collections.abc import Sequence
from typing import Any

from jobs.train.config import TrainConfig
from jobs.train.conversations import Conversations, Targets
from jobs.train.examples import Examples
from jobs.train.shown import without_measured_faces
from jobs.train.tellings import unread_lessons
from jobs.train.windows import Lesson, Spoken
from pipeline.evaluation.answers import Facets
from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.loss import NO_LABEL
from stages.model.shapes import tiny
from stages.rows import Row
from tests.jobs.train.windows import answer, window

TOKENIZER = load_tokenizer(TINY)
SMILE = Facets("macro", "congruent", needs_context=False, voice_tells=False)
TARGETS = {
    0: answer(0, "glad", brief="The words say it. So ANNA is glad.", facets=SMILE),
    1: answer(1, "warm"),
    None: answer(None, "glad", "warm"),
}


def _examples(
    rows: Sequence[Row] | None = None, targets: Sequence[Targets] = (TARGETS,)
) -> Examples:
    config = tiny()
    conversations = Conversations(
        config, TOKENIZER, context=2048, most_answered=32, with_evidence=True, briefly=True
    )
    told: dict[str, Any] = {
        "shape": config,
        "conversations": conversations,
        "config": TrainConfig(),
        "films": {},
    }
    return Examples(rows or [window()], targets, **told)


def test_each_answer_is_asked_for_with_the_words_there() -> None:
    asked = [TOKENIZER.decode(_shown(talk)) for talk in _examples()[0].conversations]
    assert sum("You came back early." in prompt for prompt in asked) == len(TARGETS)


def test_what_is_unread_is_asked_for_without_the_words_and_the_name() -> None:
    seen = without_measured_faces(window())  # there to be seen, and so to be learnt off
    (lesson,) = unread_lessons([Lesson(Spoken(seen, 112), TARGETS)])
    (again,) = _examples([lesson.window.row()], [lesson.targets])[0].conversations
    prompt = TOKENIZER.decode(_shown(again))
    assert "You came back early." not in prompt
    assert "Consider the utterance from 0.5 to 1.5 seconds" in prompt
    said = TOKENIZER.decode([token for token in again.labels if token != NO_LABEL])
    assert said == "So the speaker is glad.</s>glad</s>"


def _shown(talk: Any) -> list[int]:
    return [max(token, 0) for token in talk.ids]
