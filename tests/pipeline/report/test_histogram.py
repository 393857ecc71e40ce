"""Counts as upright bars."""

from pipeline.report.histogram import HEIGHT, WIDTH, histogram


def test_bars_stand_side_by_side_and_the_highest_fills_the_field() -> None:
    first, second = histogram([1, 4], ["low", "high"], "rows")
    assert first.x < first.x + first.width < second.x < WIDTH
    assert second.height == 4 * first.height
    assert first.y + first.height == second.y + second.height < HEIGHT
    assert (second.number, second.title) == ("4", "high: 4 rows")


def test_nothing_is_drawn_of_nothing() -> None:
    assert histogram([0, 0], ["low", "high"], "rows") == []
    assert histogram([], [], "rows") == []
