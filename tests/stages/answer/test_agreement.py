"""Samples vote on labels."""

from stages.answer.agreement import agreement


def test_agreement_counts_samples_not_mentions() -> None:
    samples = [{"sad", "calm"}, {"sad"}, set()]
    assert agreement(["sad", "calm", "proud"], samples) == [2 / 3, 1 / 3, 0.0]


def test_without_samples_there_is_no_agreement() -> None:
    assert agreement(["sad"], []) is None


def test_without_labels_there_is_nothing_to_agree_on() -> None:
    assert agreement([], [{"sad"}]) == []
