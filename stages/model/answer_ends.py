"""The token ids that end an answer of a language model: `eos_token_id` of generation_config.json.

Chat models often end a turn with another token than their tokenizer's end of text, and with any of
several; this file is where a language model says so.
"""

import json
from pathlib import Path

from stages.faults import SetupError
from stages.model.folder import GENERATION_CONFIG, read_json

_KEY = "eos_token_id"


def answer_ends(folder: Path) -> list[int] | None:
    """The ids in the generation_config.json of `folder`; None where there is none or it names none.

    Raises:
        SetupError: the file is broken, or what it names is no token id.
    """
    file = folder / GENERATION_CONFIG
    named = read_json(file).get(_KEY) if file.is_file() else None
    if named is None:
        return None
    ids = named if isinstance(named, list) else [named]
    if not ids or not all(type(token) is int and token >= 0 for token in ids):
        raise SetupError(
            f"{file}: {_KEY} is {json.dumps(named)}, and must be a token id or a list of them."
            " Fetch the language model again."
        )
    return ids


def copy_answer_ends(source: Path, folder: Path) -> None:
    """Write to `folder` what the language model's folder `source` says of its ends, if it does.

    Nothing else of the file is taken: how answers are drawn is for the run to say.

    Raises:
        SetupError: as `answer_ends`.
    """
    ends = answer_ends(source)
    if ends is not None:
        written = json.dumps({_KEY: ends}, indent=2) + "\n"
        (folder / GENERATION_CONFIG).write_text(written, encoding="utf-8")
