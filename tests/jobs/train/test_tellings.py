"""What is learnt of a window with other words, and without any."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from pydantic import ValidationError

from jobs.train.config import TrainConfig
from jobs.train.conversations import Targets
from jobs.train.tellings import said_anew, tellings, unmeasured, unnamed_among, unread_lessons
from jobs.train.whole import with_whole
from jobs.train.windows import Filmed, Lessened, Lesson, Spoken
from pipeline.cached.windows import CachedWindows
from pipeline.config import load_config
from pipeline.evaluation.answers import Answer, Facets
from stages.rows import KEPT
from tests.jobs.train.windows import answer, utterance, window
from tests.pipeline.cached.conftest import STAGES, write_cache

Film = Callable[[Sequence[tuple[Targets, Sequence[str]]]], list[Lesson]]
SMILE = "Lip corners pulled up from 1.00 to 1.25 s."


def _facets(
    display: str = "none", text_role: str = "neutral", *, context: bool = False, voice: bool = False
) -> Facets:
    return Facets(display, text_role, context, voice)


def _told(facets: Facets | None, said: str = "The words speak of happiness.") -> Answer:
    return answer(0, "glad", brief=f"{SMILE} {said} So ANNA is glad.", facets=facets)


def _lesson(targets: Targets, *texts: str) -> Lesson:
    said = [utterance(place, place, place + 0.9, text) for place, text in enumerate(texts)]
    row = window() if not texts else {**window(), "utterances": said}
    return Lesson(Spoken(row, 112), targets)


def _unread(targets: Targets) -> Targets:
    found = [lesson.targets for lesson in unread_lessons([_lesson(targets)])]
    return found[0] if found else {}


@pytest.mark.parametrize(
    "facets",
    [
        _facets("macro"),
        _facets("micro", "congruent"),
        _facets(text_role="contradicting", voice=True),
        _facets(),
    ],
)
def test_what_a_face_or_a_voice_tells_holds_without_the_words(facets: Facets) -> None:
    (left,) = _unread({0: _told(facets)}).values()
    assert left.labels == ("glad",)
    assert left.brief == f"{SMILE} So the speaker is glad."


@pytest.mark.parametrize("facets", [_facets(text_role="congruent"), _facets("macro", context=True)])
def test_what_the_words_alone_tell_is_not_asked(facets: Facets) -> None:
    assert _unread({0: _told(facets)}) == {}


def test_another_s_labels_are_not_asked_nor_a_whole_window_of_which_something_is_left_out() -> None:
    whole = {None: _told(_facets("macro"))}
    assert _unread(whole) == _unread({**whole, 0: _told(None), 1: answer(1, "glad")}) == {}
    words = _told(_facets(text_role="congruent"))
    assert _unread({**whole, 0: words, 1: _told(_facets("macro"))}).keys() == {1}


def test_the_whole_window_is_told_of_the_speaker_where_all_can_be_told() -> None:
    told: Targets = {0: _told(_facets("macro")), 1: _told(_facets("micro"))}
    whole = _unread(with_whole(window(), told))[None].description
    assert whole == (
        "From 0.5 to 1.5 s, the speaker is glad. From 2.0 to 3.0 s, the speaker is glad."
    )


def test_of_whom_nothing_can_be_told_nothing_can_be_told_without_words() -> None:
    told = "Nothing that can be relied on tells how ANNA feels."
    given = answer(0, abstained=True, brief=told, facets=_facets())
    (left,) = _unread({0: given}).values()
    assert (left.abstained, left.brief) == (True, told.replace("ANNA", "the speaker"))


def test_what_is_unread_has_no_transcript_but_when_somebody_speaks() -> None:
    (lesson,) = unread_lessons([_lesson({0: _told(_facets("macro"))})])
    said = lesson.window.untouched()["utterances"]
    assert [(one["text"], one["speaker"]) for one in said] == [("", None), ("", None)]
    assert [one["start_s"] for one in said] == [0.5, 2.0]
    assert lesson.window.said == ()


def _feels(family: str, says: str | None, *, context: bool = False) -> Answer:
    role = "neutral" if says is None else "congruent" if says == family else "contradicting"
    facets = Facets("macro", role, context, False, text_family=says)
    return answer(0, "word", family=family, facets=facets)


@pytest.fixture
def filmed(tmp_path: Path) -> Film:
    """Lessons of windows of a real cache, with these targets and words."""

    def lessons(told: Sequence[tuple[Targets, Sequence[str]]]) -> list[Lesson]:
        rows = []
        for number, (_, texts) in enumerate(told):
            row = window(f"v{number:03}", frames=1, crops=1)
            kept = {column: row.pop(name) for column, name in KEPT.items()}
            said = [utterance(place, place, place + 0.9, text) for place, text in enumerate(texts)]
            rows.append({**row, **kept, "utterances": said})
        folder = tmp_path / f"cache-{len(list(tmp_path.iterdir()))}"
        location = write_cache(str(folder), rows, load_config("tiny", [STAGES]))
        cached = CachedWindows(location)
        assert [each["video_id"] for each in cached] == [row["video_id"] for row in rows]
        return [
            Lesson(Filmed(cached, place, rows[place]["video_id"]), targets)
            for place, (targets, _) in enumerate(told)
        ]

    return lessons


def test_sentences_are_dealt_among_those_that_speak_of_the_same(filmed: Film) -> None:
    kinds = {
        "plain": [_feels(family, None) for family in ("anger", "fear", "neutral")] * 6,
        "angry": [_feels(family, "anger") for family in ("anger", "sadness")] * 6,
        "wry": [_feels("anger", "happiness")] * 6,
        "afraid": [_feels("fear", "fear")] * 6,
    }
    lessons = filmed(
        [
            ({0: told}, [f"{kind} {number}"])
            for kind, answers in kinds.items()
            for number, told in enumerate(answers)
        ]
    )
    told = said_anew(lessons, seed=0, times=2)
    assert told[: len(lessons)] == lessons
    anew = told[len(lessons) :]
    assert len(anew) == 2 * len(lessons)
    for hand in (anew[: len(lessons)], anew[len(lessons) :]):
        before, after = ([text for each in side for text in each.texts] for side in (lessons, hand))
        assert Counter(before) == Counter(after)  # each sentence once, to somebody
        assert [text.split()[0] for text in before] == [text.split()[0] for text in after]
        assert sum(one == two for one, two in zip(before, after, strict=True)) < len(before) / 2
        assert [one.targets for one in hand] == [one.targets for one in lessons]
    again, other = said_anew(lessons, seed=0, times=2), said_anew(lessons, seed=1, times=2)
    assert [each.texts for each in told] == [each.texts for each in again]
    assert [each.texts for each in told] != [each.texts for each in other]


def test_words_without_a_film_are_learnt_once_and_said_in_films(filmed: Film) -> None:
    lessons = filmed([({0: _feels("anger", "anger")}, [f"seen {each}"]) for each in range(4)])
    spoken = [_lesson({0: _feels("anger", "anger")}, f"spoken {each}") for each in range(12)]
    told = said_anew([*lessons, *spoken], seed=0, times=2)
    assert told[: len(spoken)] == spoken
    anew = told[len(spoken) :]
    assert [each.window.video_id for each in anew] == 2 * [each.window.video_id for each in lessons]
    said = [text for each in anew for text in each.texts]
    assert {text.split()[0] for text in said} == {"spoken"}
    assert len(set(said[:4])) == len(set(said[4:])) == 4


def test_where_sentences_are_few_some_films_keep_their_own(filmed: Film) -> None:
    lessons = filmed([({0: _feels("anger", "anger")}, [f"seen {each}"]) for each in range(9)])
    spoken = [_lesson({0: _feels("anger", "anger")}, f"spoken {each}") for each in range(2)]
    first, other = (said_anew([*lessons, *spoken], seed=seed, times=2) for seed in (0, 1))
    of_films = [
        (each.window.video_id, *each.texts) for each in first if not isinstance(each.window, Spoken)
    ]
    anew = {video for video, text in of_films if text.startswith("spoken")}
    kept = {video for video, text in of_films if text.startswith("seen")}
    assert (len(anew | kept), anew & kept) == (9, set())
    assert len(of_films) == len(kept) + 2 * 2
    assert [each.window.video_id for each in first] != [each.window.video_id for each in other]


def test_where_nothing_can_be_told_anything_may_be_said(filmed: Film) -> None:
    untold = answer(0, abstained=True, facets=_facets())
    lessons = filmed([({0: untold}, [f"untold {each}"]) for each in range(9)])
    kinds = {"angry": _feels("anger", "anger"), "plain": _feels("anger", None)}
    spoken = [
        _lesson({0: told}, f"{kind} {each}") for kind, told in kinds.items() for each in "123"
    ]
    anew = said_anew([*lessons, *spoken], seed=0, times=3)[-3 * 6 :]
    assert {text.split()[0] for each in anew for text in each.texts} == {"angry", "plain"}
    # And what was said there may be said by others, as plain words.
    others = filmed([({0: _feels("fear", None)}, ["hers"])])
    last = said_anew([*others, _lesson({0: untold}, "untold")], seed=0, times=1)[-1]
    assert (last.window.video_id, last.texts) == (others[0].window.video_id, ["untold"])


def test_an_answer_keeps_its_words_and_those_that_it_answers(filmed: Film) -> None:
    reply = {
        0: _feels("neutral", None),
        1: _feels("fear", None, context=True),
        2: _feels("anger", None),
    }
    lessons = filmed(
        [(reply, [f"line {each}", f"reply {each}", f"plain {each}"]) for each in range(9)]
    )
    anew = said_anew(lessons, seed=3, times=1)[len(lessons) :]
    for each, lesson in enumerate(anew):
        line, replied, plain = lesson.texts
        assert (line, replied) == (f"line {each}", f"reply {each}")
        assert plain.startswith("plain")
    assert [lesson.texts[2] for lesson in anew] != [f"plain {each}" for each in range(9)]


def test_of_labels_that_say_nothing_of_words_none_are_taken(filmed: Film) -> None:
    unknown = _told(_facets(text_role="contradicting"))  # of a truth that does not say of what
    told: list[Targets] = [{0: _told(None)}, {0: unknown}, {}]
    lessons = filmed([(each, ["hers"]) for each in told])
    assert said_anew(lessons, 0, 3) == lessons


def test_where_nothing_else_is_shown_nothing_is_asked_without_words(filmed: Film) -> None:
    lessons = filmed([({0: _told(_facets("macro"))}, ["one"])])
    counts = {
        without: len(tellings(lessons, config))
        for without in ((), ("frames", "faces"), ("frames", "faces", "evidence"), ("words",))
        for config in [TrainConfig(unread=True, said_anew=2, without=without)]
    }
    assert list(counts.values()) == [1 + 2 + 1, 1 + 2 + 1, 1 + 2, 1]


def test_unless_it_is_asked_for_nothing_is_told_again(filmed: Film) -> None:
    lessons = filmed([({0: _told(_facets("macro"))}, ["one"])])
    assert tellings(lessons, TrainConfig()) == lessons
    assert len(tellings(lessons, TrainConfig(unread=True, said_anew=3))) == 1 + 3 + 1


def test_words_alone_are_told_once(filmed: Film) -> None:
    spoken = _lesson({0: _told(_facets("macro"))}, "one")
    assert tellings([spoken], TrainConfig(unread=True, said_anew=3)) == [spoken]


def test_of_a_share_of_the_windows_nobody_says_who_speaks() -> None:
    facets = _facets("macro")
    given = with_whole(window(), {0: _told(facets), 1: _told(facets)})
    lessons = [_lesson(given) for _ in range(400)]
    told = unnamed_among(lessons, seed=0, share=0.5)
    drawn = [isinstance(lesson.window, Lessened) for lesson in told]
    assert 160 < sum(drawn) < 240
    for before, after, is_drawn in zip(lessons, told, drawn, strict=True):
        assert (after.texts, after.window.said) == (before.texts, before.window.said)
        for row in (after.window.row(), after.window.untouched()):
            assert {one["speaker"] for one in row["utterances"]} == {None if is_drawn else "ANNA"}
        for answered in after.targets.values():
            text = f"{answered.brief} {answered.description}"
            assert ("ANNA" in text, "the speaker" in text) == (not is_drawn, is_drawn)
    assert unnamed_among(lessons, seed=0, share=0.5) == told
    assert unnamed_among(lessons, seed=1, share=0.5) != told
    assert unnamed_among(lessons, seed=0, share=0.0) == lessons


def test_prose_keeps_the_names_that_nobody_knows_in_it() -> None:
    prose = [
        _lesson({0: answer(0, "glad", description="ANNA beams.")}),
        _lesson({None: answer(None, "glad", description="ANNA beams.")}),
    ]
    assert unnamed_among(prose, seed=0, share=1.0) == prose


@pytest.mark.parametrize("key", ["unread", "unnamed"])
def test_prose_that_quotes_and_names_cannot_be_learnt_without_words_and_names(key: str) -> None:
    with pytest.raises(ValidationError, match=f"{key} is for answers=brief"):
        TrainConfig.model_validate({key: 1, "answers": "description"})


def test_with_names_left_out_of_all_words_alone_name_nobody_either() -> None:
    spoken = _lesson({0: _told(_facets("macro"))}, "one")
    (told,) = tellings([spoken], TrainConfig(unnamed=1.0))
    assert told.window.untouched()["utterances"][0]["speaker"] is None


EVENT = {"track_id": 0, "kind": "micro", "onset_s": 1.0}


def _measured(text: str) -> Lesson:
    lesson = _lesson({0: _told(_facets("micro"))}, text)
    row = {**lesson.window.untouched(), "micro_events": [EVENT], "face_events": [EVENT]}
    return Lesson(Spoken(row, 112), lesson.targets)


def test_of_a_share_of_the_windows_nothing_is_told_that_was_measured_of_faces() -> None:
    lessons = [_measured(f"line {number}") for number in range(400)]
    told = unmeasured(lessons, seed=0, share=0.5)
    drawn = [isinstance(lesson.window, Lessened) for lesson in told]
    assert 160 < sum(drawn) < 240
    for before, after, is_drawn in zip(lessons, told, drawn, strict=True):
        row = after.window.row()
        assert bool(row["micro_events"] or row["face_events"]) == (not is_drawn)
        assert bool(after.window.untouched()["micro_events"]) == (not is_drawn)
        assert (after.targets, after.window.said) == (before.targets, before.window.said)
        assert after.texts == before.texts
    assert unmeasured(lessons, seed=0, share=0.5) == told
    assert unmeasured(lessons, seed=1, share=0.5) != told
    assert unmeasured(lessons, seed=0, share=0.0) == lessons


def test_who_sees_no_face_is_told_what_was_measured_of_it() -> None:
    lessons = [_measured(f"line {number}") for number in range(8)]
    hidden, seen = (
        tellings(lessons, TrainConfig(unmeasured=1.0, said_anew=1, unread=True, without=without))
        for without in (("faces",), ())
    )
    assert all(lesson.window.row()["micro_events"] for lesson in hidden)
    assert not any(lesson.window.row()["micro_events"] for lesson in seen)
    assert len(hidden) == len(seen) == 8
