"""Scripts that are not filmed."""

import re
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from jobs.synthesize.order import ClipOrder
from jobs.synthesize.plan import Split
from jobs.synthesize.unfilmed import write_script

splits = st.sampled_from(get_args(Split))


@given(st.integers(0, 2**32 - 1), splits)
def test_rows_speak_of_words_alone(seed: int, split: Split) -> None:
    order = ClipOrder(split, seed, 3, 0)
    made = write_script(order)
    assert made == write_script(order)
    ended_s = 0.0
    for row in made.rows:
        assert row["video_id"] == f"{split}-000003"
        assert row["events"] == []
        assert {row[name] for name in ("fps", "width", "height", "speaker_place")} == {None}
        clues = row["clues"]
        assert isinstance(clues, list)
        expected = "context" if row["needs_context"] else "text"
        assert [clue["modality"] for clue in clues] == [expected]
        told = str(row["description"]).replace(str(row["text"]), "")
        told = re.sub(r"“.*?”", "", told)
        assert not re.search(r"\b(face|voice|sounds)\b", told)
        start_s, end_s = row["start_s"], row["end_s"]
        assert isinstance(start_s, float)
        assert isinstance(end_s, float)
        assert ended_s < start_s < end_s
        ended_s = end_s
    assert ended_s < made.duration_s
