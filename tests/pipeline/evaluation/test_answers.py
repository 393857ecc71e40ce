"""What a synthetic truth says of an utterance, drawn together."""

import pytest

from pipeline.evaluation.answers import Facets


@pytest.mark.parametrize(
    ("facets", "told_by"),
    [
        (Facets("macro", "neutral", needs_context=False, voice_tells=False), "macro"),
        (Facets("micro", "contradicting", needs_context=False, voice_tells=False), "micro"),
        (Facets("masked", "neutral", needs_context=False, voice_tells=False), "masked"),
        (Facets("none", "congruent", needs_context=False, voice_tells=False), "words"),
        (Facets("none", "neutral", needs_context=False, voice_tells=True), "voice"),
        (Facets("micro", "neutral", needs_context=True, voice_tells=False), "context"),
        (Facets("micro", "congruent", needs_context=False, voice_tells=False), "several"),
        (Facets("macro", "neutral", needs_context=False, voice_tells=True), "several"),
        (Facets("none", "neutral", needs_context=False, voice_tells=False), "nothing"),
    ],
)
def test_what_alone_tells_a_feeling(facets: Facets, told_by: str) -> None:
    assert facets.told_by == told_by
