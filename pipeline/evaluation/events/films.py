"""Films from the rows of a truth and from the windows of a run."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.evaluation.events.film import FaceEvent, Spoken, SpottedFilm, TrueFilm

TRUTH_EVENT_COLUMNS = ("events", "fps", "speaker")
"""What the films of a truth need beside the columns that its labels need."""

SPOTTED_COLUMNS = ("micro_events", "face_events")
"""The columns of a run that looked for events."""

_TIMES = ("onset_s", "apex_s", "offset_s")


def true_films(rows: Iterable[Mapping[str, Any]]) -> dict[str, TrueFilm]:
    """From the name of a video to what is true of it.

    Args:
        rows: of `TRUTH_COLUMNS`, an utterance each. A video whose rows have no events, or no frame
            rate, is left out: nothing is known of its faces.
    """
    videos: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["events"] is not None and row["fps"]:
            videos[row["video_id"]].append(row)
    return {
        video_id: TrueFilm(
            video_id=video_id,
            fps=float(of_video[0]["fps"]),
            events=tuple(_event(one) for row in of_video for one in row["events"]),
            spoken=tuple(
                Spoken(row["speaker"], row["start_s"], row["end_s"])
                for row in of_video
                if row["start_s"] is not None and row["end_s"] is not None
            ),
        )
        for video_id, of_video in videos.items()
    }


class SpottedFilms:
    """Gathers the windows of a run, in any order, into films."""

    def __init__(self) -> None:
        self._windows: dict[str, dict[str, tuple[float, list[FaceEvent]]]] = defaultdict(dict)

    def add(self, window: Mapping[str, Any]) -> None:
        """Take a window; one that comes again takes the place of the first.

        Args:
            window: with `video_id`, `window_id`, `start_s`, `end_s` and `SPOTTED_COLUMNS`. One
                whose `micro_events` are null was not searched, and is passed over.
        """
        if window["micro_events"] is None:
            return
        found = [_event(one) for name in SPOTTED_COLUMNS for one in window[name] or ()]
        seconds = max(window["end_s"] - window["start_s"], 0.0)
        self._windows[window["video_id"]][window["window_id"]] = (seconds, found)

    @property
    def films(self) -> dict[str, SpottedFilm]:
        """From the name of a video to what was spotted in the windows so far."""
        return {
            video_id: SpottedFilm(
                video_id,
                math.fsum(seconds for seconds, _ in windows.values()),
                tuple(event for _, events in windows.values() for event in events),
            )
            for video_id, windows in self._windows.items()
        }


def _event(written: Mapping[str, Any]) -> FaceEvent:
    onset_s, apex_s, offset_s = (float(written[name]) for name in _TIMES)
    return FaceEvent(
        written["kind"],
        onset_s,
        apex_s,
        offset_s,
        frozenset(written["action_units"] or ()),
        written.get("person"),
        bool(written.get("in_view", True)),
    )
