"""Lists by several people, read and held together."""

import pytest

from pipeline.evaluation.annotators import agreement, require_several
from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.groups import own_groups
from stages.faults import SetupError


def listed(name: str, **labels: tuple[str, ...]) -> Answers:
    return Answers(name, "by hand", tuple(Answer(video, said) for video, said in labels.items()))


def test_two_lists_by_hand() -> None:
    """Families: hh hs ss, one of three differs, so alpha is 4/9; the others do not pair."""
    one = listed("one", a=("happy",), b=("glad",), c=("sad",), d=("sad",), e=())
    other = listed("other", a=("joyful",), b=("sad",), c=("sad",), e=("sad",))
    found = agreement([one, other], own_groups())
    assert found.units == 3
    assert found.alpha_family == pytest.approx(4 / 9)
    (kappa,) = found.kappas
    assert (kappa.one, kappa.other) == ("one", "other")
    assert kappa.kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))


def test_words_of_one_group_are_one_label() -> None:
    groups = own_groups()
    assert groups.of("happy") == groups.of("happiness")
    one = listed("one", a=("happy", "sad"), b=("angry",))
    other = listed("other", a=("sad", "happiness"), b=("anger",))
    assert agreement([one, other], groups).alpha_labels == pytest.approx(1)


def test_sets_that_overlap_agree_in_part() -> None:
    """MASI of {x} and {x, y} is 1/2 * 2/3, so they are 2/3 apart.

    Sets: x, xy; z, z. Values x, xy, z, z: distances x-xy 2/3, all else with z 1.
    Observed (2 * 2/3) / 4 = 1/3; expected (2 * 2/3 + 4 * 1 + 4 * 1) / 12 = 7/9.
    """
    one = listed("one", a=("happy",), b=("disgusted",))
    other = listed("other", a=("happy", "sad"), b=("disgusted",))
    found = agreement([one, other], own_groups())
    assert found.alpha_labels == pytest.approx(1 - (1 / 3) / (7 / 9))


def test_the_order_of_rows_does_not_matter() -> None:
    one = listed("one", a=("happy",), b=("glad",), c=("sad",))
    other = listed("other", c=("sad",), b=("angry",), a=("happy",))
    back = listed("other", a=("happy",), b=("angry",), c=("sad",))
    assert agreement([one, other], own_groups()) == agreement([one, back], own_groups())


def test_lists_without_a_common_row_and_a_single_list_are_refused() -> None:
    one, other = listed("one", a=("happy",)), listed("other", b=("happy",))
    with pytest.raises(SetupError, match="no row stands in two of the lists"):
        agreement([one, other], own_groups())
    with pytest.raises(SetupError, match="one: is one list; name two or more"):
        require_several([one])
    require_several([])
