"""What `microemo train` says, before anything is decoded, of what it cannot do: no traceback."""

from pathlib import Path

import pytest

from jobs.command import main
from tests.jobs.train.sets import WORDS, synthesized
from tests.jobs.train.windows import window

FAULTS = {
    "labels without videos": "holds no video",
    "no --media": "--media",
    "leak": "other.mp4",
    "OUT of another training": "another training",
}


def _arguments(fault: str, folder: Path) -> list[str]:
    out = folder / "out"
    table = folder / "mine.csv"
    table.write_text("name,labels\na,glad\nb,sad\n")
    (folder / "films").mkdir()
    given = ["train", "--out", str(out), "--labels"]
    if fault == "no --media":
        return [*given, str(table)]
    if fault == "leak":
        same = [window("train-1.mp4")], [window("other.mp4")]
        train, test = (synthesized(folder / str(at), rows) for at, rows in enumerate(same))
        return [*given, train, "--held-out", test]
    if fault == "OUT of another training":
        out.mkdir()
        (out / "training.json").write_text('{"same": {"config": {"seed": 7}}}')
        for name in ("a", "b"):
            (folder / "films" / f"{name}.mp4").write_bytes(WORDS[0].encode() + name.encode())
    return [*given, str(table), "--media", str(folder / "films")]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_in_words_and_nothing_is_made(
    fault: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_arguments(fault, tmp_path)) == 1
    told = capsys.readouterr()
    assert "Traceback" not in told.out + told.err
    assert FAULTS[fault] in told.err
    assert told.err.startswith("microemo: ")
    assert not (tmp_path / "out" / "model.safetensors").exists()
