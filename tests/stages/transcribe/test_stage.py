from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest

from stages.rows import Row, from_table, to_table
from stages.transcribe import TranscribeConfig, TranscribeStage
from stages.transcribe.listening import recognition
from tests.clips import write_clip
from tests.rows import schema_of, source
from tests.stages.transcribe.making import saying, write_sound

NO_TEXT = (
    "It has no transcript and no speech recognition was configured (transcribe.asr): its "
    "utterances have times but no text."
)
SRT = "1\n00:00:00,500 --> 00:00:01,000\nHello\n\n2\n00:00:01,200 --> 00:00:01,900\nBye\n"


def run(uri: Path | str, config: TranscribeConfig | None = None, **row: Any) -> Row:
    stage = TranscribeStage(config or TranscribeConfig())
    (result,) = stage([source(uri=str(uri), **row)])
    return result


def said(row: Row) -> list[tuple[float, float, str, str]]:
    return [(u["start_s"], u["end_s"], u["text"], u["text_source"]) for u in row["utterances"]]


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds with speech at 1 to 2.5 s and at 4 to 5 s; no transcript beside it."""
    return write_clip(
        tmp_path_factory.mktemp("spoken") / "talk.mp4",
        seconds=6,
        audio=saying((1.0, 2.5), (4.0, 5.0)),
    )


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Two seconds with a tone, in a folder of its own."""
    return write_clip(tmp_path / "clip.mp4", seconds=2, audio=saying())


def spans(row: Row) -> Any:
    return pytest.approx(
        [t for u in row["utterances"] for t in (u["start_s"], u["end_s"])], abs=0.2
    )


def test_without_a_transcript_voice_activity_gives_utterances_without_text(spoken: Path) -> None:
    row = run(spoken)
    assert spans(row) == [1.0, 2.5, 4.0, 5.0]
    assert {(u["text"], u["text_source"]) for u in row["utterances"]} == {(None, "none")}
    assert row["warnings"] == [NO_TEXT]
    assert row["media"]["has_audio"] is True
    assert row["media"]["duration_s"] == pytest.approx(6, abs=0.04)
    assert row["language"] is None
    assert "transcript_uri" not in row


@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_speech_is_found_half_a_second_later_where_the_sound_starts_so(
    tmp_path: Path, ending: str
) -> None:
    path = write_clip(
        tmp_path / f"late.{ending}",
        seconds=6,
        audio=saying((1.5, 3.0), (4.5, 5.5)),
        audio_start_s=0.5,
    )
    assert spans(run(path)) == [1.5, 3.0, 4.5, 5.5]


def test_a_start_offset_of_the_file_shifts_nothing(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "offset.ts", seconds=4, offset_s=30.0, audio=saying((1.0, 2.5)))
    assert spans(run(path)) == [1.0, 2.5]


def test_speech_recognition_gives_text_where_it_is_configured(
    spoken: Path, whisper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "REPEATS_ITSELF", 1e9)  # random weights do nothing else
    config = TranscribeConfig(asr=str(whisper), asr_beam_size=1, min_confidence=0)
    row = run(spoken, config, language="en")
    assert row.get("error") is None
    assert row["language"] == "en"
    recognised = [u for u in row["utterances"] if u["text_source"] == "asr"]
    assert recognised
    for utterance in recognised:
        assert utterance["text"]
        assert 0 < utterance["text_confidence"] <= 1
    assert NO_TEXT not in row["warnings"]


@pytest.mark.gpu
def test_a_gpu_hears_what_the_cpu_hears(
    spoken: Path, whisper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "REPEATS_ITSELF", 1e9)  # random weights do nothing else
    heard = []
    for device in ("cpu", "cuda"):
        asked = {"asr": str(whisper), "asr_beam_size": 1, "min_confidence": 0, "asr_device": device}
        row = run(spoken, TranscribeConfig.model_validate(asked), language="en")
        assert row.get("error") is None
        heard.append([said["text"] for said in row["utterances"]])
    assert heard[0] == heard[1] != []


def test_a_language_that_the_speech_model_does_not_know_is_found_out(
    spoken: Path, whisper: Path
) -> None:
    row = run(spoken, TranscribeConfig(asr=str(whisper), asr_beam_size=1), language="tlh")
    assert row.get("error") is None
    assert row["language"] == "tlh"
    assert "does not know the language 'tlh'" in row["warnings"][0]


def test_no_sound_track(tmp_path: Path) -> None:
    row = run(write_clip(tmp_path / "mute.mp4"))
    assert row["utterances"] == []
    assert row["media"]["has_audio"] is False
    assert row["warnings"] == ["It has no sound: no utterances."]


