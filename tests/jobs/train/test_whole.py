"""What is said of a whole window."""

from jobs.train.whole import with_whole
from tests.jobs.train.windows import answer, window


def test_it_has_all_labels_in_order_of_time_and_a_sentence_for_each_utterance() -> None:
    told = {1: answer(1, "glad", "calm"), 0: answer(0, "calm")}
    whole = with_whole(window(), told)[None]
    assert whole.labels == ("calm", "glad")
    assert whole.description == (
        "From 0.5 to 1.5 s, ANNA is calm. From 2.0 to 3.0 s, ANNA is glad, calm."
    )


def test_what_is_said_of_the_window_itself_stays() -> None:
    told = {0: answer(0, "calm"), None: answer(None, "sad")}
    assert with_whole(window(), told) == told


def test_of_one_utterance_the_whole_has_what_that_has() -> None:
    row = window()
    row["utterances"] = row["utterances"][:1]
    told = {0: answer(0, "calm", description="Words.")}
    assert with_whole(row, told)[None] == told[0]


def test_where_nothing_can_be_told_of_anybody_the_whole_abstains() -> None:
    whole = with_whole(window(), {0: answer(0, abstained=True)})[None]
    assert whole.abstained
    assert not whole.labels
    assert whole.description == "From 0.5 to 1.5 s, nothing tells how ANNA feels."


def test_an_utterance_that_is_described_and_not_labelled_says_nothing_of_the_whole() -> None:
    told = {0: answer(0, description="She smiles.")}
    assert with_whole(window(), told) == told
