"""`microemo convert` writes a folder for a run, tells what it did, and refuses without a trace."""

import re
from pathlib import Path

import pytest
import torch

from jobs.command import main
from jobs.exit_codes import COULD_NOT_RUN, WRONG_USAGE
from stages.model.config import ModelConfig
from stages.model.folder import frame_format, model_identity
from stages.model.loading import load_pooler
from tests.jobs.convert import public_files as public


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("public")
    public.write_public_files(folder)
    return folder


def _arguments(files: Path, out: Path, **other: Path) -> list[str]:
    given = {
        "--eva": files / "eva_vit_g.pth",
        "--instruct-blip": files / "instruct_blip_vicuna7b_trimmed.pth",
        "--timechat": files / "timechat_7b.pth",
        "--llm": files / "llama",
        "--qformer-tokenizer": files / "bert",
        "--out": out,
    }
    given |= {f"--{name}": path for name, path in other.items()}
    heads = ["--vit-heads", str(public.VIT_HEADS), "--qformer-heads", str(public.HEADS)]
    return ["convert", *(str(word) for pair in given.items() for word in pair), *heads]


def test_a_converted_folder_is_a_model_for_a_run(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "model"
    assert main([*_arguments(files, out), "--max-frames", "12", "--merge-lora"]) == 0
    config = ModelConfig(path=str(out))
    assert frame_format(config) == (public.SIDE * public.PATCH, 12)
    assert model_identity(config)["trained"] == "TimeChat's data; local branch new"
    assert len(load_pooler(config).video.frame_position_embedding.weight) == 12

    told = re.sub(r"\s+", " ", capsys.readouterr().out)
    vit = r"eva_vit_g\.pth ViT 40 26,216"
    assert re.search(vit, told)
    assert re.search(r"new local branch \d+ [\d,]+", told)
    assert re.search(r"llama, LoRA of timechat_7b\.pth merged language model 8", told)
    assert "blocks.3.* (13)" in told
    assert "113 tensors are taken from a later file" in told
    assert "its gate at 0" in told
    assert "The LoRA" not in told
    assert str(out) in told.replace(" ", "")

    notice = (out / "NOTICE").read_text()
    assert "BSD-3-Clause" in notice
    assert "if it is that: LLaMA 2 Community License" in notice
    assert notice.count("non-commercial research only") == 1


def test_a_kept_lora_is_told(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_arguments(files, tmp_path / "model")) == 0
    assert "The LoRA (rank 3) is beside the weights" in capsys.readouterr().out


def test_a_faulty_file_ends_without_a_trace(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = public.eva_state()
    del state["blocks.1.norm2.bias"]
    torch.save(state, tmp_path / "mine.pth")
    out = tmp_path / "model"
    assert main(_arguments(files, out, eva=tmp_path / "mine.pth")) == COULD_NOT_RUN
    told = capsys.readouterr().err
    assert "mine.pth" in told
    assert "missing: 'blocks.1.norm2.bias'" in told
    assert "Traceback" not in told
    assert not out.exists()


@pytest.mark.parametrize("wrong", [["--max-frames", "0"], ["--timestamp-ids", "gpt"]])
def test_a_wrong_option_is_a_usage_error(files: Path, tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*_arguments(files, tmp_path / "model"), *wrong])
    assert ended.value.code == WRONG_USAGE
