"""Labels are read from any form of list, traced to their characters, and never invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stages.answer.labels import MAX_CHARACTERS, MAX_WORDS, parse_labels


def texts(answer: str, **how: bool) -> list[str]:
    return [label.text for label in parse_labels(answer, **how)]


@pytest.mark.parametrize(
    ("answer", "labels"),
    [
        ("[happy, sad]", ["happy", "sad"]),
        ('["Happy", "Sad"]', ["happy", "sad"]),
        ("['a bit worried', 'calm']", ["a bit worried", "calm"]),
        ('{"labels": ["happy", "sad"]}', ["happy", "sad"]),
        ("The labels are [surprise; fear], as her eyes widen.", ["surprise", "fear"]),
        ("[happy] and [sad]", ["happy", "sad"]),
        ("- happy\n- Sad\n* angry\n• calm", ["happy", "sad", "angry", "calm"]),
        ("1. Happy\n2. Sad", ["happy", "sad"]),
        ("1) happy 2) sad", ["happy", "sad"]),
        ("(1) happy\n(2) sad", ["happy", "sad"]),
        ("1. **Happy**: the person smiles a lot\n2. Sad - she cries", ["happy", "sad"]),
        ("happy; sad; angry", ["happy", "sad", "angry"]),
        ("happy and sad", ["happy", "sad"]),
        ("happy, sad, and angry.", ["happy", "sad", "angry"]),
        ("happy & relieved or joyful/content", ["happy", "relieved", "joyful", "content"]),
        ("Happy. Sad.", ["happy", "sad"]),
        ("Emotions:\nhappy\nsad", ["happy", "sad"]),
        ("The emotional states are: joy, relief.", ["joy", "relief"]),
        ("The person feels happy, sad and angry.", ["happy", "sad", "angry"]),
        ("anxious (slightly), self-satisfied", ["anxious", "self-satisfied"]),
        ("don't care, “relieved”", ["don't care", "relieved"]),
        ("开心、难过。", ["开心", "难过"]),
        ("怒", ["怒"]),
        ("【开心，难过】", ["开心", "难过"]),
        ("标签：［开心；难过］", ["开心", "难过"]),
        ("سعيد، حزين؛ قلق", ["سعيد", "حزين", "قلق"]),
        ("[سعيد, حزين]", ["سعيد", "حزين"]),
        ("खुशी। दुख।", ["खुशी", "दुख"]),
        ("happy 😊, 😢 sad, calm ❤\ufe0f, 👩🏽\u200d🔬 proud", ["happy", "sad", "calm", "proud"]),
        ("a) happy\nb) sad", ["happy", "sad"]),
        ("A. Happy\nB. Sad", ["happy", "sad"]),
        ("`happy`; 'sad'; «fier»", ["happy", "sad", "fier"]),
        ('```json\n["happy", "sad"]\n```', ["happy", "sad"]),
        ("Label: happy\nLabel: sad", ["happy", "sad"]),
        ("खुशी, दुख", ["खुशी", "दुख"]),
        ("triste, énervée", ["triste", "énervée"]),
        ("Neutral", ["neutral"]),
    ],
)
def test_reads_every_form_of_list(answer: str, labels: list[str]) -> None:
    assert texts(answer) == labels


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "   \n\t",
        "[]",
        "none",
        "None.",
        "[none]",
        "N/A",
        "- none\n- none",
        "无",
        "没有",
        "😀😢",
        "No emotion.",
        "There are no emotions.",
        "No emotions are visible.",
        "The emotional state is unknown.",
        "I cannot determine the emotion of the person.",
        "It is difficult to determine",
        "I'm sorry, but I cannot tell.",
        "The man walks down the street with a bag in his hand",
        "Because she lost her keys she is late for the train to work",
        "42, 17",
        "...",
        "x, y",
        "==> {}#@ ||",
        "a" * (MAX_CHARACTERS + 1),
        "\x00\x1b[31m\x07",
    ],
)
def test_says_nothing_where_there_is_no_label(answer: str) -> None:
    assert texts(answer) == []


def test_each_label_once_and_in_order() -> None:
    assert texts("Happy, sad, HAPPY, calm, sad") == ["happy", "sad", "calm"]


def test_the_same_word_in_two_unicode_forms_is_one_label() -> None:
    assert texts("e\u0301mu, \u00e9mu") == ["\u00e9mu"]


@pytest.mark.parametrize(
    ("answer", "labels"),
    [
        ("[happy, disapp", ["happy"]),
        ("happy, disapp", ["happy"]),
        ("happy, sad, ", ["happy", "sad"]),
        ("[happy, sad] These are", ["happy", "sad"]),
        ("disapp", []),
    ],
)
def test_half_a_word_at_the_token_limit_is_no_label(answer: str, labels: list[str]) -> None:
    assert texts(answer, truncated=True) == labels


def test_a_label_is_traced_to_its_characters() -> None:
    answer = 'The labels: ["Happy",\x00"a  bit   sad"]'
    spans = [answer[label.start : label.end] for label in parse_labels(answer)]
    assert spans == ["Happy", "a  bit   sad"]


LISTED = st.lists(st.sampled_from(["happy", "sad", "bitter-sweet", "不安", "at ease"]), unique=True)
FORM = st.sampled_from(
    ["[{}]|, ", "{}|; ", "- {}|\n- ", "{}|, ", '["{}"]|", "', "{}.|\n", "{}| / "]
)


@given(LISTED.filter(len), FORM)
def test_the_same_list_in_any_form_gives_the_same_labels(labels: list[str], form: str) -> None:
    frame, joint = form.split("|")
    assert texts(frame.format(joint.join(labels))) == labels


NOISY = st.text(
    st.one_of(st.characters(), st.sampled_from(" \n,.;:()[]{}\"'-*12345andnone")), max_size=300
)


@given(NOISY, st.booleans())
def test_any_text_gives_sane_labels_or_none(answer: str, truncated: bool) -> None:
    labels = parse_labels(answer, truncated=truncated)
    assert len({label.text for label in labels}) == len(labels)
    for label in labels:
        assert label.text == label.text.strip()
        assert label.text == label.text.lower()
        assert any(character.isalpha() for character in label.text)
        assert len(label.text) <= MAX_CHARACTERS
        assert len(label.text.split()) <= MAX_WORDS
        assert 0 <= label.start < label.end <= len(answer)
        label.text.encode("utf-8")


def test_hostile_text_is_read_in_reasonable_time() -> None:
    for unit in ("(", "[", "a is ", "is is ", "1) ", "- ", " \n", "and "):
        parse_labels(unit * 20_000)
