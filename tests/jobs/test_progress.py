"""What a person sees of a run while it goes."""

import io

from rich.console import Console

from jobs.progress import TerminalWatcher

ROW = {"video_id": "a", "start_s": 0.0, "end_s": 30.0, "error": None}


def _shown(terminal: bool) -> str:
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=terminal, width=120, color_system=None)
    with TerminalWatcher(console) as watcher:
        watcher.began(videos=4, done_before=1)
        watcher.phase("starting")
        watcher.row(ROW, done=2.5, failed=1)
        watcher.tick(waited_s=150.0)
    return screen.getvalue()


def test_the_bar_counts_videos_failures_and_the_rate() -> None:
    shown = _shown(terminal=True)
    assert "1 of 4 videos stand in the output already" in shown
    assert "2/4 videos, 1 failed, 1 windows, " in shown
    assert "x real time" in shown
    assert "no row finished for 2 min 30 s" in shown


def test_without_a_terminal_there_are_plain_lines() -> None:
    shown = _shown(terminal=False)
    assert "starting\n" in shown
    assert "\x1b" not in shown
