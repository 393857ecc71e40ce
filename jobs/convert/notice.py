"""NOTICE: what a converted model is made of, under which licences."""

import hashlib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

NOTICE = "NOTICE"
# What publishers put beside their weights; kept, because their licences ask for it.
LEGAL_TEXTS = ("LICENSE*", "LICENCE*", "NOTICE*", "USE_POLICY*")
# The LLaMA 2 Community License asks for this sentence in a file of this name.
LLAMA2_ATTRIBUTION = (
    "If the language model is Llama 2: Llama 2 is licensed under the LLAMA 2 Community License, "
    "Copyright (c) Meta Platforms, Inc. All Rights Reserved."
)
WIDTH = 96


@dataclass(frozen=True)
class Source:
    """A file or folder that a model is converted from.

    Attributes:
        path: where it is.
        holds: what is taken from it.
        licence: under which terms its publisher gives it out.
        page: where it is published.
    """

    path: Path
    holds: str
    licence: str
    page: str


def notice(sources: Sequence[Source]) -> str:
    """The text of NOTICE: each source with its licence and the SHA-256 of its files.

    Takes as long as it takes to read all of them.
    """
    opening = (
        "This model was converted by MicroEmo from the sources below. It may be used only as all "
        "of their licences allow together. The licences are given as their publishers stated them; "
        "theirs is the word that counts."
    )
    paragraphs = [
        textwrap.fill(opening, WIDTH),
        *map(_entry, sources),
        textwrap.fill(LLAMA2_ATTRIBUTION, WIDTH),
    ]
    return "\n\n".join(paragraphs) + "\n"


def legal_texts(folder: Path) -> list[Path]:
    """The licences and notices that lie in `folder`, sorted."""
    found = {file for pattern in LEGAL_TEXTS for file in folder.glob(pattern) if file.is_file()}
    return sorted(found)


def _entry(source: Source) -> str:
    lines = [
        f"{source.path.name}: {source.holds}",
        f"  licence: {source.licence}",
        f"  source:  {source.page}",
    ]
    digests = (f"  SHA-256: {_sha256(file)}  {file.name}" for file in files_of(source.path))
    return "\n".join([*lines, *digests])


def files_of(path: Path) -> list[Path]:
    """A file, or what a model's folder is read from: weights, configuration, tokenizer."""
    if path.is_file():
        return [path]
    kinds = (".safetensors", ".json", ".txt", ".model")
    return sorted(file for file in path.iterdir() if file.suffix in kinds and file.is_file())


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
