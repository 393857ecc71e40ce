"""Leaves things out of a window, to see what they were worth."""

from collections.abc import Collection

import numpy as np

from stages.rows import Row


def shown(row: Row, without: Collection[str], max_frames: int | None = None) -> Row:
    """The window as a model sees it that is not shown all of it.

    Args:
        row: with frames and crops.
        without: of `jobs.train.config.Shown`. Of the utterances only the words go, not when they
            are spoken. `utterance_tokens` are for the model's own configuration to leave out,
            `timestamps` and `evidence` for those that write sentences.
        max_frames: global frames to keep, spread evenly; None: all.
    """
    row = fewer(row, max_frames)
    left: Row = {}
    if "frames" in without:
        left["frames"] = np.zeros_like(row["frames"])
    if "faces" in without:
        left |= {name: row[name][:0] for name in ("crops", "crop_times_s", "crop_track_ids")}
    row = without_words(row) if "words" in without else row
    return {**row, **left}


def without_words(row: Row) -> Row:
    """The window for whom nobody wrote down what was said, but when and by whom."""
    return {**row, "utterances": [{**said, "text": ""} for said in row["utterances"] or []]}


def without_names(row: Row) -> Row:
    """The window for whom nobody wrote down who speaks."""
    return {**row, "utterances": [{**said, "speaker": None} for said in row["utterances"] or []]}


def without_measured_faces(row: Row) -> Row:
    """The window of whose faces nothing was measured; they are there to be seen."""
    return {**row, "micro_events": None, "face_events": None}


def untimed(row: Row) -> Row:
    """The window for whom frames have no times: each at its start. Spans are not found by these."""
    return {**row, "frame_times_s": [row["start_s"]] * len(row["frame_times_s"])}


def fewer(row: Row, most: int | None) -> Row:
    """The window with as many frames at most, spread evenly; it may have been read without them."""
    count = len(row["frame_times_s"])
    if most is None or count <= most:
        return row
    kept = np.arange(0, count, count / most).astype(int)[:most]
    times_s = [row["frame_times_s"][place] for place in kept]
    frames = {"frames": row["frames"][kept]} if "frames" in row else {}
    return {**row, **frames, "frame_times_s": times_s}
