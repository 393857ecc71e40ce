"""Lists of labels in the forms that people have."""

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.evaluation.answers import Answer, Answers
from pipeline.evaluation.reading import read_predictions, read_truth
from stages.faults import SetupError


def _read(folder: Path, content: str | bytes, name: str = "labels.csv") -> Answers:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_predictions(str(file))


def _labels(answers: Answers) -> dict[str, tuple[str, ...]]:
    return {row.name: row.labels for row in answers.rows}


@pytest.mark.parametrize(
    "text",
    [
        "name,openset\na,\"['happy', 'relieved']\"\nb,[]\n",
        "name;openset\na;['happy', 'relieved']\nb;\n",
        "name\topenset\na\thappy, relieved\nb\t\n",
        'video_id,labels\na,"Happy,relieved"\nb,\n',
        "names,emotions,subtitles,reasons\na,\"['happy','relieved']\",hi,because\nb,[],,\n",
        '{"a": ["happy", "relieved"], "b": []}',
        '{"a": {"pseu_emotion": "happy, relieved", "AU_list": []}, "b": {"pseu_emotion": ""}}',
        '[{"name": "a", "labels": ["happy", "relieved"]}, {"name": "b", "labels": []}]',
        '{"name": "a", "labels": ["happy", "relieved"]}\n{"name": "b", "labels": null}\n',
    ],
)
def test_names_and_free_labels(tmp_path: Path, text: str) -> None:
    answers = _read(tmp_path, text)
    assert _labels(answers) == {"a": ("happy", "relieved"), "b": ()}
    assert not answers.rows[0].abstained


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_marks_and_other_encodings(tmp_path: Path, encoding: str) -> None:
    answers = _read(tmp_path, 'name,openset\n样本1,"开心,难过"\n'.encode(encoding))
    assert _labels(answers) == {"样本1": ("开心", "难过")}
    assert bool(answers.notices) == (encoding == "gb18030")


def test_mer_with_valence(tmp_path: Path) -> None:
    answers = _read(tmp_path, "name,discrete,valence\na,happy,2.5\nb,angry,-3\nc,neutral,0\n")
    assert [row.sentiment for row in answers.rows] == ["positive", "negative", "neutral"]
    assert _labels(answers)["b"] == ("angry",)
    assert answers.form == "table of name and discrete"


def test_meld_names_its_clips_and_its_times_are_those_of_the_episode(tmp_path: Path) -> None:
    answers = _read(
        tmp_path,
        "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,"
        "StartTime,EndTime\n"
        '1,"also I was the point person, you know",Chandler,neutral,neutral,0,0,8,21,'
        '"00:16:16,059","00:16:21,731"\n'
        "2,Oh joy!,Ann,joy,positive,0,12,8,21,0:05:52,0:05:53\n",
    )
    assert answers.form == "MELD"
    assert answers.notices == ()
    assert answers.rows == (
        Answer(
            "dia0_utt0",
            ("neutral",),
            sentiment="neutral",
            said="also I was the point person, you know",
            speaker="Chandler",
        ),
        Answer("dia0_utt12", ("joy",), sentiment="positive", said="Oh joy!", speaker="Ann"),
    )


def test_dfew_and_mafw_write_numbers(tmp_path: Path) -> None:
    dfew = _read(tmp_path, "video_name,label\n1,1\n2,7\n")
    assert (dfew.form, _labels(dfew)) == ("DFEW", {"1": ("happy",), "2": ("fear",)})
    mafw = _read(tmp_path, "00001.mp4 6\n00002.mp4 11\n", "set_1.txt")
    assert mafw.form == "MAFW"
    assert _labels(mafw) == {"00001.mp4": ("sadness",), "00002.mp4": ("disappointment",)}
    captioned = "00001.mp4\t1,2\t他在生气\tHe is angry.\n".encode("gb18030")
    assert _labels(_read(tmp_path, captioned, "set_1.txt")) == {"00001.mp4": ("anger", "disgust")}


def test_merr_has_three_columns_or_four(tmp_path: Path) -> None:
    answers = _read(tmp_path, "sample_00000047 88 happy -10\nsample_00000048 120 worried\n")
    assert answers.form == "MERR"
    assert _labels(answers) == {"sample_00000047": ("happy",), "sample_00000048": ("worried",)}


def test_utterances_with_times_and_confidences(tmp_path: Path) -> None:
    answers = _read(
        tmp_path,
        "video_id,utterance_index,start_s,end_s,labels,label_confidence,abstained,family,mood\n"
        'v.mp4,0,0.5,1.25,"sad,hurt","[0.9, 0.4]",false,sadness,x\n'
        "v.mp4,1,2,0:03.5,,,true,,\n",
    )
    assert answers.rows == (
        Answer("v.mp4", ("sad", "hurt"), (0.9, 0.4), 0, 0.5, 1.25, family="sadness"),
        Answer("v.mp4", (), (), 1, 2.0, 3.5, abstained=True),
    )
    assert [n.endswith("columns that were passed over: mood.") for n in answers.notices] == [True]


@pytest.mark.parametrize(
    "arrays",
    [
        {"filenames": ["a", "b"], "fileitems": ["['happy', 'sad']", "[]"]},
        {"filenames": ["a", "b"], "fileitems": ["happy,sad", ""]},
        {"name2reason": {"a": ["happy", "sad"], "b": []}},
        {"name2reason": {"a": "['happy', 'sad']", "b": ""}},
    ],
)
def test_answers_of_the_challenges_code(tmp_path: Path, arrays: dict[str, object]) -> None:
    file = tmp_path / "epoch_30.npz"
    np.savez_compressed(
        file,
        **{k: np.array(v, object if isinstance(v, dict) else None) for k, v in arrays.items()},
    )
    assert _labels(read_predictions(str(file))) == {"a": ("happy", "sad"), "b": ()}


