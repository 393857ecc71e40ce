"""Exports from an object store and into one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from pipeline.forgetting import forget
from stages.file_state import state_of
from tests.clips import tone, write_clip
from tests.object_store import object_store

pytestmark = pytest.mark.slow

Make = Callable[..., Any]


def test_clips_are_cut_out_of_a_store_into_a_store_and_forgotten_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write_run: Make,
    make_annotation: Make,
    make_utterance: Make,
) -> None:
    with object_store(monkeypatch) as store:
        bucket = store.bucket("corpus")
        path = write_clip(tmp_path / "a.mp4", seconds=3.0, audio=tone())
        films = DatasetFolder(f"{bucket}/films")
        films.write_bytes("a.mp4", path.read_bytes())
        uri = f"{bucket}/films/a.mp4"
        said = [make_utterance(0, 1.0, 2.0)]
        row = make_annotation("a.mp4", uri=uri, file=state_of(uri), utterances=said)
        run = write_run([row, make_annotation("b.mp4")], failures=[])
        out = f"{bucket}/out"
        only = "video_id = 'a.mp4'"
        exported = export(run, out, Order("llama-factory", where=only))
        assert exported.rows == {"train": 1}
        there = DatasetFolder(out)
        listed = json.loads(there.read_bytes("export.json"))["files"]
        assert {"media/a_u0.mp4", "sound/a_u0.wav", "train.jsonl"} <= set(listed)
        assert len(there.read_bytes("media/a_u0.mp4")) == listed["media/a_u0.mp4"]["bytes"]
        assert not there.names_in(".made")
        before = there.files.modified(f"{there.path}/media/a_u0.mp4")
        export(run, out, Order("llama-factory", where=only))
        assert there.files.modified(f"{there.path}/media/a_u0.mp4") == before
        export(run, out, Order("table", media="copy", where=only))
        assert DatasetFolder(out).read_bytes("media/a.mp4") == path.read_bytes()

        stored = DatasetFolder(f"{bucket}/run")
        for name in (*run.part_names("annotations"), "run.json"):
            stored.write_bytes(name, run.read_bytes(name))
        places = forget(stored, "a.mp4").places
        assert any(place.startswith("annotations/") for place in places)
        assert [
            row["video_id"]
            for table in stored.read_tables("annotations")
            for row in table.to_pylist()
        ] == ["b.mp4"]