def test_sound_without_speech(clip: Path) -> None:
    row = run(clip)
    assert row["utterances"] == []
    assert row["warnings"] == ["No speech was found in its sound: no utterances."]


def test_sound_that_cannot_be_decoded_is_a_warning_and_the_video_goes_on(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mkv", seconds=3, audio=saying((0.5, 2)), audio_codec="flac")
    path.write_bytes(path.read_bytes().replace(b"A_FLAC", b"A_XLAC"))
    row = run(path)
    assert row.get("error") is None
    assert row["utterances"] == []
    assert row["warnings"] == [
        "Its sound has a codec that cannot be decoded; it was not heard.",
    ]


def test_a_transcript_beside_the_video(clip: Path) -> None:
    clip.with_suffix(".SRT").write_text(SRT)
    row = run(clip)
    assert said(row) == [(0.5, 1.0, "Hello", "sidecar"), (1.2, 1.9, "Bye", "sidecar")]
    assert row["warnings"] == []


def test_a_transcript_named_after_its_language_says_the_language(clip: Path) -> None:
    clip.with_suffix(".fr.srt").write_text(SRT)
    assert run(clip)["language"] == "fr"
    assert run(clip, language="en")["language"] == "en"


def test_the_configured_language_chooses_and_is_the_language_of_the_row(clip: Path) -> None:
    clip.with_suffix(".en.srt").write_text(SRT)
    clip.with_suffix(".zh.srt").write_text(SRT.replace("Hello", "你好"))
    row = run(clip, TranscribeConfig(language="zh"))
    assert said(row)[0][2] == "你好"
    assert row["language"] == "zh"
    assert row["warnings"] == ["clip.zh.srt was taken as its transcript, not clip.en.srt."]
    row = run(clip, TranscribeConfig(language="zh"), language="en")
    assert (said(row)[0][2], row["language"]) == ("Hello", "en")
    row = run(clip, TranscribeConfig(language="fr"))
    assert row["language"] == "en"
    assert row["warnings"][0] == "No transcript beside it is named in 'fr'."


def test_the_configured_language_is_given_to_speech_recognition(
    spoken: Path, whisper: Path
) -> None:
    row = run(spoken, TranscribeConfig(asr=str(whisper), asr_beam_size=1, language="fr"))
    assert row.get("error") is None
    assert row["language"] == "fr"


def test_text_without_times_is_said_over_the_whole_clip(clip: Path, tmp_path: Path) -> None:
    table = tmp_path / "subtitle_chieng.csv"
    table.write_text("name,chinese,english\nclip,你好,Hello\nother,再见,Bye\n")
    row = run(clip, TranscribeConfig(language="en"), transcript_uri=str(table))
    assert said(row) == [(0, pytest.approx(2, abs=0.05), "Hello", "sidecar")]
    row = run(clip, utterances=[{"start_s": 0.0, "end_s": None, "text": "Listed"}])
    assert said(row) == [(0, pytest.approx(2, abs=0.05), "Listed", "manifest")]


def test_the_one_line_of_a_clip_may_count_from_a_longer_recording(
    clip: Path, tmp_path: Path
) -> None:
    table = tmp_path / "corpus.csv"
    table.write_text("wav_file,start,end,text\nclip,61.5,63.0,Hi\nother,63,65,No\n")
    row = run(clip, transcript_uri=str(table))
    assert said(row) == [(0, 1.5, "Hi", "sidecar")]
    assert "times that count from elsewhere, moved by 61.50 s" in row["warnings"][0]


def test_what_lies_beside_and_is_not_read_is_named(clip: Path) -> None:
    clip.with_suffix(".cut.srt").write_text(SRT)
    clip.with_suffix(".txt").write_text("Hello")
    row = run(clip)
    assert row["utterances"] == []
    assert row["warnings"][0].startswith("Beside it clip.txt, clip.cut.srt was passed over")


def test_a_silent_video_with_a_transcript_has_its_utterances(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "mute.mp4")
    path.with_suffix(".srt").write_text(SRT)
    assert len(run(path)["utterances"]) == 2


def test_what_is_given_goes_before_the_manifest_and_that_before_what_lies_beside(
    clip: Path, tmp_path: Path
) -> None:
    clip.with_suffix(".srt").write_text(SRT)
    given = tmp_path / "elsewhere.vtt"
    given.write_text("WEBVTT\n\n00:00.100 --> 00:00.900\nGiven\n")
    manifest = [{"start_s": 0.2, "end_s": 0.8, "text": "Listed", "speaker": "Anna"}]

    row = run(clip, transcript_uri=str(given), utterances=manifest)
    assert said(row) == [(0.1, 0.9, "Given", "sidecar")]
    row = run(clip, transcript_uri=None, utterances=manifest)
    assert said(row) == [(0.2, 0.8, "Listed", "manifest")]
    row = run(clip, transcript_uri=None, utterances=[])
    assert said(row)[0] == (0.5, 1.0, "Hello", "sidecar")


def test_of_several_transcripts_one_is_taken_and_the_others_named(clip: Path) -> None:
    clip.with_suffix(".srt").write_text(SRT)
    clip.with_suffix(".en.vtt").write_text("WEBVTT\n")
    row = run(clip)
    assert len(row["utterances"]) == 2
    assert row["warnings"] == ["clip.srt was taken as its transcript, not clip.en.vtt."]


def test_some_other_json_beside_a_video_is_passed_over_and_named(clip: Path) -> None:
    clip.with_suffix(".json").write_text('{"title": "a film"}')
    row = run(clip)
    assert row.get("error") is None
    assert row["warnings"][0].startswith("clip.json beside it has no list of")


def test_the_rest_of_a_broken_transcript_is_used_and_the_break_named(clip: Path) -> None:
    clip.with_suffix(".srt").write_text(
        SRT
        + "\n3\n00:00:0x,000 --> 00:00:01,000\nlost\n"
        + "\n4\n00:00:09,000 --> 00:00:10,000\ntoo late\n"
        + "\n5\n00:00:01,500 --> 00:00:30,000\ntoo long\n"
    )
    row = run(clip)
    assert [text for *_, text, _ in said(row)] == ["Hello", "Bye", "too long"]
    assert row["utterances"][-1]["end_s"] == pytest.approx(row["media"]["duration_s"], abs=0.001)
    assert row["warnings"] == [
        "clip.srt: 3 of its lines were not used as they stand: 1 with times that cannot be read "
        "(first: line 10); 1 with a place outside the video (first: line 14); 1 with an end beyond "
        "that of the video, shortened (first: line 18)."
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not a subtitle at all",
        "1\n00:00:0x,000 --> 00:00:01,000\nx\n",
        "1\n00:01:00,000 --> 00:01:02,000\nfrom another film\n",
        "\x00\x01\x02" * 50,
    ],
)
def test_a_transcript_of_which_nothing_can_be_used_is_a_fault(clip: Path, content: str) -> None:
    clip.with_suffix(".srt").write_text(content)
    row = run(clip)
    assert row["error"]["kind"] == "bad_transcript"
    assert "clip.srt" in row["error"]["message"]
    assert "Correct the transcript, or take it away." in row["error"]["message"]


