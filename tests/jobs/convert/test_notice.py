"""NOTICE names every source with its licence and the sums of the files that were read."""

import hashlib
from pathlib import Path

from jobs.convert.notice import Source, legal_texts, notice


def test_a_file_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(b"weights")
    folder = tmp_path / "llama"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"tensors")
    (folder / "README.md").write_text("not read")
    text = notice(
        [
            Source(tmp_path / "a.pth", "a ViT", "BSD", "https://a.b/"),
            Source(folder, "a language model", "its own", "https://c.d/"),
        ]
    )
    assert "a.pth: a ViT\n  licence: BSD\n  source:  https://a.b/\n" in text
    assert f"{hashlib.sha256(b'weights').hexdigest()}  a.pth" in text
    assert f"{hashlib.sha256(b'tensors').hexdigest()}  model.safetensors" in text
    assert "README" not in text
    assert "LLAMA 2 Community License, Copyright (c) Meta Platforms" in text.replace("\n", " ")


def test_legal_texts_are_found_by_their_names(tmp_path: Path) -> None:
    for name in ("LICENSE.txt", "USE_POLICY.md", "Notice", "config.json"):
        (tmp_path / name).write_text("x")
    (tmp_path / "LICENSES").mkdir()
    assert [file.name for file in legal_texts(tmp_path)] == ["LICENSE.txt", "USE_POLICY.md"]
