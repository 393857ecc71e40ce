"""Which of the files that a listing shows hold each row once."""

import pytest

from pipeline.dataset.gathering import Gathering, Journal

PARTS = tuple(f"annotations/part-{number}.parquet" for number in range(4))
TOLD = Gathering("annotations/.x.draft", "annotations/part-2_2.parquet", PARTS[1:3])
REST = {PARTS[0], PARTS[3]}
JOURNAL = Journal((TOLD,))


@pytest.mark.parametrize(
    ("beside", "hidden", "kept"),
    [
        (TOLD.parts, (), TOLD.parts),  # listed before there was anything else
        (TOLD.parts, (TOLD.draft,), (TOLD.draft,)),
        (TOLD.parts[1:], (TOLD.gathered,), (TOLD.gathered,)),
        (TOLD.parts, (TOLD.draft, TOLD.gathered), (TOLD.gathered,)),  # while it was renamed
        ((), (TOLD.gathered,), (TOLD.gathered,)),
    ],
)
def test_either_the_parts_or_the_file_that_takes_their_place(
    beside: tuple[str, ...], hidden: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    names = {*REST, *beside, *({TOLD.gathered} & {*hidden})}
    assert JOURNAL.without_doubles(names, {*names, *hidden}) == {*REST, *kept}


def test_a_file_of_the_same_name_is_the_draft_until_it_has_the_name() -> None:
    told = Gathering("annotations/.x", PARTS[0], (PARTS[0], PARTS[1]))
    journal = Journal((told, TOLD))
    everything = {*PARTS, told.draft, TOLD.draft}
    assert journal.without_doubles(PARTS, everything) == {told.draft, TOLD.draft, PARTS[3]}
    assert Journal((told,)).without_doubles({PARTS[0]}, {PARTS[0]}) == {PARTS[0]}


def test_a_file_that_takes_the_place_of_none_is_seen_from_the_draft_on() -> None:
    journal = Journal((Gathering("annotations/.x", "annotations/x.parquet", ()),))
    assert journal.without_doubles(PARTS, {*PARTS, "annotations/.x"}) == {*PARTS, "annotations/.x"}


def test_a_listing_of_other_rows_stays_as_it_is() -> None:
    assert JOURNAL.without_doubles({"b/part-1.parquet"}, {"b/part-1.parquet", "b/.y"}) == {
        "b/part-1.parquet"
    }


def test_it_is_read_as_it_was_written() -> None:
    told = Journal((TOLD, Gathering("cuts/.x", "cuts/x", ("cuts/x",))), clears_again=True)
    assert Journal.from_bytes(told.to_bytes()) == told


@pytest.mark.parametrize(
    "name", ["annotations/../../x", "cuts/../x", "history/x", "/x", "annotations/", "x"]
)
def test_one_that_names_what_is_no_part_is_refused(name: str) -> None:
    told = Gathering(TOLD.draft, TOLD.gathered, (*TOLD.parts, name))
    with pytest.raises(ValueError, match="which is no part"):
        Journal.from_bytes(Journal((told,)).to_bytes())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"gatherings": [{"draft": 1}]}', b"\xff"])
def test_what_is_no_journal_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json has messages of its own
        Journal.from_bytes(content)
