"""The project's own vocabulary: what it must know, and that no word of it is lost."""

import pytest

from pipeline.evaluation.wheels.own import FAMILIES, own_wheels, vocabulary

WORDS = {
    "happiness": "content amused delighted happy joyful relieved proud grateful excited cheerful "
    "elated happily joy relief pride gratitude",
    "sadness": "sad disappointed dismayed grieving hurt lonely resigned dejected wistful "
    "melancholy sadness grief loneliness",
    "anger": "angry furious annoyed frustrated irritated indignant resentful bitter anger angrily "
    "fury mad",
    "fear": "afraid anxious worried nervous terrified uneasy apprehensive alarmed fear scared",
    "disgust": "disgusted repulsed revolted queasy appalled disgust disgusting",
    "surprise": "surprised astonished amazed startled stunned shocked bewildered surprise",
    "contempt": "contemptuous scornful smug dismissive disdainful mocking sneering contempt scorn",
    "neutral": "calm neutral matter-of-fact composed",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_it_knows_the_words_of_each_family(family: str) -> None:
    words = vocabulary()
    assert {word: words.family(word) for word in WORDS[family].split()} == dict.fromkeys(
        WORDS[family].split(), family
    )
    assert words.family(f" {family.upper()} ") == family


def test_every_word_leads_to_a_class_of_both_rings() -> None:
    words, wheels = vocabulary(), own_wheels()
    assert len(words.base_of) > 800
    for word in words.base_of:
        assert word == word.strip().lower()
        assert not set(word) & set("',")
        assert wheels.classes(word) == (words.family(word),)
        assert wheels.classes(word, "level2")[0] in set(words.shade_of.values())
    assert set(words.family_of.values()) == set(FAMILIES)
    assert wheels.classes("zygomatic") == (None,)
    assert words.family("zygomatic") is None


def test_no_shade_belongs_to_two_families() -> None:
    words = vocabulary()
    shades = {(words.shade_of[base], words.family_of[base]) for base in words.shade_of}
    assert len(shades) == len(set(words.shade_of.values()))


@pytest.mark.parametrize(
    ("word", "sentiment"),
    [
        ("gladly", "positive"),
        ("amazed", "positive"),
        ("surprised", "neutral"),
        ("dismayed", "negative"),
        ("smug", "negative"),
        ("calm", "neutral"),
        ("zygomatic", None),
    ],
)
def test_words_have_a_sentiment(word: str, sentiment: str | None) -> None:
    assert vocabulary().sentiment(word) == sentiment
