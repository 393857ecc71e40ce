"""The view of one video."""

from collections.abc import Callable
from typing import Any

from pipeline.dataset.ledger import VideoProgress
from pipeline.report.video import VideoView, lay_out_video

Make = Callable[..., Any]


def view(*rows: dict[str, Any]) -> VideoView:
    duration_s = rows[0]["media"]["duration_s"]
    windows = {row["window_index"] for row in rows}
    count = rows[0]["window_count"]
    progress = VideoProgress(count, annotated=windows, duration_s=duration_s)
    return lay_out_video(list(rows), progress)


def test_places_are_relative_to_the_window(make_annotation: Make) -> None:
    window = view(make_annotation("a", 1, 3)).windows[0]
    speech, face = (lane.blocks[0] for lane in window.lanes)
    assert (speech.left, speech.width) == (10, 30)
    assert (face.left, face.width) == (0, 90)
    assert window.when == "0:10.00–0:20.00"


def test_borders_of_windows_are_relative_to_the_video(make_annotation: Make) -> None:
    borders = view(*(make_annotation("a", index, 4) for index in (0, 2))).borders
    assert [(border.left, border.width) for border in borders] == [(0, 25), (50, 25)]


def test_speakers_keep_their_colour_through_the_video(
    make_annotation: Make, make_utterance: Make
) -> None:
    first = [make_utterance(0, 0, 1, speaker="MARA"), make_utterance(1, 2, 3, speaker="JO")]
    second = [make_utterance(2, 11, 12, speaker="JO")]
    windows = view(
        make_annotation("a", 0, 2, utterances=first), make_annotation("a", 1, 2, utterances=second)
    ).windows
    mara, jo, jo_again = (one.colour for window in windows for one in window.utterances)
    assert jo == jo_again != mara


def test_events_have_their_apex_in_place(make_annotation: Make, make_event: Make) -> None:
    row = make_annotation("a", micro_events=[make_event(0, 2.0, 2.4, apex_s=2.1)])
    block = next(lane for lane in view(row).windows[0].lanes if lane.kind == "events").blocks[0]
    assert (block.left, block.width, block.apex) == (20, 4, 25)


def test_a_silent_faceless_window(make_annotation: Make) -> None:
    row = make_annotation("a", utterances=[], faces=[], face_strip=None, labels=[], abstained=True)
    window = view(row).windows[0]
    assert window.lanes == []
    assert window.strip == ""
    assert window.emotion.abstained


def test_columns_may_be_null(make_annotation: Make) -> None:
    names = ["media", "language", "utterances", "description", "labels", "label_confidence"]
    names += ["abstained", "faces", "face_strip", "micro_events", "warnings", "uri"]
    names += ["face_events", "face_curves", "clues", "evidence_coverage"]
    row = make_annotation("a", **dict.fromkeys(names))
    shown = lay_out_video([row], VideoProgress(1, annotated={0}))
    assert shown.windows[0].utterances == []


def test_labels_without_confidence(make_annotation: Make) -> None:
    row = make_annotation("a", labels=["calm", "tired"], label_confidence=[0.5])
    assert [(label.text, label.confidence) for label in view(row).windows[0].emotion.labels] == [
        ("calm", "0.50"),
        ("tired", ""),
    ]


def test_very_long_text_is_shortened(make_annotation: Make, make_utterance: Make) -> None:
    row = make_annotation("a", utterances=[make_utterance(0, 0, 1, text="x" * 100_000)])
    assert len(view(row).windows[0].utterances[0].text) < 2_100


def test_very_many_utterances_are_counted_not_shown(
    make_annotation: Make, make_utterance: Make
) -> None:
    spoken = [make_utterance(index, index / 100, (index + 1) / 100) for index in range(200)]
    window = view(make_annotation("a", utterances=spoken)).windows[0]
    assert len(window.utterances) + window.utterances_left_out == 200
    assert window.utterances_left_out > 0


def test_an_utterance_tells_its_face_and_voice(
    make_annotation: Make, make_utterance: Make, make_voice: Make
) -> None:
    told = make_utterance(0, 0, 1, speaker_track=1, speaker_score=0.9, voice=make_voice())
    unsure = make_utterance(1, 2, 3, speaker_track=None, speaker_score=0.2, voice=None)
    one, other = view(make_annotation("a", utterances=[told, unsure])).windows[0].utterances
    assert one.face == "face 1 speaks 0.90"
    assert one.voice is not None
    assert (other.face, other.voice) == ("", None)


def test_named_times_are_linked_to_what_was_measured(
    make_annotation: Make, make_event: Make, make_clue: Make
) -> None:
    clues = [make_clue(2.0, 2.4, event_ids=[0, 1])]
    clues.append(make_clue(5.0, 5.0, event_ids=[7], supported=False))
    row = make_annotation(
        "a",
        micro_events=[make_event(0, 2.0, 2.4)],
        face_events=[make_event(1, 2.2, 2.5, kind="blink", movement="eyes closed")],
        clues=clues,
        evidence_coverage=0.5,
    )
    emotion = view(row).windows[0].emotion
    assert [(clue.when, clue.verdict) for clue in emotion.clues] == [
        ("0:02.00–0:02.40", "measured"),
        ("0:05.00", "not measured"),
    ]
    first, second = emotion.clues
    assert [(link.words, link.is_there) for link in first.events] == [
        ("micro: inner and outer brows raised (AU1+2)", True),
        ("blink: eyes closed (AU1+2)", False),
    ]
    assert second.events == []
    assert emotion.coverage == "1 of 2 named times measured"