def test_a_given_transcript_that_is_not_there_is_a_fault(clip: Path) -> None:
    row = run(clip, transcript_uri=str(clip.with_name("none.srt")))
    assert row["error"]["kind"] == "bad_transcript"
    assert "none.srt" in row["error"]["message"]


def test_a_given_transcript_on_storage_that_does_not_exist_is_a_fault(clip: Path) -> None:
    row = run(clip, transcript_uri="attic://box/a.srt")
    assert row["error"]["kind"] == "bad_transcript"
    assert "attic://box/a.srt" in row["error"]["message"]


def test_a_table_that_does_not_speak_of_the_video_is_a_fault(clip: Path, tmp_path: Path) -> None:
    table = tmp_path / "corpus.csv"
    table.write_text("video_id,start,end,text\nother,0,1,hello\n")
    row = run(clip, transcript_uri=str(table))
    assert row["error"]["kind"] == "bad_transcript"
    assert "no line for 'clip'" in row["error"]["message"]


def test_a_clip_of_meld_with_the_table_of_the_corpus(tmp_path: Path) -> None:
    table = tmp_path / "train.csv"
    table.write_text(
        "Utterance,Speaker,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\n"
        'Hi,Ada,0,3,1,1,"00:16:16,059","0:16:17,435"\nNo,Wim,0,4,1,1,"bad","worse"\n'
    )
    clip = write_clip(tmp_path / "dia0_utt3.mp4", seconds=2)
    assert said(run(clip, transcript_uri=str(table))) == [(0, 1.376, "Hi", "sidecar")]
    clip = write_clip(tmp_path / "dia0_utt4.mp4", seconds=2)
    row = run(clip, transcript_uri=str(table))
    assert said(row) == [(0, 2.0, "No", "sidecar")]
    assert "given the whole clip" in row["warnings"][0]


def test_manifest_utterances_of_which_none_can_be_used_are_a_fault(clip: Path) -> None:
    row = run(clip, utterances=[{"start_s": float("nan"), "end_s": 1.0, "text": "x"}])
    assert row["error"]["kind"] == "bad_transcript"
    assert "manifest" in row["error"]["message"]


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    row = run(write_sound(tmp_path / "a.wav", saying_samples()))
    assert row["error"]["kind"] == "no_video"
    assert row["error"]["stage"] == "transcribe"


