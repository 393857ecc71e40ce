"""Conversations in rows: none is lost, and what they begin with stands once."""

from hypothesis import given
from hypothesis import strategies as st

from jobs.train.conversations import Conversation
from jobs.train.rows import TalkRow, talk_rows
from stages.model.loss import NO_LABEL
from stages.model.shared_beginning import BEGINNING


def _talk(asked: list[int], answered: list[int]) -> Conversation:
    labels = [NO_LABEL] * len(asked) + answered
    return Conversation(
        (*asked, *answered),
        tuple(labels),
        tuple(0.0 if label == NO_LABEL else 0.5 for label in labels),
    )


few = st.integers(0, 2)  # so few tokens that beginnings are often alike
talks = st.lists(
    st.builds(_talk, st.lists(few, min_size=2, max_size=8), st.lists(few, min_size=1, max_size=3)),
    min_size=1,
    max_size=6,
)


def _apart(row: TalkRow) -> list[Conversation]:
    """The conversations of a row again."""
    numbers = sorted(set(row.parts) - {BEGINNING}) or [BEGINNING]
    found = []
    for number in numbers:
        own = [at for at, part in enumerate(row.parts) if part in {BEGINNING, number}]
        columns = [row.ids, row.labels, row.weights]
        found.append(Conversation(*(tuple(column[at] for at in own) for column in columns)))
    return found


@given(talks, st.booleans())
def test_all_conversations_stand_in_the_rows_in_their_order(
    given_talks: list[Conversation], shares: bool
) -> None:
    rows = talk_rows(given_talks, shares=shares)
    assert [talk for row in rows for talk in _apart(row)] == given_talks


@given(talks)
def test_the_rows_have_no_more_tokens_than_the_conversations(
    given_talks: list[Conversation],
) -> None:
    rows = talk_rows(given_talks, shares=True)
    assert sum(len(row.ids) for row in rows) <= sum(len(talk.ids) for talk in given_talks)


@given(talks)
def test_the_token_that_tells_a_label_stands_beside_it(given_talks: list[Conversation]) -> None:
    for row in talk_rows(given_talks, shares=True):
        for at, label in enumerate(row.labels):
            if label != NO_LABEL:
                assert row.parts[at] == row.parts[at - 1]


def test_what_all_begin_with_stands_once() -> None:
    asked = [5, 6, 7, 8]
    (row,) = talk_rows([_talk([*asked, 9], [1]), _talk([*asked, 10, 11], [2])], shares=True)
    assert row.ids == (5, 6, 7, 8, 9, 1, 10, 11, 2)
    assert row.parts == (0, 0, 0, 0, 1, 1, 2, 2, 2)


def test_one_that_begins_otherwise_has_a_row_of_its_own() -> None:
    alike = [_talk([*range(10, 30), end], [1]) for end in (3, 4, 5)]
    other = _talk([10, 99, 98, 97], [2])
    rows = talk_rows([*alike, other], shares=True)
    assert [len(set(row.parts) - {BEGINNING}) or 1 for row in rows] == [3, 1]


def test_without_sharing_each_has_a_row_of_its_own() -> None:
    alike = [_talk([5, 6, 7], [1]), _talk([5, 6, 7], [2])]
    rows = talk_rows(alike, shares=False)
    assert [row.ids for row in rows] == [talk.ids for talk in alike]
    assert {part for row in rows for part in row.parts} == {BEGINNING}
