"""The folder as Hugging Face's `datasets` loads it."""

from pathlib import Path

import pytest
from datasets import Video, load_dataset

from pipeline.dataset.folder import DatasetFolder
from pipeline.export.order import Order
from pipeline.export.run import export
from stages.faults import SetupError
from tests.clips import number_of
from tests.pipeline.export.conftest import HARD


def test_load_dataset_gives_each_row_with_its_clip(film_run: DatasetFolder, tmp_path: Path) -> None:
    import av

    out = tmp_path / "out"
    order = Order("hugging-face", media="cut", shares={"train": 0.6, "dev": 0.4})
    export(film_run, str(out), order)
    loaded = load_dataset(str(out), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in loaded.items()} == {"train": 2, "dev": 1}
    rows = loaded["train"].cast_column("video", Video(decode=False))
    assert rows["unit_id"] == ["a.mp4#u0", "a.mp4#u1"]
    assert rows[0]["text"] == HARD["text"]
    assert rows[0]["description"] == HARD["description"]
    assert rows[0]["labels"] == HARD["labels"]
    with av.open(rows[1]["video"]["path"]) as clip:
        frame = next(clip.decode(video=0))
    assert number_of(frame.to_ndarray(format="gray8")) == 100


def test_the_licence_that_all_rows_have_is_on_the_card(
    film_run: DatasetFolder, tmp_path: Path
) -> None:
    name = next(n for n in film_run.part_names("annotations") if "schema" not in n)
    table = film_run.read_table(name)
    rows = table.to_pylist()
    for row in rows:
        row["extra"] = [{"key": "license", "value": "cc-by-4.0"}, {"key": "consent", "value": "y"}]
    film_run.write_table(name, table.from_pylist(rows, schema=table.schema))
    export(film_run, str(tmp_path / "out"), Order("hugging-face", media="copy"))
    assert (tmp_path / "out/README.md").read_text().startswith("---\nlicense: cc-by-4.0\n")
    loaded = load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"), split="train")
    assert set(loaded["license"]) == {"cc-by-4.0"}
    assert loaded["extra"][0][1] == {"key": "consent", "value": "y"}


def test_it_holds_its_videos_itself(film_run: DatasetFolder, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="--media cut"):
        export(film_run, str(tmp_path / "out"), Order("hugging-face", media="link"))
