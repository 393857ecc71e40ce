"""What must not be told is told by no format."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.formats import FORMATS, format_named
from pipeline.export.order import Order
from pipeline.export.run import export
from pipeline.reviews.decision import Decision
from pipeline.reviews.store import DecisionLog
from stages.faults import SetupError
from stages.file_state import state_of
from tests.clips import tone, write_clip

Make = Callable[..., Any]

SAID = "my xylophone was quietly stolen in Vaduz"
PERSON = "Zebulon Quux"
TELLTALE = ("xylophone", "quietly stolen", "vaduz")
NAMES = ("zebulon", "quux")


@pytest.fixture
def telling_run(
    tmp_path: Path, write_run: Make, make_annotation: Make, make_utterance: Make, make_event: Make
) -> DatasetFolder:
    """A run whose every text tells who speaks and what is said."""
    path = tmp_path / "films/zebulon_quux.mp4"
    path.parent.mkdir()
    write_clip(path, seconds=3.0, audio=tone())
    told = f"{PERSON} frowns. He says {SAID}. His brows rise."
    clue = {
        "text": f"{PERSON} says {SAID}.",
        "modality": "face",
        "start_s": 0.5,
        "end_s": 1.0,
        "event_ids": [0],
        "frame_times_s": [],
        "words": SAID,
        "supported": True,
    }
    said = make_utterance(
        0, 0.5, 2.5, speaker=PERSON, text=SAID, description=told, labels_raw=told, clues=[clue]
    )
    row = make_annotation(
        "zebulon_quux.mp4",
        uri=str(path),
        file=state_of(str(path)),
        utterances=[said],
        description=told,
        clues=[clue],
        extra=[
            {"key": "subtitle", "value": SAID},
            {"key": "note", "value": told},
            {"key": "license", "value": "CC-BY-4.0"},
            {"key": "consent", "value": "yes"},
        ],
        micro_events=[make_event(0, 1.0, 1.2)],
        face_events=[],
        warnings=[f"a line was dropped: {SAID}", f"{PERSON} is off camera"],
    )
    row["faces"][0] |= {"box_times_s": [0.0, 3.0], "boxes": [2000, 2000, 4000, 6000] * 2}
    row["media"]["duration_s"] = row["end_s"] = 3.0
    run: DatasetFolder = write_run([row], failures=[])
    DecisionLog(run).add(
        Decision(
            reviewer="anna",
            video_id="zebulon_quux.mp4",
            window_index=0,
            utterance_index=0,
            row_start_s=0.5,
            row_end_s=2.5,
            verdict="corrected",
            labels=("relief",),
            description=f"{PERSON} grins. He said {SAID}.",
            text=SAID,
            comment=told,
        )
    )
    return run


def _contents(out: Path) -> Iterator[tuple[str, str]]:
    """Each file that an export wrote, its name, and all that a reader finds in it."""
    for path in sorted(out.rglob("*")):
        if path.is_file():
            name = str(path.relative_to(out))
            if path.suffix == ".parquet":
                yield name, str(pq.read_table(path).to_pylist()).casefold()
            else:
                yield name, path.read_bytes().decode("utf-8", "replace").casefold()


def test_no_format_tells_what_is_said_or_who_says_it(
    telling_run: DatasetFolder, tmp_path: Path
) -> None:
    out = tmp_path / "out"  # of all: what is cut once is there for the next
    written = set()
    for name in sorted(FORMATS):
        order = Order(
            name,
            level=format_named(name).level,
            media="cut",
            drop_text=True,
            pseudonymise=True,
            blur_faces=True,
        )
        with suppress(SetupError):  # there may be nothing left that this format could hold
            export(telling_run, str(out), order)
            written.add(name)
        for file, content in _contents(out):
            for word in (*TELLTALE, *NAMES):
                assert word not in file.casefold(), name
                assert word not in content, (name, file, word)
    assert written >= {"hugging-face", "llama-factory", "ms-swift", "preferences", "table", "trl"}


def test_what_is_not_taken_out_is_there(telling_run: DatasetFolder, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(telling_run, str(out), Order("table", media="cut", pseudonymise=True))
    (row,) = pq.read_table(out / "train.parquet").to_pylist()
    assert row["unit_id"] == "S1.mp4#u0"
    assert row["speaker"] == "S1"
    assert row["text"] == SAID
    assert row["description"] == f"S1 grins. He said {SAID}."
    assert row["media_uri"] == "media/S1_u0.mp4"
    assert dict(row["extra"])["license"] == "CC-BY-4.0"
    export(telling_run, str(out), Order("table", media="cut", drop_text=True))
    (row,) = pq.read_table(out / "train.parquet").to_pylist()
    assert row["text"] is None
    assert row["description"] == f"{PERSON} grins."
    assert row["labels"] == ["relief"]
    assert dict(row["extra"]) == {"license": "CC-BY-4.0", "consent": "yes"}


def test_a_link_to_a_source_that_names_its_speaker_is_refused(
    telling_run: DatasetFolder, tmp_path: Path
) -> None:
    with pytest.raises(SetupError, match="--media cut"):
        export(telling_run, str(tmp_path / "out"), Order("table", pseudonymise=True))


@pytest.mark.parametrize("media", ["link", "copy"])
def test_faces_are_covered_in_cuts_alone(
    media: Any, telling_run: DatasetFolder, tmp_path: Path
) -> None:
    with pytest.raises(SetupError, match="--blur-faces"):
        export(telling_run, str(tmp_path / "out"), Order("table", media=media, blur_faces=True))
