"""The wheels of the MER challenges, from the file that a person got from them."""

from collections.abc import Mapping

from pipeline.evaluation.npz.archive import read_npz
from pipeline.evaluation.wheels.wheel import Wheel, Wheels
from stages.faults import SetupError

_ARRAYS = ("format_mapping", "raw_mapping", "wheel_map_whole")


def read_wheels(location: str) -> Wheels:
    """The wheels in a `wheel_mapping.npz` of MER2026 (github.com/zeroQiaoba/MERTools).

    It holds `format_mapping` (word form to base words), `raw_mapping` (base word to labels) and
    `wheel_map_whole` (wheel to level to label to class). The challenge gives it out for
    non-commercial research; it is not part of this project.

    Raises:
        SetupError: it cannot be read, or is no such file.
    """
    arrays = read_npz(location)
    missing = [name for name in _ARRAYS if name not in arrays]
    if missing:
        found = ", ".join(list(arrays)[:10]) or "nothing"
        raise SetupError(
            f"{location}: has no {' and no '.join(missing)}; found {found}. Name the "
            "wheel_mapping.npz of MER2026."
        )
    forms, synonyms, whole = (_mapping(location, name, arrays[name]) for name in _ARRAYS)
    wheels = tuple(_wheel(location, name, whole[name]) for name in sorted(whole))
    if not wheels:
        raise SetupError(f"{location}: wheel_map_whole holds no wheel")
    return Wheels(
        name=location,
        forms=_lists(location, "format_mapping", forms),
        synonyms=_lists(location, "raw_mapping", synonyms),
        wheels=wheels,
    )


def _mapping(location: str, name: str, value: object) -> dict[str, object]:
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    raise SetupError(f"{location}: {name} is no mapping from words")


def _lists(location: str, name: str, mapping: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    lists = {}
    for word, values in mapping.items():
        texts = [values] if isinstance(values, str) else values
        if not isinstance(texts, list | tuple | set) or not all(
            isinstance(text, str) for text in texts
        ):
            raise SetupError(f"{location}: {name} of {word[:40]!r} is no list of words")
        lists[word] = tuple(sorted(texts))
    return lists


def _wheel(location: str, name: str, levels: object) -> Wheel:
    rings = _mapping(location, name, levels)
    level1, level2 = (
        _ring(location, name, level, rings.get(level)) for level in ("level1", "level2")
    )
    return Wheel(name, level1, level2)


def _ring(location: str, name: str, level: str, value: object) -> dict[str, str]:
    ring = {
        label: kind
        for label, kind in _mapping(location, f"{level} of {name}", value).items()
        if isinstance(kind, str)
    }
    if not ring:
        raise SetupError(f"{location}: {level} of {name} holds no classes")
    return ring
