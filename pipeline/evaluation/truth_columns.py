"""The columns of truth.parquet: what is true of each utterance of a synthetic corpus."""

import pyarrow as pa

TRUTH_FILE = "truth.parquet"
"""Its name in the folder of the corpus, beside the clips."""

_CLUE = pa.struct(
    [
        ("modality", pa.string()),  # face, voice, text or context
        ("text", pa.string()),
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
    ]
)
_EVENT = pa.struct(
    [
        ("person", pa.string()),
        ("kind", pa.string()),  # macro, micro, blink, gaze or speech
        ("pattern", pa.string()),  # null for what shows no feeling
        ("action_units", pa.list_(pa.int32())),  # numbers of FACS, ascending
        ("side", pa.string()),  # both, left or right, the person's own
        ("onset_s", pa.float64()),
        ("apex_s", pa.float64()),
        ("offset_s", pa.float64()),
        ("intensity", pa.float32()),  # 0..1
        ("in_view", pa.bool_()),
    ]
)

TRUTH_COLUMNS = pa.schema(
    [
        ("video_id", pa.string()),  # name of the file beside the table; no file without a film
        ("utterance_index", pa.int32()),  # from 0 in the clip
        ("start_s", pa.float64()),  # first sound
        ("end_s", pa.float64()),  # last sound
        ("speaker", pa.string()),
        ("text", pa.string()),
        ("labels", pa.list_(pa.string())),  # the best one first; empty where nothing can be told
        ("family", pa.string()),  # one of seven, or neutral; null where nothing can be told
        ("intensity", pa.float32()),  # 0..1; null where nothing can be told
        ("description", pa.string()),
        ("clues", pa.list_(_CLUE)),
        ("display", pa.string()),  # macro, micro, masked or none
        ("worn_family", pa.string()),  # null unless masked
        ("worn_labels", pa.list_(pa.string())),  # null unless masked
        ("text_role", pa.string()),  # congruent, neutral or contradicting
        ("text_family", pa.string()),  # of what the words by themselves speak; null: of no feeling
        ("needs_context", pa.bool_()),
        ("voice_tells", pa.bool_()),
        ("events", pa.list_(_EVENT)),
        ("identity", pa.string()),  # the speaker's head, seen or not
        # Of the speaker amid the utterance: alone in the picture, in its left or its right half as
        # the viewer sees it; null when out of view.
        ("speaker_place", pa.string()),
        ("split", pa.string()),
        ("seed", pa.int64()),
        ("clip_index", pa.int32()),
        ("fps", pa.float64()),  # this and the next two: null without a film
        ("width", pa.int32()),  # pixels
        ("height", pa.int32()),  # pixels
    ]
)
"""A row an utterance; times in seconds from the start of the clip."""
