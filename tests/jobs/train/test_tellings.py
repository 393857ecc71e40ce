"""What holds of an utterance whose words nobody knows."""

import pytest

from jobs.train.unread import unread_targets
from pipeline.evaluation.answers import Answer, Facets
from tests.jobs.train.windows import answer

SMILE = "Lip corners pulled up from 1.00 to 1.25 s."


def _facets(
    display: str = "none", text_role: str = "neutral", *, context: bool = False, voice: bool = False
) -> Facets:
    return Facets(display, text_role, context, voice)


def _told(facets: Facets | None, said: str = "The words say it.") -> Answer:
    return answer(0, "glad", brief=f"{SMILE} {said} So ANNA is glad.", facets=facets)


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
    (left,) = unread_targets({0: _told(facets)}).values()
    assert left.labels == ("glad",)
    assert left.brief == f"{SMILE} So ANNA is glad."


@pytest.mark.parametrize("facets", [_facets(text_role="congruent"), _facets("macro", context=True)])
def test_what_the_words_alone_tell_is_not_asked(facets: Facets) -> None:
    assert unread_targets({0: _told(facets)}) == {}


def test_a_whole_window_and_another_s_labels_are_not_asked() -> None:
    given = {None: _told(_facets("macro")), 0: _told(None), 1: answer(1, "glad")}
    assert unread_targets(given) == {}


def test_of_whom_nothing_can_be_told_nothing_can_be_told_without_words() -> None:
    told = "Nothing that can be relied on tells how ANNA feels."
    given = answer(0, abstained=True, brief=told, facets=_facets())
    (left,) = unread_targets({0: given}).values()
    assert (left.abstained, left.brief) == (True, told)
