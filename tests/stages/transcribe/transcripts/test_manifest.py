from stages.transcribe.cues import to_utterances
from stages.transcribe.transcripts.manifest import read_manifest


def test_utterances_of_a_manifest_are_cues() -> None:
    transcript = read_manifest(
        [
            {"start_s": 1, "end_s": 2.5, "text": " Hello\nyou ", "speaker": "Anna"},
            {"start_s": "3", "end_s": 4.0, "text": "b", "speaker": None, "text_confidence": 0.5},
            {"start_s": 5, "end_s": 6, "text": "c", "text_confidence": float("nan")},
        ]
    )
    assert [(c.start_s, c.end_s, c.text, c.speaker, c.confidence) for c in transcript.cues] == [
        (1, 2.5, "Hello you", "Anna", None),
        (3, 4, "b", None, 0.5),
        (5, 6, "c", None, None),
    ]
    assert not transcript.flaws


def test_what_lacks_times_or_text_is_named() -> None:
    transcript = read_manifest(
        [
            {"start_s": None, "end_s": 2, "text": "a"},
            {"end_s": 2, "text": "a"},
            {"start_s": 1, "end_s": 2, "text": None},
            "words",
            {"start_s": 1, "end_s": 2, "text": "ok"},
        ]
    )
    assert [cue.text for cue in transcript.cues] == ["", "ok"]
    assert [flaw.place for flaw in transcript.flaws] == [
        "utterance 0",
        "utterance 1",
        "utterance 3",
    ]
    _, flaws = to_utterances(transcript.cues, 10.0, "manifest")
    assert [(flaw.what, flaw.place) for flaw in flaws] == [("no text", "utterance 2")]
