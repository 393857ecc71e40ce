"""One video on the page: its windows, their time lines, what was said and what was seen in it."""

import base64
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from pipeline.dataset.ledger import VideoProgress
from pipeline.report.clues import ClueView, lay_out_clues
from pipeline.report.evidence import EventView, EvidenceView, lay_out_evidence
from pipeline.report.lanes import Block, Lane
from pipeline.report.media import at_span, media_url
from pipeline.report.timeline import Scale, Tick, length, span
from pipeline.report.voice import VoiceView, lay_out_voice

_MOST_UTTERANCES = 60  # a window
_MOST_TRACKS = 6
_MOST_CHARACTERS = 2_000
_SPEAKER_COLOURS = 6


@dataclass(frozen=True)
class Label:
    """A label with its confidence in words ("" when unknown) and in percent."""

    text: str
    confidence: str
    percent: float


@dataclass(frozen=True)
class Emotion:
    """What the model says of a window or of an utterance."""

    description: str
    labels: list[Label]
    abstained: bool
    unread: str  # where it abstained, the answer that should have been labels
    clues: list[ClueView]
    coverage: str  # the share of named times that something measured supports, "" without any


@dataclass(frozen=True)
class UtteranceView:
    """An utterance; `colour` tells the speakers of a video apart, `play` is where it is heard."""

    number: int
    when: str
    play: str
    speaker: str
    colour: int
    text: str
    source: str
    face: str  # which face speaks, "" when unsure
    voice: VoiceView | None
    emotion: Emotion


@dataclass(frozen=True)
class WindowView:
    """A window. `strip` is a JPEG as base64, "" when there is no face; `play` its stretch of film.

    `anchor` is its id, and `play` "" where a browser has no way to the film.
    """

    anchor: str
    number: int
    when: str
    play: str
    ticks: list[Tick]
    lanes: list[Lane]
    strip: str
    strip_words: str
    events: list[EventView]
    events_left_out: int
    emotion: Emotion
    utterances: list[UtteranceView]
    utterances_left_out: int
    warnings: list[str]


@dataclass(frozen=True)
class VideoView:
    """A video: its facts, the borders of its windows, and the windows that are shown."""

    video_id: str
    uri: str
    facts: list[str]
    language: str
    ticks: list[Tick]
    borders: list[Block]
    windows: list[WindowView]
    window_count: int
    windows_left_out: int
    failed_windows: int
    owed_windows: int


def lay_out_video(
    rows: list[dict[str, Any]], video: VideoProgress, folder: Path | None = None
) -> VideoView:
    """The view of a video.

    Args:
        rows: of its windows that are shown, in order.
        video: its progress.
        folder: of the page; None: it is not on this machine.
    """
    first = rows[0]
    speakers = _speakers(rows)
    film = media_url(first["uri"] or "", folder)
    windows = [_window(row, speakers, film) for row in rows]
    whole = Scale(0.0, max(video.duration_s, *(row["end_s"] or 0.0 for row in rows), 0.0))
    return VideoView(
        video_id=first["video_id"],
        uri=first["uri"] or "",
        facts=_facts(first),
        language=first["language"] or "",
        ticks=whole.ticks(),
        borders=[_border(row, whole) for row in rows],
        windows=windows,
        window_count=video.window_count or len(rows),
        windows_left_out=len(video.annotated) - len(rows),
        failed_windows=len(video.failed),
        owed_windows=video.owed,
    )


def _speakers(rows: list[dict[str, Any]]) -> dict[str | None, int]:
    """A colour for each speaker, in order of first word."""
    colours: dict[str | None, int] = {}
    for row in rows:
        for utterance in row["utterances"] or []:
            colours.setdefault(utterance["speaker"], len(colours) % _SPEAKER_COLOURS)
    return colours


def _facts(row: dict[str, Any]) -> list[str]:
    media = row["media"] or {}
    facts = []
    if media.get("duration_s") is not None:
        facts.append(length(media["duration_s"]))
    if media.get("width") and media.get("height"):
        facts.append(f"{media['width']}×{media['height']}")
    if media.get("fps"):
        facts.append(f"{media['fps']:.4g} fps")
    if row["language"]:
        facts.append(row["language"])
    if media.get("has_audio") is False:
        facts.append("no sound")
    return facts


def _border(row: dict[str, Any], whole: Scale) -> Block:
    start_s, end_s = row["start_s"] or 0.0, row["end_s"] or 0.0
    number = row["window_index"] + 1
    title = f"window {number}, {span(start_s, end_s)}"
    return Block(whole.left(start_s), whole.width(start_s, end_s), str(number), title)


