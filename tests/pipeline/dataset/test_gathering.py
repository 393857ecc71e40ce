"""Which of the files that a listing shows hold each row once."""

import pytest

from pipeline.dataset.gathering import Gathering

PARTS = tuple(f"annotations/part-{number}.parquet" for number in range(4))
TOLD = Gathering("annotations/.x.draft", "annotations/part-2_2.parquet", PARTS[1:3])
REST = {PARTS[0], PARTS[3]}


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
    assert TOLD.without_doubles(names, {*names, *hidden}) == {*REST, *kept}


def test_a_listing_of_other_rows_stays_as_it_is() -> None:
    assert TOLD.without_doubles({"b/part-1.parquet"}, {"b/part-1.parquet", "b/.y"}) == {
        "b/part-1.parquet"
    }


def test_it_is_read_as_it_was_written() -> None:
    assert Gathering.from_bytes(TOLD.to_bytes()) == TOLD


@pytest.mark.parametrize("name", ["annotations/../../x", "cuts/x", "/x", "annotations/", "x"])
def test_one_that_names_what_is_no_part_is_refused(name: str) -> None:
    told = Gathering(TOLD.draft, TOLD.gathered, (*TOLD.parts, name))
    with pytest.raises(ValueError, match="which is no part"):
        Gathering.from_bytes(told.to_bytes())


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"draft": 1, "gathered": 2}', b"\xff"])
def test_what_is_no_gathering_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json has messages of its own
        Gathering.from_bytes(content)
