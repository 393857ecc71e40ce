"""All near-identical texts are found without comparing each with each."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.labelled.near_texts import LEAST_LIKE, LEAST_WORDS, near_texts

_texts = st.lists(
    st.lists(st.sampled_from([f"w{at}" for at in range(24)]), max_size=24, unique=True), max_size=8
)


@given(_texts, _texts)
def test_the_same_pairs_as_by_comparing_all(ours: list[list[str]], theirs: list[list[str]]) -> None:
    theirs = theirs + [words[1:] for words in ours]
    expected = {
        (at, other)
        for at, one in enumerate(ours)
        for other, two in enumerate(theirs)
        if min(len(one), len(two)) >= LEAST_WORDS
        and len({*one} & {*two}) / len({*one} | {*two}) >= LEAST_LIKE
    }
    found = list(near_texts([" ".join(one) for one in ours], [" ".join(two) for two in theirs]))
    assert set(found) == expected
    assert len(found) == len(expected)
