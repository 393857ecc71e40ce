"""The flat columns of a row, and what of a window and of its utterance each is made of."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column of the catalogue.

    Attributes:
        name: as an expression names it.
        kind: its type in DuckDB.
        meaning: in a line, for the documentation.
        of_window: SQL over `w`, a row of `annotations`.
        of_utterance: SQL over `w` and `u`, a struct of its `utterances`; None: as `of_window`.
    """

    name: str
    kind: str
    meaning: str
    of_window: str
    of_utterance: str | None = None


def _on_emotion(name: str, kind: str, meaning: str) -> Column:
    """A field that stands on the window and on each utterance."""
    return Column(name, kind, meaning, f"w.{name}", f"u.{name}")


def _of_speech(name: str, kind: str, meaning: str, of_window: str) -> Column:
    """A field of an utterance, and what it comes to in a window of several."""
    return Column(name, kind, meaning, of_window, f"u.{name}")


def _counted(name: str, source: str, meaning: str) -> Column:
    """How many events there are, in the window or within the time of the utterance."""
    within = "lambda e: e.onset_s < u.end_s and e.offset_s >= u.start_s"
    return Column(
        name,
        "INTEGER",
        meaning,
        f"len(w.{source})",
        f"len(list_filter(w.{source}, {within}))",
    )


def _one(field: str) -> str:
    """The field if all utterances of the window have the same."""
    values = f"list_distinct(list_transform(w.utterances, lambda u: u.{field}))"
    return f"case when len({values}) = 1 then {values}[1] end"


def _of_media(name: str, kind: str, meaning: str, field: str) -> Column:
    return Column(name, kind, meaning, f"w.media.{field}")


COLUMNS: Sequence[Column] = (
    Column(
        "unit_id",
        "VARCHAR",
        "`video_id#u<index>` of an utterance, the `window_id` of a window",
        "w.window_id",
        "w.video_id || '#u' || u.index",
    ),
    Column("video_id", "VARCHAR", "the path below the input", "w.video_id"),
    Column("uri", "VARCHAR", "where the video was read from", "w.uri"),
    Column("window_id", "VARCHAR", "the window it is of", "w.window_id"),
    Column("window_index", "INTEGER", "which window of the video, from 0", "w.window_index"),
    Column(
        "utterance_index",
        "INTEGER",
        "which utterance of the video, from 0; null for a window",
        "NULL",
        "u.index",
    ),
    Column("start_s", "DOUBLE", "where it begins, seconds of the file", "w.start_s", "u.start_s"),
    Column("end_s", "DOUBLE", "where it ends", "w.end_s", "u.end_s"),
    Column(
        "duration_s",
        "DOUBLE",
        "how long it is",
        "w.end_s - w.start_s",
        "u.end_s - u.start_s",
    ),
    Column("window_start_s", "DOUBLE", "where the window begins", "w.start_s"),
    Column("window_end_s", "DOUBLE", "where the window ends", "w.end_s"),
    Column("language", "VARCHAR", "ISO 639-1", "w.language"),
    _of_speech("speaker", "VARCHAR", "who speaks; of a window: if it is one", _one("speaker")),
    _of_speech(
        "text",
        "VARCHAR",
        "what is said; of a window: by all, in order",
        "nullif(array_to_string(list_transform(w.utterances, lambda u: u.text), ' '), '')",
    ),
    _of_speech(
        "text_source",
        "VARCHAR",
        "`sidecar`, `manifest`, `embedded`, `asr` or `none`",
        _one("text_source"),
    ),
    _of_speech(
        "text_confidence",
        "FLOAT",
        "of speech recognition; of a window: the least",
        "list_min(list_transform(w.utterances, lambda u: u.text_confidence))",
    ),
    Column(
        "voice_words",
        "VARCHAR",
        "how it sounds; null for a window",
        "NULL",
        "u.voice.words",
    ),
    _of_speech("speaker_track", "INTEGER", "the face that speaks", _one("speaker_track")),
    _of_speech(
        "speaker_score",
        "FLOAT",
        "how sure that is, 0 to 1; of a window: the least",
        "list_min(list_transform(w.utterances, lambda u: u.speaker_score))",
    ),
    _on_emotion("description", "VARCHAR", "the clues, in the model's words"),
    _on_emotion("labels", "VARCHAR[]", "the emotions"),
    _on_emotion("label_confidence", "FLOAT[]", "one for each label, 0 to 1"),
    Column(
        "label",
        "VARCHAR",
        "the first of `labels`",
        "w.labels[1]",
        "u.labels[1]",
    ),
    Column(
        "confidence",
        "FLOAT",
        "that of the first label",
        "w.label_confidence[1]",
        "u.label_confidence[1]",
    ),
    _on_emotion("label_agreement", "FLOAT[]", "one for each label, 0 to 1"),
    Column(
        "agreement",
        "FLOAT",
        "that of the first label",
        "w.label_agreement[1]",
        "u.label_agreement[1]",
    ),
    _on_emotion("agreement_fast_slow", "FLOAT", "of labels with and without a description"),
    _on_emotion("evidence_coverage", "FLOAT", "the share of named times with support, 0 to 1"),
    _on_emotion("abstained", "BOOLEAN", "there is no label"),
    _on_emotion("abstained_reason", "VARCHAR", "`unclear`, `refused`, `unsure`, `no_label` ..."),
    Column(
        "clues",
        "INTEGER",
        "how many the description names",
        "len(w.clues)",
        "len(u.clues)",
    ),
    Column("faces", "INTEGER", "how many faces the window has", "len(w.faces)"),
    _counted("micro_events", "micro_events", "micro-expressions in its time; null: not looked for"),
    _counted("face_events", "face_events", "other movements of faces in its time"),
    Column("warnings", "VARCHAR[]", "what was unusual about the window", "w.warnings"),
    _of_media("fps", "DOUBLE", "frames a second of the file", "fps"),
    _of_media("width", "INTEGER", "of the picture, pixels", "width"),
    _of_media("height", "INTEGER", "of the picture, pixels", "height"),
    _of_media("video_s", "DOUBLE", "how long the file is", "duration_s"),
    _of_media("has_audio", "BOOLEAN", "it has sound", "has_audio"),
    Column("model_name", "VARCHAR", "what wrote the labels", "w.model.name"),
    Column("model_revision", "VARCHAR", "its revision", "w.model.revision"),
    Column("model_trained", "VARCHAR", "what it was trained on", "w.model.trained"),
    Column(
        "detector_revision",
        "VARCHAR",
        "that of the face detector",
        "w.detector.revision",
    ),
    Column("config_hash", "VARCHAR", "of the run that made the row", "w.config_hash"),
    Column("created_at", "TIMESTAMPTZ", "when the row was made", "w.created_at"),
    Column(
        "extra",
        "MAP(VARCHAR, VARCHAR)",
        "other columns of the manifest: `extra['label']`",
        "map_from_entries(w.extra)",
    ),
)
"""In order. A `where` of the command line and the table that is exported name them."""

NAMES = tuple(column.name for column in COLUMNS)
