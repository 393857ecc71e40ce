"""Tensors are taken from files lazily; what is no plain tensor is refused, by file and name."""

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from jobs.convert.tensor_files import checkpoint_tensors, safetensors_tensors
from stages.faults import SetupError


class Hostile:
    """Pickled, it makes whoever opens it create a file."""

    def __init__(self, made: Path) -> None:
        self.made = made

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.made),)


def test_a_flat_checkpoint_and_one_of_a_training_run_give_the_same(tmp_path: Path) -> None:
    state = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(1, dtype=torch.float16)}
    torch.save(state, tmp_path / "flat.pth")
    run = {"model": state, "optimizer": {"lr": 1.0}, "config": {"name": "x"}, "epoch": 3}
    torch.save(run, tmp_path / "run.pth")
    for name in ("flat.pth", "run.pth"):
        held = checkpoint_tensors(tmp_path / name)
        assert list(held) == ["a", "b"]
        assert (held["a"].shape, held["b"].dtype) == ((2, 3), torch.float16)
        assert torch.equal(held["a"].read(), state["a"])


def test_the_format_before_pytorch_1_6_is_read_too(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert torch.equal(checkpoint_tensors(tmp_path / "old.pth")["a"].read(), torch.ones(2))


def test_values_that_are_views_of_one_another_come_apart(tmp_path: Path) -> None:
    whole = torch.arange(8.0)
    torch.save({"a": whole[2:4], "b": whole.reshape(2, 4).T}, tmp_path / "views.pth")
    held = checkpoint_tensors(tmp_path / "views.pth")
    assert held["a"].read().untyped_storage().nbytes() == 8
    assert held["b"].read().is_contiguous()
    assert torch.equal(held["b"].read(), whole.reshape(2, 4).T)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_with_code_in_it_is_refused_and_not_run(tmp_path: Path, zipped: bool) -> None:
    file, made = tmp_path / "hostile.pth", tmp_path / "made"
    state = {"model": {"a": Hostile(made)}}
    torch.save(state, file, _use_new_zipfile_serialization=zipped)
    with pytest.raises(SetupError, match=r"hostile\.pth holds more than tensors.*mkdir"):
        checkpoint_tensors(file)
    assert not made.exists()


def test_a_bare_pickle_with_code_in_it_is_refused_and_not_run(tmp_path: Path) -> None:
    file, made = tmp_path / "bare.pth", tmp_path / "made"
    file.write_bytes(pickle.dumps({"a": Hostile(made)}))
    with pytest.raises(SetupError, match=r"bare\.pth"):
        checkpoint_tensors(file)
    assert not made.exists()


@pytest.mark.parametrize("written", [b"", b"hello" * 100, b"PK\x03\x04" + b"\0" * 100])
def test_what_is_no_checkpoint_is_named(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "junk.pth").write_bytes(written)
    with pytest.raises(SetupError, match=r"junk\.pth"):
        checkpoint_tensors(tmp_path / "junk.pth")


@pytest.mark.parametrize("zipped", [True, False])
def test_a_cut_checkpoint_is_named(tmp_path: Path, zipped: bool) -> None:
    file = tmp_path / "cut.pth"
    torch.save({"a": torch.ones(5000)}, file, _use_new_zipfile_serialization=zipped)
    file.write_bytes(file.read_bytes()[:-9000])
    with pytest.raises(SetupError, match=r"cut\.pth is not a whole checkpoint"):
        checkpoint_tensors(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"gone\.pth: there is no such file"):
        checkpoint_tensors(tmp_path / "gone.pth")
    with pytest.raises(SetupError, match="there is no such file"):
        checkpoint_tensors(tmp_path)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({"model": {"a": 3}}, "'a' is a int"),
        ({"a": torch.ones(2).to_sparse()}, "'a' is not a plain tensor"),
        ({"a": torch.ones(1).expand(10**12)}, "'a' claims the shape"),
        ([torch.ones(1)], "no dict of tensors"),
        ({"model": {}}, "no dict of tensors"),
        ({}, "no dict of tensors"),
    ],
)
def test_what_is_no_plain_tensor_is_refused(tmp_path: Path, state: Any, message: str) -> None:
    torch.save(state, tmp_path / "odd.pth")
    with pytest.raises(SetupError, match=message):
        checkpoint_tensors(tmp_path / "odd.pth")


def test_safetensors_give_shapes_types_and_values(tmp_path: Path) -> None:
    save_file({"a": torch.ones(2, 3, dtype=torch.bfloat16)}, tmp_path / "one.safetensors")
    save_file({"b": torch.arange(3)}, tmp_path / "two.safetensors")
    held = safetensors_tensors([tmp_path / "one.safetensors", tmp_path / "two.safetensors"])
    assert (held["a"].shape, held["a"].dtype) == ((2, 3), torch.bfloat16)
    assert held["b"].file == tmp_path / "two.safetensors"
    assert torch.equal(held["b"].read(), torch.arange(3))


def test_one_name_in_two_files_is_refused(tmp_path: Path) -> None:
    files = [tmp_path / "one.safetensors", tmp_path / "two.safetensors"]
    for file in files:
        save_file({"a": torch.ones(1)}, file)
    with pytest.raises(SetupError, match=r"'a' is in .*one.* again in .*two"):
        safetensors_tensors(files)


def test_a_cut_safetensors_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cut.safetensors"
    save_file({"a": torch.ones(1000)}, file)
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(SetupError, match=r"cut\.safetensors is not a whole"):
        safetensors_tensors([file])


def test_quantised_weights_are_refused(tmp_path: Path) -> None:
    save_file({"a": torch.ones(4).to(torch.float8_e4m3fn)}, tmp_path / "q.safetensors")
    with pytest.raises(SetupError, match="'a' is of type F8_E4M3"):
        safetensors_tensors([tmp_path / "q.safetensors"])