def test_lists_of_labels_in_an_npz_file_equal_in_length_or_not(tmp_path: Path) -> None:
    ragged = np.empty(2, object)
    ragged[:] = [["happy", "sad"], ["calm"]]
    np.savez(tmp_path / "a.npz", filenames=np.array(["a", "b"]), fileitems=ragged)
    assert _labels(read_predictions(str(tmp_path / "a.npz")))["b"] == ("calm",)
    grid = np.array([["happy", "sad"], ["calm", "glad"]])
    np.savez(tmp_path / "b.bin", filenames=np.array(["a", "b"]), fileitems=grid)
    assert _labels(read_predictions(str(tmp_path / "b.bin.npz")))["b"] == ("calm", "glad")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("name,openset\n", "holds no labels"),
        ("clip,mood\na,sad\n", "no columns for names and labels; found clip, mood; known are"),
        ("name,valence\na,1\n", "no columns for names and labels; found name, valence"),
        ("name,reason\na,she smiles\n", "holds reasons, but no labels"),
        ("name,chinese,english\na,x,she smiles\n", "holds reasons, but no labels"),
        ("name,labels\n,sad\n", "line 2: names no video"),
        ("name,labels\na,sad\na,glad\n", "a stands there twice with different labels"),
        ("name,label\na,3\n", "line 2: the label 3 is a number"),
        ("video_name,label\n1,8\n", "line 2: 8 is no emotion of DFEW: 1 to 7"),
        ("00001.mp4 12\n", "line 1: 12 is no emotion of MAFW"),
        ("a 3 sad\nb sad\n", "line 2: is not like the first line, which is one of MERR"),
        ('name,labels\na,"sad\n', "line 2: an unclosed"),
        ("name,labels,confidence\na,sad,high\n", "line 2: could not convert"),
        ("name,labels,confidence\na,sad,1.5\n", "line 2: a confidence is not between 0 and 1"),
        ('name,labels,confidence\na,"sad,low",0.5\n', "1 confidences for 2 labels"),
        ("name,labels,family\na,sad,gloom\n", "line 2: family gloom is none of happiness"),
        ("name,labels,sentiment\na,sad,bad\n", "line 2: sentiment bad is none of positive"),
        ("name,labels,start_s,end_s\na,sad,x,1\n", "line 2"),
        (b"\x00\x01\x02\x03 binary \x00" * 40, "is no text"),
        (b"\x93NUMPY\x01\x00", "is one array of NumPy"),
        (b"\xd0\xcf\x11\xe0 old Excel", "is a spreadsheet; save it as CSV or .xlsx"),
        (b"PK\x03\x04 broken", "cannot be read as an"),
        (b"PAR1 broken", "cannot be read as Parquet"),
        ("[1, 2]", "is no list of objects"),
        ('{"a": 3}', "holds no labels"),
        ("{broken", "line 1: is not JSON"),
        ("[" * 100_000, "nested too deeply|is not JSON"),
        ("Dialogue_ID,Utterance_ID,Emotion\nx,1,joy\n", "line 2: Dialogue_ID 'x'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_file_named(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    with pytest.raises(SetupError, match=message) as fault:
        _read(tmp_path, content)
    assert str(fault.value).startswith(str(tmp_path / "labels.csv"))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"a": [1]}, "found a; an .npz file of answers holds"),
        ({"filenames": ["a"], "fileitems": ["x", "y"]}, "lists of equal length"),
        ({"filenames": [1], "fileitems": ["x"]}, "a name in it is no text"),
        ({"filenames": ["a"], "fileitems": [1]}, "the answer of a holds no labels"),
        ({"name2reason": {"a": "She smiles."}}, "name2reason of a is a text, no list of labels"),
        ({"name2reason": [1]}, "name2reason is no mapping"),
    ],
)
def test_archives_without_answers_are_refused(
    tmp_path: Path, arrays: dict[str, object], message: str
) -> None:
    file = tmp_path / "answers.npz"
    np.savez(
        file, **{k: np.array(v, object if isinstance(v, dict) else None) for k, v in arrays.items()}
    )
    with pytest.raises(SetupError, match=message):
        read_predictions(str(file))


def test_rows_that_stand_there_twice_are_taken_once(tmp_path: Path) -> None:
    answers = _read(tmp_path, 'name,labels\na,"sad,hurt"\nb,calm\na,"hurt,sad"\n')
    assert _labels(answers) == {"a": ("sad", "hurt"), "b": ("calm",)}
    assert answers.notices == (
        f"{answers.location}: 1 rows that stand there twice were taken once.",
    )


def test_a_truth_needs_labels(tmp_path: Path) -> None:
    file = tmp_path / "truth.csv"
    file.write_text("name,openset\na,[]\nb,\n")
    with pytest.raises(SetupError, match="not one of its 2 rows has a label"):
        read_truth(str(file))
    file.write_text("name,openset\na,[]\nb,sad\n")
    assert len(read_truth(str(file)).rows) == 2


def test_what_is_not_there_and_folders_of_something_else_are_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="none: is not there"):
        read_truth(str(tmp_path / "none"))
    with pytest.raises(SetupError, match="holds neither a run"):
        read_predictions(str(tmp_path))
    with pytest.raises(SetupError, match="cannot be read"):
        read_predictions("nothing://a/b")


def test_a_uri_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"a": "sad"}))
    assert _labels(read_predictions(f"file://{tmp_path}/a.json")) == {"a": ("sad",)}
