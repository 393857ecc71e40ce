"""Which clips a benchmark sends through."""

import argparse
from pathlib import Path

from jobs.bench.repeated import add_clip_arguments, chosen_clips, repeated

SAMPLES = Path(__file__).parents[3] / "samples"


def test_repeated_clips_have_ids_of_their_own() -> None:
    rows = repeated([{"video_id": "a"}, {"video_id": "b"}], 5)
    assert [row["video_id"] for row in rows] == ["0/a", "1/b", "2/a", "3/b", "4/a"]


def test_files_are_named_or_the_samples_and_repeated_until_there_are_enough() -> None:
    parser = argparse.ArgumentParser()
    add_clip_arguments(parser, clips=7)
    named = parser.parse_args([str(SAMPLES / "masked.mp4"), "--clips", "2"])
    assert [row["video_id"] for row in chosen_clips(named)] == ["0/masked.mp4", "1/masked.mp4"]
    assert parser.parse_args([]).videos == ["samples"]
    assert parser.parse_args([]).clips == 7
