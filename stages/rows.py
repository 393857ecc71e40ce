"""Every column of every row, as Arrow types: the one place where names are made.

A row is a plain dict. Before `segment` it stands for a video, from `segment` on for a window.
Tensors are NumPy arrays in a row and `struct<data, shape>` in Arrow, the storage layout of
Arrow's canonical variable-shape tensor (but for `PICTURES`), so that they cross processes without
pickle and are read back without a copy. Times are seconds (float64) on the presentation timeline of
the file, which starts at 0 where a player starts the file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

Row = dict[str, Any]

SCHEMA_VERSION = 6


def tensor(value: pa.DataType) -> pa.StructType:
    """The Arrow type of a tensor column with elements of type `value` and any shape."""
    return pa.struct([("data", pa.large_list(value)), ("shape", pa.list_(pa.int64()))])


PICTURES = pa.struct([("data", pa.large_binary()), ("shape", pa.list_(pa.int64()))])
"""A tensor to be written: its bytes are one value, where Parquet would otherwise take up every
element by itself and need ten times as long to read it. Of `WRITTEN_AS`."""


FILE = pa.struct([("size_bytes", pa.int64()), ("modified", pa.timestamp("ms", tz="UTC"))])

MEDIA = pa.struct(
    [
        ("duration_s", pa.float64()),
        ("fps", pa.float64()),  # mean frame rate, frames a second
        ("width", pa.int32()),  # pixels, after rotation
        ("height", pa.int32()),
        ("has_audio", pa.bool_()),
        ("has_video", pa.bool_()),
    ]
)

# How an utterance sounds beside what is usual: of the same speaker, else of the whole video.
RELATIVE_VOICE = pa.struct(
    [
        ("to", pa.string()),  # speaker or video: whose utterances are the usual
        ("pitch_semitones", pa.float32()),
        ("pitch_range_semitones", pa.float32()),
        ("loudness_db", pa.float32()),
        ("pace", pa.float32()),  # times the usual
        ("pause_share", pa.float32()),  # less the usual share
        ("voiced_share", pa.float32()),  # less the usual share
    ]
)

VOICE = pa.struct(
    [
        ("pitch_hz", pa.float32()),  # median of what is voiced; null where nothing is
        ("pitch_low_hz", pa.float32()),  # 10th percentile
        ("pitch_high_hz", pa.float32()),  # 90th percentile
        ("loudness_db", pa.float32()),  # RMS of what is speech, dB of full scale
        ("pace", pa.float32()),  # syllables a second, pauses left out
        ("pauses", pa.int32()),  # silences inside it
        ("pause_share", pa.float32()),  # of the time from its first sound to its last, 0..1
        ("voiced_share", pa.float32()),  # of the same time, 0..1
        ("relative", RELATIVE_VOICE),  # null where there is nothing to compare it with
        ("words", pa.string()),  # the same for a reader: "louder and higher than usual, fast"
        # Curves at 25 samples a second, the first at `start_s` of the utterance.
        ("loudness_curve_db", pa.list_(pa.float32())),
        ("pitch_curve_hz", pa.list_(pa.float32())),  # null where it is not voiced
    ]
)

_SPOKEN: list[tuple[str, pa.DataType]] = [
    ("index", pa.int32()),  # within the video
    ("start_s", pa.float64()),
    ("end_s", pa.float64()),
    ("speaker", pa.string()),  # null when unknown
    ("text", pa.string()),  # null when there is none
    ("text_source", pa.string()),  # sidecar, manifest, embedded, asr or none
    ("text_confidence", pa.float32()),  # 0..1 from speech recognition, null otherwise
    ("voice", VOICE),  # null without sound
    ("speaker_track", pa.int32()),  # track of the face that speaks; null when unsure
    ("speaker_score", pa.float32()),  # 0..1, how sure that is; null where it was not looked for
    ("listener_tracks", pa.list_(pa.int32())),  # other faces in it; null where not asked for
]

# What a description says of a time, and what was measured at that time.
CLUE = pa.struct(
    [
        ("text", pa.string()),
        ("modality", pa.string()),  # face, body, voice, words or scene; null where it is not said
        ("start_s", pa.float64()),  # null where the model gives a clue without a time
        ("end_s", pa.float64()),
        ("event_ids", pa.list_(pa.int32())),  # of micro_events and face_events
        ("frame_times_s", pa.list_(pa.float64())),  # global frames
        ("words", pa.string()),  # what is said then, null where nothing is
        ("supported", pa.bool_()),  # whether anything measured supports it
    ]
)

_EMOTION: list[tuple[str, pa.DataType]] = [
    ("description", pa.string()),
    ("labels", pa.list_(pa.string())),
    ("label_confidence", pa.list_(pa.float32())),  # 0..1, one a label, from token probabilities
    ("label_stated", pa.list_(pa.float32())),  # 0..1, what the model itself says; null: nothing
    ("label_agreement", pa.list_(pa.float32())),  # 0..1, share of samples with it; null: greedy
    ("agreement_fast_slow", pa.float32()),  # 0..1, of labels named at once and after describing
    ("labels_raw", pa.string()),  # the answer that the labels were read from
    ("clues", pa.list_(CLUE)),  # what the description says of a time
    ("evidence_coverage", pa.float32()),  # share of them that is supported; null without any
    ("abstained", pa.bool_()),
    # unclear, refused, unsure, no_label, cut_off or unreadable; null with labels
    ("abstained_reason", pa.string()),
]
SPOKEN = pa.struct(_SPOKEN)
UTTERANCE = pa.struct(_SPOKEN + _EMOTION)  # the emotion fields are null until they are generated

FACE = pa.struct(
    [
        ("track_id", pa.int32()),  # 0 is the main track of the window
        ("start_s", pa.float64()),
        ("end_s", pa.float64()),
        ("coverage", pa.float32()),  # share of the window's analysis frames it is in, 0..1
        ("score", pa.float32()),  # mean detection score, 0..1
        ("eye_distance", pa.float32()),  # pixels of an analysis frame between the eyes, median
        ("sharpness", pa.float32()),  # 0..1, how fine the detail of its patches is
        # Median turn of the head in degrees, rough; null where the detector gives no points.
        ("yaw", pa.float32()),  # towards the right of the picture
        ("pitch", pa.float32()),  # upwards
        ("roll", pa.float32()),  # clockwise in the picture
        ("box", pa.list_(pa.float32())),  # median x0, y0, x1, y1 as shares of width and height
        # Its m analysis frames; both are null where they are not kept.
        ("box_times_s", pa.list_(pa.float64())),  # [m]
        ("boxes", pa.list_(pa.int16())),  # [m * 4]: as `box`, in ten-thousandths
    ]
)

# What a face did; onset and offset are the last frame at rest and the first at rest again.
EVENT = pa.struct(
    [
        ("event_id", pa.int32()),  # within the window, over micro_events and face_events
        ("track_id", pa.int32()),
        ("kind", pa.string()),  # micro, macro, blink or speech
        ("region", pa.string()),  # where it moves most
        ("action_units", pa.list_(pa.int32())),  # numbers of FACS, ascending; empty for speech
        ("movement", pa.string()),  # the same in words
        ("onset_s", pa.float64()),
        ("apex_s", pa.float64()),
        ("offset_s", pa.float64()),
        ("intensity", pa.float32()),  # 0..1, of the largest movement of its units
        ("confidence", pa.float32()),  # 0..1
        ("while_speaking", pa.bool_()),  # whether that face was, or may have been
        ("strip", pa.binary()),  # JPEG: onset, apex, offset side by side; null where not kept
    ]
)

# How the regions of a face moved, at each analysis frame of its track.
FACE_CURVES = pa.struct(
    [
        ("track_id", pa.int32()),
        ("times_s", pa.list_(pa.float64())),  # [m]
        (
            "regions",
            pa.list_(pa.struct([("name", pa.string()), ("values", pa.list_(pa.float32()))])),
        ),
        ("units", pa.list_(pa.struct([("name", pa.string()), ("values", pa.list_(pa.float32()))]))),
    ]
)

ERROR = pa.struct([("stage", pa.string()), ("kind", pa.string()), ("message", pa.string())])

MODEL = pa.struct(
    [
        ("name", pa.string()),
        # SHA-256 of its files, first 12 hex digits; of a chat model: of the prompts
        ("revision", pa.string()),
        ("trained", pa.string()),  # "no" for random weights, else what it was trained on
        ("engine", pa.string()),  # "deepspeed", "transformers" or "chat"
        ("server", pa.string()),  # address of the one that was asked; null: computed here
    ]
)

WEIGHTS = pa.struct([("name", pa.string()), ("revision", pa.string())])  # as MODEL's

# A map in the layout of Arrow's own map type, which Hugging Face's `datasets` cannot read.
EXTRA = pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())]))

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])  # as Hugging Face's `Image`

FIELDS: Mapping[str, pa.DataType] = {
    # what an input is
    "video_id": pa.string(),
    "uri": pa.string(),
    "file": FILE,  # null where its storage does not tell
    "transcript_uri": pa.string(),  # null: look beside the video
    "transcript_is_shared": pa.bool_(),  # whether several videos have this transcript
    "extra": EXTRA,  # columns of the manifest that nobody here reads, null where there are none
    # what transcribe finds
    "media": MEDIA,
    "language": pa.string(),  # ISO 639-1, null when unknown
    "utterances": pa.list_(UTTERANCE),
    "warnings": pa.list_(pa.string()),
    "speech_model": WEIGHTS,  # null where no text is from speech recognition
    # what segment makes
    "window_id": pa.string(),  # "<video_id>#<window_index>"
    "window_index": pa.int32(),
    "window_count": pa.int32(),
    "start_s": pa.float64(),
    "end_s": pa.float64(),
    # what decode hands over
    "frames": tensor(pa.uint8()),  # [T, S, S, 3] RGB, T global frames at the model's size
    "frame_times_s": pa.list_(pa.float64()),  # [T]
    "analysis_frames": tensor(pa.uint8()),  # [J, H * 3 / 2, W] planar YUV 4:2:0, BT.601
    "analysis_times_s": pa.list_(pa.float64()),  # [J]
    # what faces finds
    "faces": pa.list_(FACE),
    "crops": tensor(pa.uint8()),  # [C, 112, 112, 3] RGB, aligned, in order of track, then time
    "crop_times_s": pa.list_(pa.float64()),  # [C]
    "crop_track_ids": pa.list_(pa.int32()),  # [C]
    "face_patches": tensor(pa.uint8()),  # [C, 128, 128] luma of the crops, the whole face
    "face_strip": IMAGE,  # JPEG: a few crops of the main track side by side, null if none
    "detector": WEIGHTS,
    # what evidence finds
    "micro_events": pa.list_(EVENT),  # kind micro; empty: looked for, none found
    "face_events": pa.list_(EVENT),  # every other kind
    "face_curves": pa.list_(FACE_CURVES),  # null where they are not kept
    # what keep hands on, as it is
    "kept_frames": PICTURES,  # [T, S, S, 3] RGB
    "kept_frame_times_s": pa.list_(pa.float64()),  # [T]
    "kept_crops": PICTURES,  # [C, 112, 112, 3] RGB
    "kept_crop_times_s": pa.list_(pa.float64()),  # [C]
    "kept_crop_track_ids": pa.list_(pa.int32()),  # [C]
    # what a run keeps of the road to generate, see `KEPT_TOKENS`
    "kept_visual_tokens": PICTURES,  # [K * (N + 1), D_llm] of float16
    "kept_warnings": pa.list_(pa.string()),
    # what encode, pool and generate make, or chat
    "visual_states": tensor(pa.float16()),  # [T, K + L, D]
    "visual_tokens": tensor(pa.float16()),  # [K * (N + 1), D_llm]: [global; u1; ...; uN]
    "description": pa.string(),
    "labels": pa.list_(pa.string()),
    "label_confidence": pa.list_(pa.float32()),
    "label_stated": pa.list_(pa.float32()),
    "label_agreement": pa.list_(pa.float32()),
    "agreement_fast_slow": pa.float32(),
    "clues": pa.list_(CLUE),
    "evidence_coverage": pa.float32(),
    "labels_raw": pa.string(),
    "abstained": pa.bool_(),
    "abstained_reason": pa.string(),
    "model": MODEL,
    # what every stage may add to
    "error": ERROR,
    "timings": pa.struct([]),  # seconds by stage; the run knows which stages there are
    # what the sink adds
    "schema_version": pa.int32(),
    "config_hash": pa.string(),
    "created_at": pa.timestamp("ms", tz="UTC"),
}

TENSORS = frozenset(
    name
    for name, kind in FIELDS.items()
    if kind in (PICTURES, *map(tensor, (pa.uint8(), pa.float16())))
)

WRITTEN_AS: Mapping[str, np.dtype[Any]] = {
    "kept_frames": np.dtype(np.uint8),
    "kept_crops": np.dtype(np.uint8),
    "kept_visual_tokens": np.dtype("<f2"),
}
"""The elements of the tensors of type `PICTURES`."""

KEPT: Mapping[str, str] = {
    "kept_frames": "frames",
    "kept_frame_times_s": "frame_times_s",
    "kept_crops": "crops",
    "kept_crop_times_s": "crop_times_s",
    "kept_crop_track_ids": "crop_track_ids",
}
"""The columns that keep writes, each with the one that it stands for."""

KEPT_TOKENS: Mapping[str, str] = {
    "kept_visual_tokens": "visual_tokens",
    "kept_frame_times_s": "frame_times_s",
    "kept_warnings": "warnings",
}
"""What must be kept of a row behind pool, so that generate can be run again without what is before
it, each with the column that it stands for."""

SOURCE_COLUMNS = (
    "video_id",
    "uri",
    "file",
    "transcript_uri",
    "transcript_is_shared",
    "language",
    "utterances",
)
CARRIED_COLUMNS = ("extra", "warnings", "error", "timings")  # on every row from the source on


ANNOTATION_COLUMNS = (
    "schema_version",
    "video_id",
    "uri",
    "file",
    "window_id",
    "window_index",
    "window_count",
    "start_s",
    "end_s",
    "media",
    "language",
    "utterances",
    "description",
    "labels",
    "label_confidence",
    "label_stated",
    "label_agreement",
    "agreement_fast_slow",
    "labels_raw",
    "clues",
    "evidence_coverage",
    "abstained",
    "abstained_reason",
    "faces",
    "face_strip",
    "micro_events",
    "face_events",
    "face_curves",
    *KEPT,
    "kept_visual_tokens",
    "kept_warnings",
    "warnings",
    "extra",
    "model",
    "detector",
    "speech_model",
    "config_hash",
    "created_at",
    "timings",
)
"""What is written of an annotated window, in this order, as far as the stages of a run make it."""

FAILURE_COLUMNS = (
    "schema_version",
    "video_id",
    "uri",
    "file",
    "window_id",
    "window_index",
    "window_count",
    "start_s",
    "end_s",
    "media",
    "error",
    "warnings",
    "extra",
    "config_hash",
    "created_at",
    "timings",
)

SINK_COLUMNS = ("schema_version", "config_hash", "created_at")
"""What the sink adds."""


def schema(names: Iterable[str], timed: Sequence[str], own: Mapping[str, pa.DataType]) -> pa.Schema:
    """The Arrow schema of the named columns, each nullable.

    Args:
        names: of `FIELDS` or of `own`. An utterance has the fields on emotion where the window has
            them.
        timed: the stages whose seconds `timings` holds.
        own: columns that stages define themselves.

    Raises:
        KeyError: a name is neither in `FIELDS` nor in `own`.
    """
    kinds = {**FIELDS, **own, "timings": pa.struct([(stage, pa.float64()) for stage in timed])}
    names = list(names)
    if "description" not in names:
        kinds["utterances"] = pa.list_(SPOKEN)
    return pa.schema([(name, kinds[name]) for name in names])


def to_table(rows: list[dict[str, Any]], columns: pa.Schema) -> pa.Table:
    """An Arrow table of `rows` with exactly `columns`; what a row lacks is null.

    Tensors are taken as NumPy arrays of any shape and are not copied element by element.
    """
    arrays = [_column([row.get(field.name) for row in rows], field) for field in columns]
    return pa.Table.from_arrays(arrays, schema=columns)


def from_table(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of `table`; tensors as read-only NumPy views on its buffers where possible."""
    names = table.column_names
    columns = [_values(table.column(name), name) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _column(values: list[Any], field: pa.Field) -> pa.Array:
    if field.name not in TENSORS:
        return pa.array(values, type=field.type)
    flat = [None if value is None else np.ascontiguousarray(value).reshape(-1) for value in values]
    sizes = [0 if value is None else value.size for value in flat]
    offsets = pa.array(np.concatenate([[0], np.cumsum(sizes)]), type=pa.int64())
    present = [value for value in flat if value is not None]
    kind = field.type.field("data").type
    element = WRITTEN_AS.get(field.name) or kind.value_type.to_pandas_dtype()
    empty = np.empty(0, element)
    joined = present[0] if len(present) == 1 else np.concatenate([empty, *present])
    if field.type == PICTURES:
        ends = pa.array(np.concatenate([[0], np.cumsum(sizes)]) * joined.itemsize, type=pa.int64())
        buffers = [None, ends.buffers()[1], pa.py_buffer(joined.view(np.uint8))]
        data = pa.Array.from_buffers(kind, len(values), buffers)
    else:
        data = pa.LargeListArray.from_arrays(offsets, pa.array(joined, type=kind.value_type))
    shape = pa.array(
        [None if value is None else list(value.shape) for value in values],
        type=pa.list_(pa.int64()),
    )
    return pa.StructArray.from_arrays(
        [data, shape],
        fields=list(field.type),
        mask=pa.array([value is None for value in values], type=pa.bool_()),
    )


def _values(column: pa.ChunkedArray, name: str) -> list[Any]:
    if name not in TENSORS:
        values: list[Any] = column.to_pylist()
        return values
    element = WRITTEN_AS.get(name)
    return [array for chunk in column.chunks for array in _arrays(chunk, element)]


def _arrays(
    chunk: pa.StructArray, element: np.dtype[Any] | None
) -> Iterator[np.ndarray[Any, Any] | None]:
    lists, shapes = chunk.field("data"), chunk.field("shape")
    if pa.types.is_large_binary(lists.type):
        lists = _bytes_as_lists(lists)
    for is_there, values, shape in zip(chunk.is_valid(), lists, shapes, strict=True):
        if is_there.as_py():
            flat = values.values.to_numpy(zero_copy_only=True)
            yield flat.view(element or flat.dtype).reshape(shape.as_py())
        else:
            yield None


def _bytes_as_lists(data: pa.LargeBinaryArray) -> pa.LargeListArray:
    """The same bytes, not copied, which taking a value out of `data` would do."""
    _, offsets, content = data.buffers()
    size = 0 if content is None else content.size
    elements = pa.Array.from_buffers(pa.uint8(), size, [None, content])
    kind = pa.large_list(pa.uint8())
    return pa.Array.from_buffers(
        kind, len(data), [None, offsets], offset=data.offset, children=[elements]
    )