def saying_samples() -> Any:
    from tests.stages.transcribe.making import voice

    return voice(1.0)


def test_a_video_over_the_limit_is_too_large(clip: Path) -> None:
    row = run(clip, TranscribeConfig(max_duration_s=1.0))
    assert row["error"]["kind"] == "too_large"
    assert "transcribe.max_duration_s" in row["error"]["message"]


def test_a_video_that_is_not_there_is_a_fault_of_its_row_alone(clip: Path) -> None:
    stage = TranscribeStage(TranscribeConfig())
    missing, good = stage(
        [
            source(video_id="x", uri=str(clip.with_name("x.mp4"))),
            source(video_id="y", uri=str(clip)),
        ]
    )
    assert missing["error"]["kind"] == "not_found"
    assert good.get("error") is None


def test_video_and_transcript_on_other_storage(clip: Path) -> None:
    storage = fsspec.filesystem("memory")
    storage.pipe("/far/clip.mp4", clip.read_bytes())
    storage.pipe("/far/clip.en.srt", SRT.encode())
    row = run("memory://far/clip.mp4")
    assert len(row["utterances"]) == 2
    assert row["language"] == "en"


def test_warnings_are_added_to_those_that_are_there_and_not_twice(clip: Path) -> None:
    nothing = "No speech was found in its sound: no utterances."
    row = run(clip, warnings=["before", nothing])
    assert row["warnings"] == ["before", nothing]


def test_rows_have_the_types_of_their_columns(spoken: Path) -> None:
    row = run(spoken)
    columns = schema_of((*TranscribeStage.spec.writes, "timings"))
    (back,) = from_table(to_table([row], columns))
    assert back["utterances"][0]["start_s"] == row["utterances"][0]["start_s"]
    assert back["media"] == row["media"]
    assert back["timings"]["transcribe"] > 0


def test_a_video_heard_twice_is_heard_alike(spoken: Path) -> None:
    stage = TranscribeStage(TranscribeConfig())
    one, other = stage([source(video_id=name, uri=str(spoken)) for name in "ab"])
    assert one["utterances"] == other["utterances"]


def voices(row: Row) -> list[dict[str, Any] | None]:
    return [said.get("voice") for said in row["utterances"]]


def cues(*spans: tuple[float, float]) -> list[dict[str, Any]]:
    return [{"start_s": start_s, "end_s": end_s, "text": "Hello"} for start_s, end_s in spans]


def test_the_voice_of_every_utterance_of_a_transcript_is_measured(spoken: Path) -> None:
    row = run(spoken, utterances=cues((1.0, 2.5), (2.6, 3.9)))
    assert row["warnings"] == []
    speech, silence = voices(row)
    assert speech is not None
    assert silence is not None
    assert speech["pitch_hz"] == pytest.approx(120, rel=0.03)
    assert speech["pace"] == pytest.approx(4, abs=0.8)
    assert speech["words"] == "nothing stands out"
    assert len(speech["pitch_curve_hz"]) == len(speech["loudness_curve_db"]) == 38
    assert silence["words"] == "nothing is heard"


def test_the_voice_of_speech_that_was_found_is_measured_in_the_same_pass(spoken: Path) -> None:
    found = run(spoken)
    given = cues(*((u["start_s"], u["end_s"]) for u in found["utterances"]))
    assert len(given) == 2
    assert voices(found) == voices(run(spoken, utterances=given))


def test_loudness_through_aac_is_within_a_decibel(tmp_path: Path) -> None:
    path = write_clip(
        tmp_path / "tone.mp4", seconds=3, audio=lambda times: 0.1 * np.sin(300 * np.pi * times)
    )
    [voice] = voices(run(path, utterances=cues((0.5, 2.5))))
    assert voice is not None
    assert voice["loudness_db"] == pytest.approx(-23, abs=1)
    assert voice["pitch_hz"] == pytest.approx(150, rel=0.01)


def test_no_voice_is_measured_where_it_is_not_wanted(spoken: Path) -> None:
    assert voices(run(spoken, TranscribeConfig(voice=False))) == [None, None]


def test_sound_that_cannot_be_decoded_leaves_the_utterances_without_voice(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mkv", seconds=2, audio=saying(), audio_codec="flac")
    path.write_bytes(path.read_bytes().replace(b"A_FLAC", b"A_XLAC"))
    row = run(path, utterances=cues((0.0, 1.0)))
    assert row.get("error") is None
    assert voices(row) == [None]
    assert row["warnings"] == ["Its sound has a codec that cannot be decoded; it was not heard."]
