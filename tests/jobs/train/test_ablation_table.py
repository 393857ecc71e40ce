"""What the table of an ablation says of runs whose scores are known."""

from typing import Any

from jobs.train.ablation_table import Run, table


def _pair(video: str, true: str, said: str, told_by: str) -> dict[str, Any]:
    return {"video": video, "true": [true], "said": [said] if said else [], "told_by": told_by}


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


PERFECT = [
    _pair("a", "joyful", "joyful", "macro"),
    _pair("b", "angry", "angry", "micro"),
    _pair("b", "afraid", "afraid", "micro"),
]
BLIND = [
    _pair("a", "joyful", "joyful", "macro"),
    _pair("b", "angry", "joyful", "micro"),
    _pair("b", "afraid", "", "micro"),
]


def test_each_arm_has_a_line_with_its_scores_over_all_seeds() -> None:
    runs = [Run("full", 0, PERFECT), Run("full", 1, PERFECT), Run("no local branch", 0, BLIND)]
    head, _, full, blind = table(runs).splitlines()
    assert _cells(head)[1:4] == [
        "all (n 3)",
        "an open expression alone tells (n 1)",
        "a micro-expression alone tells (n 2)",
    ]
    assert _cells(full)[0] == "full"
    assert _cells(full)[1].startswith("100.0")
    assert _cells(full)[-1] == "2"
    assert _cells(blind)[1].startswith("33.3")
    assert _cells(head)[5] == "all, less than full"
    assert _cells(full)[5] == ""
    assert _cells(blind)[5].startswith("66.7 (0.0 to 100.0)")
    assert _cells(blind)[3].startswith("0.0")


def test_of_what_no_utterance_is_nothing_is_said() -> None:
    assert _cells(table([Run("full", 0, PERFECT)]).splitlines()[-1])[4] == "-"


def test_what_has_no_label_is_not_counted() -> None:
    unlabelled = {**_pair("c", "", "joyful", "micro"), "true": []}
    head, _, full = table([Run("full", 0, [*PERFECT, unlabelled])]).splitlines()
    assert _cells(head)[1] == "all (n 3)"
    assert _cells(full)[1].startswith("100.0")


def test_intervals_hold_the_value_between_them() -> None:
    many = [
        _pair(f"v{place}", "joyful", "joyful" if place % 3 else "angry", "macro")
        for place in range(30)
    ]
    cell = _cells(table([Run("full", 0, many)]).splitlines()[-1])[1]
    value, _, rest = cell.partition(" (")
    low, _, high = rest.rstrip(")").partition(" to ")
    assert float(low) < float(value) < float(high)
    assert value == "66.7"


def test_what_was_scored_on_other_clips_is_not_held_beside_it() -> None:
    other = [{**pair, "video": f"x{pair['video']}"} for pair in BLIND]
    blind = table([Run("full", 0, PERFECT), Run("no local branch", 0, other)]).splitlines()[-1]
    assert _cells(blind)[5] == "-"