def _window(row: dict[str, Any], speakers: dict[str | None, int], film: str) -> WindowView:
    scale = Scale(row["start_s"] or 0.0, row["end_s"] or 0.0)
    spoken = row["utterances"] or []
    strip = row["face_strip"]
    evidence = lay_out_evidence(row, scale)
    return WindowView(
        anchor=f"{row['video_id']}#{row['window_index']}",
        number=row["window_index"] + 1,
        when=span(scale.start_s, scale.end_s),
        play=at_span(film, scale.start_s, scale.end_s),
        ticks=scale.ticks(),
        lanes=[*_lanes(row, scale, speakers), *evidence.lanes],
        strip=base64.b64encode(strip["bytes"]).decode() if strip else "",
        strip_words=f"Crops of the main face, evenly spread over {span(*_main_track(row))}",
        events=evidence.events,
        events_left_out=evidence.events_left_out,
        emotion=_emotion(row, evidence),
        utterances=[_utterance(one, speakers, evidence, film) for one in spoken[:_MOST_UTTERANCES]],
        utterances_left_out=max(0, len(spoken) - _MOST_UTTERANCES),
        warnings=[_shortened(warning) for warning in row["warnings"] or []],
    )


def _main_track(row: dict[str, Any]) -> tuple[float | None, float | None]:
    main = next((face for face in row["faces"] or [] if face["track_id"] == 0), row)
    return main["start_s"], main["end_s"]


def _lanes(row: dict[str, Any], scale: Scale, speakers: dict[str | None, int]) -> list[Lane]:
    lanes = []
    if row["utterances"]:
        blocks = [_speech(one, scale, speakers) for one in row["utterances"]]
        lanes.append(Lane("speech", "speech", blocks))
    lanes += [
        Lane(f"face {face['track_id']}", "face", [_face(face, scale)])
        for face in (row["faces"] or [])[:_MOST_TRACKS]
    ]
    return lanes


def _speech(one: dict[str, Any], scale: Scale, speakers: dict[str | None, int]) -> Block:
    words = [span(one["start_s"], one["end_s"]), one["speaker"], _shortened(one["text"], 120)]
    return Block(
        scale.left(one["start_s"]),
        scale.width(one["start_s"], one["end_s"]),
        str(one["index"] + 1),
        " · ".join(word for word in words if word),
        speakers[one["speaker"]],
    )


def _face(face: dict[str, Any], scale: Scale) -> Block:
    coverage, score = face["coverage"] or 0.0, face["score"] or 0.0
    words = f"in {100 * coverage:.0f} % of frames, score {score:.2f}"
    return Block(
        scale.left(face["start_s"]),
        scale.width(face["start_s"], face["end_s"]),
        words,
        f"{span(face['start_s'], face['end_s'])} · {words}",
        strength=round(0.35 + 0.65 * min(1.0, max(0.0, coverage)), 2),
    )


def _utterance(
    one: dict[str, Any], speakers: dict[str | None, int], evidence: EvidenceView, film: str
) -> UtteranceView:
    return UtteranceView(
        number=one["index"] + 1,
        when=span(one["start_s"], one["end_s"]),
        play=at_span(film, one["start_s"], one["end_s"]),
        speaker=one["speaker"] or "",
        colour=speakers[one["speaker"]],
        text=_shortened(one["text"]),
        source=_source(one),
        face=_speaking_face(one),
        voice=lay_out_voice(one.get("voice")),
        emotion=_emotion(one, evidence),
    )


def _source(one: dict[str, Any]) -> str:
    confidence = one["text_confidence"]
    known = "" if confidence is None else f" {confidence:.2f}"
    return f"{one['text_source'] or 'none'}{known}"


def _speaking_face(one: dict[str, Any]) -> str:
    track, score = one.get("speaker_track"), one.get("speaker_score")
    if track is None:
        return ""
    return f"face {track} speaks" + ("" if score is None else f" {score:.2f}")


def _emotion(said: dict[str, Any], evidence: EvidenceView) -> Emotion:
    """The fields on emotion, which a run without a model does not have."""
    pairs = zip_longest(said.get("labels") or [], said.get("label_confidence") or [])
    abstained = bool(said.get("abstained"))
    return Emotion(
        description=_shortened(said.get("description")),
        labels=[_label(text, confidence) for text, confidence in pairs if text is not None],
        abstained=abstained,
        unread=_shortened(said.get("labels_raw")) if abstained else "",
        clues=lay_out_clues(said.get("clues"), evidence),
        coverage=_coverage(said),
    )


def _coverage(said: dict[str, Any]) -> str:
    share, clues = said.get("evidence_coverage"), said.get("clues") or []
    known = [clue for clue in clues if clue["supported"] is not None]
    if share is None or not known:
        return ""
    return f"{round(share * len(known))} of {len(known)} named times measured"


def _label(text: str, confidence: float | None) -> Label:
    if confidence is None:
        return Label(text, "", 0.0)
    return Label(text, f"{confidence:.2f}", round(100 * min(1.0, max(0.0, confidence)), 1))


def _shortened(text: str | None, most: int = _MOST_CHARACTERS) -> str:
    text = text or ""
    return text if len(text) <= most else f"{text[:most]}…"
