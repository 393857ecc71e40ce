"""Windows drawn from a corpus."""

from collections import Counter

from pipeline.planning.looking import Looked
from pipeline.planning.sampling import draw_moments, least_windows
from pipeline.planning.transcript import FoundTranscript
from stages.header import Header
from stages.segment import SegmentConfig

CONFIG = SegmentConfig()


def video(name: str, duration_s: float) -> Looked:
    header = Header(duration_s, 25, 320, 240, True, 1, False, True, False, 0)
    row = {"video_id": name, "uri": f"/{name}"}
    return Looked(row, header, None, FoundTranscript())


def test_short_videos_and_windows_of_long_ones_have_the_same_chance() -> None:
    videos = [video("long", 600), *(video(f"short{at}", 10) for at in range(20))]
    drawn: Counter[str] = Counter()
    for seed in range(200):
        for moment in draw_moments(videos, 8, CONFIG, seed):
            drawn[moment.row["video_id"]] += 1
    share = drawn["long"] / drawn.total()
    assert 0.45 < share < 0.55  # 20 of 40 windows


def test_no_window_is_drawn_twice_and_a_small_corpus_gives_all_that_it_has() -> None:
    videos = [video("a", 10), video("b", 65)]
    moments = draw_moments(videos, 24, CONFIG, 0)
    assert len(moments) == 4
    assert [moment.row["video_id"] for moment in moments] == ["a", "b", "b", "b"]
    assert all(0 <= moment.time_s < moment.duration_s for moment in moments)


def test_the_same_seed_draws_the_same() -> None:
    videos = [video(str(at), 10 + at) for at in range(50)]
    assert draw_moments(videos, 9, CONFIG, 3) == draw_moments(videos, 9, CONFIG, 3)


def test_no_video_gives_no_window() -> None:
    assert draw_moments([], 5, CONFIG, 0) == []
    assert least_windows(0.0, CONFIG) == 1
