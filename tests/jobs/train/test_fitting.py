"""Windows that fit no context are left out before a training begins."""

import pytest

from jobs.train.config import TrainConfig
from jobs.train.conversations import Conversations
from jobs.train.fitting import fitting, too_long
from jobs.train.windows import Lesson, Spoken
from stages.faults import DataFault, SetupError
from stages.model.folder import TINY
from stages.model.loading import load_tokenizer
from stages.model.shapes import tiny
from tests.jobs.train.windows import answer, utterance, window


def _lesson(name: str, utterances: int) -> Lesson:
    """A window in which much is said: each utterance takes visual tokens of the prompt."""
    row = window(name)
    row["utterances"] = [utterance(at, at / 8, (at + 1) / 8, "Yes.") for at in range(utterances)]
    light = {key: value for key, value in row.items() if not key.startswith(("frame", "crop"))}
    return Lesson(Spoken(light, 112), {0: answer(0, "calm")})


def _conversations(context: int) -> Conversations:
    return Conversations(
        tiny(),
        load_tokenizer(TINY),
        context=context,
        most_answered=16,
        with_evidence=True,
        briefly=False,
    )


def test_what_does_not_fit_is_what_could_not_be_asked_and_is_told() -> None:
    lessons = [_lesson("set/short", 1), _lesson("set/long", 24), _lesson("set/brief", 2)]
    others = (lessons[0], lessons[2])
    conversations = next(
        tight
        for tight in map(_conversations, range(100, 2000, 20))
        if not too_long(others, tight, TrainConfig())
    )
    long = too_long(lessons, conversations, TrainConfig())
    assert long == (1,)
    for place, lesson in enumerate(lessons):
        if place in long:
            with pytest.raises(DataFault):
                conversations.of(lesson.window.row(), lesson.targets)
        else:
            assert conversations.of(lesson.window.row(), lesson.targets)
    told: list[str] = []
    assert fitting(lessons, long, told.append) == (lessons[0], lessons[2])
    assert len(told) == 1
    assert "1 of 3 windows" in told[0]
    assert "set/long" in told[0]


def test_nothing_is_said_where_all_fit_and_none_at_all_is_refused() -> None:
    lessons = [_lesson("set/a", 1)]
    assert fitting(lessons, (), pytest.fail) == tuple(lessons)
    with pytest.raises(SetupError, match="max_frames"):
        fitting(lessons, too_long(lessons, _conversations(60), TrainConfig()), pytest.fail)
