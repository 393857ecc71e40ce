"""Label files of public sets, alone and joined."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.evaluation.answers import Answer
from pipeline.labelled import Labelled, read_labelled, utterances_of
from stages.faults import SetupError
from stages.rows import Row

REASON = "Her brows rise, her voice is quick and high, and she says that she ran all the way " * 2


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], str]:
    """Write a file and tell where it is."""

    def make(name: str, content: str | bytes) -> str:
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(file)

    return make


def workbook(file: Path, *rows: Sequence[object]) -> str:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(file)
    return str(file)


def _told(labelled: Labelled) -> dict[str, tuple[tuple[str, ...], str | None]]:
    return {row.name: (row.labels, row.description) for row in labelled.rows}


Write = Callable[[str, str | bytes], str]


def test_mer_labels_reasons_and_subtitles_are_joined_by_name(write: Write) -> None:
    labels = write(
        "track2_train_ovmerd.csv",
        'name,openset\nsamplenew3_00001,"[\'happy\', ""can\'t wait""]"\nsamplenew3_00002,[]\n'
        "samplenew3_00003,['sad']\nsamplenew3_00005,\n",
    )
    reasons = write(
        "track3_train_ovmerd.csv",
        "name,reason\nsamplenew4_00001,He leans forward.\nsamplenew4_00002,She looks away.\n"
        "samplenew4_00004,They laugh.\n",
    )
    subtitles = write(
        "subtitle_chieng.csv", "name,chinese,english\nsamplenew4_00001,走吧,Let us go!\n"
    )
    labelled = read_labelled([subtitles, reasons, labels])
    assert _told(labelled) == {
        "samplenew3_00001": (("happy", "can't wait"), "He leans forward."),
        "samplenew3_00002": ((), "She looks away."),
        "samplenew3_00003": (("sad",), None),
        "samplenew4_00004": ((), "They laugh."),
    }
    assert labelled.transcript_tables == (subtitles,)
    notices = " ".join(labelled.notices)
    assert "are taken as subtitles. If they are not, name their column reason." in notices
    assert "1 rows have neither labels nor a description and are left out: samplenew3_00005" in (
        notices
    )
    assert "2 rows have a description and no labels" in notices


def test_both_versions_of_emer(write: Write) -> None:
    first = write(
        "gt-eng.csv",
        f"names,emotions,subtitles,reasons\na,\"['happy']\",I know companys,{REASON}\n".replace(
            f",{REASON}", f',"{REASON}"'
        ),
    )
    labelled = read_labelled([first])
    assert labelled.rows[0].description == REASON.strip()
    assert utterances_of(labelled.rows) == [
        {
            "index": 0,
            "start_s": 0.0,
            "end_s": None,
            "speaker": None,
            "text": "I know companys",
            "text_source": "manifest",
            "text_confidence": None,
        }
    ]
    second = write("final-EMER-reason.csv", f'name,chinese,english\nb,她,"{REASON}"\n')
    with pytest.raises(SetupError, match="no row has a label"):
        read_labelled([second])
    labels = write("labels.csv", "name,openset\nb,glad\n")
    labelled = read_labelled([labels, second])
    assert _told(labelled) == {"b": (("glad",), REASON.strip())}
    assert labelled.transcript_tables == ()


def test_long_chinese_texts_are_reasons(write: Write) -> None:
    texts = write("reasons.csv", f"name,chinese,english\na,{'她微笑着点头' * 12},\n")
    labels = write("labels.csv", "name,openset\na,glad\n")
    assert _told(read_labelled([labels, texts]))["a"][1] == "她微笑着点头" * 12


def test_merr_as_json_and_as_lines(write: Write) -> None:
    coarse = write(
        "coarse.json",
        json.dumps(
            {
                "sample_1": {"AU_list": [], "pseu_emotion": "happy", "caption": "A smile."},
                "sample_2": {"pseu_emotion": "doubt", "caption": ""},
            }
        ),
    )
    fine = write(
        "fine.json",
        json.dumps(
            {
                "sample_2": {
                    "pseu_emotion": "doubt",
                    "smp_reason_caption": "He frowns.",
                    "text": "Is it?",
                }
            }
        ),
    )
    lines = write("MERR_coarse_grained.txt", "sample_1 88 happy -10\nsample_3 50 worried\n")
    labelled = read_labelled([coarse, fine, lines])
    assert _told(labelled) == {
        "sample_1": (("happy",), "A smile."),
        "sample_2": (("doubt",), "He frowns."),
        "sample_3": (("worried",), None),
    }
    (said,) = utterances_of(labelled.by_video()["sample_2"]) or ()
    assert said["text"] == "Is it?"
    assert utterances_of(labelled.by_video()["sample_3"]) is None


EMOTIONS = (
    *("anger", "disgust", "fear", "happiness", "neutral", "sadness"),
    *("surprise", "contempt", "anxiety", "helplessness", "disappointment"),
)


def _shares(**shares: float) -> list[float]:
    return [shares.get(name, 0.0) for name in EMOTIONS]


def test_the_workbooks_of_mafw(tmp_path: Path) -> None:
    shares = workbook(
        tmp_path / "annotation.xlsx",
        ["clip", *EMOTIONS, "invalid"],
        ["00001.mp4", *_shares(anger=0.6, sadness=0.3, fear=0.1), 0],
        ["00002.mp4", *_shares(happiness=1.0), 0.0],
        ["00003.mp4", *_shares(neutral=0.07), 0.93],
    )
    single = workbook(
        tmp_path / "single-set.xlsx",
        ["clip", "single_label"],
        ["00001.mp4", 1],
        ["00002.mp4", 9.0],
    )
    multi = workbook(tmp_path / "multi-set.xlsx", ["clip", "multi_label"], ["00001.mp4", "1,3"])
    texts = workbook(
        tmp_path / "descriptive_text.xlsx",
        ["00001.mp4", "他在喊", "He shouts."],
        ["00003.mp4", "他看着", "He looks."],
    )
    assert _told(read_labelled([shares, texts])) == {
        "00001.mp4": (("anger", "sadness"), "He shouts."),
        "00002.mp4": (("happiness",), None),
        "00003.mp4": ((), "He looks."),
    }
    assert read_labelled([shares]).rows[0].confidences == (0.6, 0.3)
    joined = read_labelled([shares, single, multi, texts])
    assert _told(joined) == {
        "00001.mp4": (("anger", "fear"), "He shouts."),
        "00002.mp4": (("anxiety",), None),
        "00003.mp4": ((), "He looks."),
    }
    assert _told(read_labelled([multi, single, texts, shares])) == _told(joined)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_captions_of_mafw_are_not_utf_8(write: Write, encoding: str) -> None:
    captioned = "00001.mp4\t1\t他的眉頭緊皺\tHe frowns.\n00002.mp4\t5\t\t\n".encode(encoding)
    assert _told(read_labelled([write("set_1.txt", captioned)])) == {
        "00001.mp4": (("anger",), "He frowns."),
        "00002.mp4": (("neutral",), None),
    }


def test_numbers_as_names_and_the_two_forms_of_times(write: Write, tmp_path: Path) -> None:
    dfew = write("set_1.csv", "video_name,label\n1,1\n02,7\n")
    assert _told(read_labelled([dfew])) == {"1": (("happy",), None), "02": (("fear",), None)}
    meld = write(
        "train_sent_emo.csv",
        "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,"
        "StartTime,EndTime\n"
        '1,the companys rules\u0092,Ann,joy,positive,0,0,8,21,"00:16:16,059","0:16:21,731"\n',
    )
    (row,) = read_labelled([meld]).rows
    assert (row.name, row.labels, row.span_s) == ("dia0_utt0", ("joy",), None)
    assert (row.said, row.speaker) == ("the companys rules\u0092", "Ann")
    sheet = workbook(
        tmp_path / "own.xlsx",
        ["name", "start_s", "end_s", "labels", "text"],
        [7, 0.5, "1,25", "calm", "Yes."],
        [7, 2, "0:03.5", "glad", "No."],
    )
    rows = read_labelled([sheet]).rows
    assert [(row.name, row.span_s) for row in rows] == [("7", (0.5, 1.25)), ("7", (2.0, 3.5))]
    comma = write("own.csv", "name;start_s;end_s;labels\na;0,5;1,25;calm\n")
    assert read_labelled([comma]).rows == (Answer("a", ("calm",), start_s=0.5, end_s=1.25),)


def test_a_run_gives_its_labels_descriptions_and_words(
    write_run: Callable[..., DatasetFolder],
    make_annotation: Callable[..., object],
    make_utterance: Callable[..., object],
    make_failure: Callable[..., object],
    write: Write,
) -> None:
    spoken = [make_utterance(0, 1.0, 2.0, labels=["sad"], label_confidence=[0.5], speaker="Ann")]
    run = write_run([make_annotation("a.mp4", utterances=spoken)], failures=[make_failure("b.mp4")])
    (row,) = read_labelled([run.location]).rows
    assert (row.labels, row.said, row.speaker) == (("sad",), "I ran all the way.", "Ann")
    assert row.description == "Her brows rise and her voice is quick."
    other = write("labels.csv", "video_id,utterance_index,labels\na,0,glad\n")
    with pytest.raises(SetupError, match=r"labels.csv give different labels to 1 rows: a.mp4#0"):
        read_labelled([run.location, other])


def test_lists_that_contradict_each_other_are_named(write: Write) -> None:
    header = "Utterance,Emotion,Dialogue_ID,Utterance_ID\n"
    train = write("train_sent_emo.csv", f"{header}Hi,joy,0,0\nNo,anger,0,1\n")
    dev = write("dev_sent_emo.csv", f"{header}Go,fear,0,0\n")
    with pytest.raises(SetupError, match="begin again in each split") as fault:
        read_labelled([train, dev])
    assert f"{train} and {dev} give different labels to 1 rows: dia0_utt0" in str(fault.value)


def test_the_richer_of_two_lists_that_agree_counts(write: Write) -> None:
    one = write("a.csv", "name,discrete,valence\nx,happy,1\ny,sad,-1\n")
    many = write("b.csv", "name,openset\nx.mp4,\"['happy','relieved']\"\ny.mp4,['sad']\n")
    for order in ([one, many], [many, one]):
        labelled = read_labelled(order)
        assert [row.labels for row in labelled.rows] == [("happy", "relieved"), ("sad",)]
        assert [row.sentiment for row in labelled.rows] == ["positive", "negative"]


def test_a_text_about_a_clip_is_about_its_only_utterance(write: Write) -> None:
    labels = write("a.csv", "name,utterance_index,labels\nx,0,sad\ny,0,glad\ny,1,calm\n")
    reasons = write("b.csv", "name,reason\nx,She cries.\ny,They talk.\n")
    assert _told(read_labelled([labels, reasons])) == {
        "x#0": (("sad",), "She cries."),
        "y#0": (("glad",), None),
        "y#1": (("calm",), None),
        "y": ((), "They talk."),
    }


def test_speech_that_no_transcript_table_holds_is_joined(write: Write) -> None:
    labels = write("a.csv", "name,labels\nx,sad\n")
    said = write("said.json", '[{"name": "x", "text": "Go."}, {"name": "z", "text": "No."}]')
    labelled = read_labelled([said, labels])
    assert [(row.name, row.said) for row in labelled.rows] == [("x", "Go.")]
    assert f"{said}: 1 lines of speech are of no row with labels." in labelled.notices


def test_other_than_the_first_description_is_told(write: Write) -> None:
    labels = write("a.csv", "name,labels,description\nx,sad,She cries.\n")
    reasons = write("b.csv", "name,reason\nx,She weeps.\n")
    labelled = read_labelled([reasons, labels])
    assert labelled.rows[0].description == "She cries."
    assert any(notice.startswith("1 rows have two descriptions") for notice in labelled.notices)


def test_nothing_named_and_nothing_labelled_is_refused(write: Write) -> None:
    with pytest.raises(SetupError, match="no labels are named"):
        read_labelled([])
    said = write("said.csv", "name,sentence\na,Go.\n")
    with pytest.raises(SetupError, match=r"said.csv: no row has a label to train on"):
        read_labelled([said])


def test_words_without_labels_stay_part_of_what_is_said(write: Write) -> None:
    table = write(
        "own.csv",
        "video_id,start_s,end_s,labels,text\na,2,3,glad,I won.\na,0,1,,Who won?\nb,0,1,,Hm.\n",
    )
    labelled = read_labelled([table])
    assert [row.said for row in labelled.rows] == ["I won."]
    transcripts = labelled.transcripts()
    assert [said["text"] for said in transcripts["a"]] == ["Who won?", "I won."]
    assert [said["index"] for said in transcripts["a"]] == [0, 1]
    assert set(transcripts) == {"a"}


def test_of_a_runs_abstentions_only_that_it_is_unclear_is_a_lesson(
    write_run: Callable[..., DatasetFolder],
    make_annotation: Callable[..., Row],
    make_utterance: Callable[..., Row],
    make_failure: Callable[..., Row],
) -> None:
    reasons = ("unclear", "refused", "cut_off")
    spoken = [
        make_utterance(
            at,
            at,
            at + 1.0,
            labels=[],
            label_confidence=None,
            abstained=True,
            abstained_reason=reason,
            description=f"It was {reason}.",
        )
        for at, reason in enumerate(reasons)
    ]
    spoken.append(make_utterance(3, 3.0, 4.0, labels=["glad"], label_confidence=None))
    folder = write_run(
        [make_annotation("a.mp4", utterances=spoken)], failures=[make_failure("c.mp4")]
    )
    told = {row.utterance_index: row for row in read_labelled([folder.location]).rows}
    assert told[0].abstained
    assert 1 not in told
    assert (told[2].abstained, told[2].description) == (False, "It was cut_off.")
