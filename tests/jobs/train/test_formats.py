"""Label files of public sets, from their columns to the answers about the window of each clip."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jobs.train.caches import front_of, source_rows
from jobs.train.presets import load_train_config
from jobs.train.reading import Asked, read_material
from pipeline.labelled import targets_of
from tests.jobs.train.windows import utterance, window

REASON = "Her brows rise, her voice is quick and high, and she says that she ran all the way. " * 2
MELD = (
    "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,"
    "StartTime,EndTime\n"
)


def _mer(folder: Path) -> list[str]:
    return [
        _written(folder / "track2.csv", "name,openset\na,\"['happy','relieved']\"\nb,['sad']\n"),
        _written(folder / "track3.csv", f'name,reason\na,"{REASON}"\n'),
        _written(folder / "subtitle_chieng.csv", "name,chinese,english\na,你好,Hello.\nb,不,No.\n"),
    ]


def _emer(folder: Path) -> list[str]:
    rows = f"a,\"['happy','relieved']\",Hello.,\"{REASON}\"\nb,['sad'],No.,\n"
    return [_written(folder / "gt-eng.csv", f"names,emotions,subtitles,reasons\n{rows}")]


def _merr(folder: Path) -> list[str]:
    rows = {
        "a": {"pseu_emotion": "happy", "smp_reason_caption": REASON, "text": "Hello."},
        "b": {"pseu_emotion": "sad", "smp_reason_caption": REASON, "text": "No."},
    }
    return [_written(folder / "MERR_fine_grained.json", json.dumps(rows))]


def _mafw(folder: Path) -> list[str]:
    single = _sheet(
        folder / "single-set.xlsx", ["clip", "single_label"], ["a.mp4", 4], ["b.mp4", 6]
    )
    texts = _sheet(folder / "descriptive_text.xlsx", ["a.mp4", "她笑", REASON])
    return [single, texts]


def _dfew(folder: Path) -> list[str]:
    return [_written(folder / "set_1.csv", "video_name,label\n1,1\n2,2\n")]


def _meld(folder: Path) -> list[str]:
    rows = (
        '1,Hello.,Ann,joy,positive,0,0,8,21,"00:16:16,059","0:16:21,731"\n'
        '2,No.,Bob,sadness,negative,0,1,8,21,"00:16:22,059","0:16:23,731"\n'
    )
    return [_written(folder / "train_sent_emo.csv", MELD + rows)]


Made = tuple[Callable[[Path], list[str]], tuple[str, str], Mapping[str, Any]]
SETS: Mapping[str, Made] = {
    "MER": (
        _mer,
        ("a.mp4", "b.mp4"),
        {
            "labels": (("happy", "relieved"), ("sad",)),
            "described": (True, False),
            "silent": True,
            "tabled": True,  # its subtitles are a table that the run reads itself
        },
    ),
    "EMER": (
        _emer,
        ("a.mp4", "b.mp4"),
        {"labels": (("happy", "relieved"), ("sad",)), "described": (True, False)},
    ),
    "MERR": (
        _merr,
        ("a.mp4", "b.mp4"),
        {"labels": (("happy",), ("sad",)), "described": (True, True)},
    ),
    "MAFW": (
        _mafw,
        ("a.mp4", "b.mp4"),
        {"labels": (("happiness",), ("sadness",)), "described": (True, False), "silent": True},
    ),
    "DFEW": (
        _dfew,
        ("00001.mp4", "00002.mp4"),
        {"labels": (("happy",), ("sad",)), "described": (False, False), "silent": True},
    ),
    "MELD": (
        _meld,
        ("dia0_utt0.mp4", "dia0_utt1.mp4"),
        {"labels": (("joy",), ("sadness",)), "described": (False, False)},
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_each_clip_is_found_and_its_window_gets_what_the_labels_say(
    name: str, tmp_path: Path
) -> None:
    write, videos, expected = SETS[name]
    (tmp_path / "films").mkdir()
    for video in videos:
        (tmp_path / "films" / video).write_bytes(video.encode())
    asked = Asked(write(tmp_path), media=str(tmp_path / "films"))
    (clips,) = read_material(asked).clips
    assert [Path(path).name for path in clips.media.paths.values()] == list(videos)
    rows, _ = source_rows(clips, None, front_of(load_train_config(), ()))
    said = [[each["text"] for each in row["utterances"] or []] for row in rows]
    assert said == ([[], []] if expected.get("silent") else [["Hello."], ["No."]])
    is_tabled = [row["transcript_uri"] is not None for row in rows]
    assert is_tabled == [bool(expected.get("tabled"))] * 2
    by_video = clips.labelled.by_video()
    for row, labels, described in zip(rows, expected["labels"], expected["described"], strict=True):
        seen = window(row["video_id"])
        seen["utterances"] = [utterance(0, 0.5, 1.5, "Yes.")]
        told = targets_of(seen, by_video[row["video_id"]])
        assert told
        assert {answer.labels for answer in told.values()} == {labels}
        assert {bool(answer.description) for answer in told.values()} == {described}


def _written(file: Path, text: str) -> str:
    file.write_text(text, encoding="utf-8")
    return str(file)


def _sheet(file: Path, *rows: list[Any]) -> str:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return str(file)
