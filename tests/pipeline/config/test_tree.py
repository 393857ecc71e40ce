"""The tree: documented to the last key, and a hash that changes with what changes labels."""

from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from pipeline.config import Config, config_hash, load_config
from pipeline.config.faults import dotted, keys
from pipeline.config.tree import PLACE_AND_PACE


def _sections(tree: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield tree
    for field in tree.model_fields.values():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _sections(kind)


def test_every_key_has_a_description() -> None:
    silent = [
        f"{section.__name__}.{name}"
        for section in _sections(Config)
        for name, field in section.model_fields.items()
        if not field.description
    ]
    assert silent == []


def test_unknown_keys_are_refused_and_values_stand_in_every_section() -> None:
    for section in _sections(Config):
        assert section.model_config.get("extra") == "forbid"
        assert section.model_config.get("frozen") is True


def test_the_hash_is_twelve_hex_digits_and_stable() -> None:
    assert config_hash(Config()) == config_hash(load_config("tiny"))
    assert len(config_hash(Config())) == 12
    assert int(config_hash(Config()), 16) >= 0


@pytest.mark.parametrize(
    "override",
    [
        "segment.max_window_s=20",
        "model.dtype=bfloat16",
        "faces.min_score=0.6",
        "decode.max_frames=8",
    ],
)
def test_the_hash_changes_with_what_changes_labels(override: str) -> None:
    assert config_hash(load_config("tiny", [override])) != config_hash(Config())


@pytest.mark.parametrize(
    "override",
    ["lanes.0.min_workers=2", "sink.part_rows=1", "model.device=cuda:1", "model.threads=2"],
)
def test_the_hash_stays_with_where_and_how_fast(override: str) -> None:
    assert config_hash(load_config("tiny", [override])) == config_hash(Config())


def test_what_the_hash_leaves_out_are_keys() -> None:
    assert {dotted(key) for key in keys(Config)} >= PLACE_AND_PACE
