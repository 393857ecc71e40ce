"""README.md of an exported folder: the front matter by which `datasets` loads it."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

_TEXT = """# Emotions in clips of video, by MicroEmo

A row is an utterance or a window of a video, with its clip, what is said, a description of what
shows the emotion, and the emotions in free words. `review` says whether a person stands behind a
row; where it is null, `labels` are a model's (`model_name`, `model_trained`), each with how sure it
is in `label_confidence`. `machine_description` and `machine_labels` are always the model's.

```python
from datasets import load_dataset
rows = load_dataset("THIS FOLDER")
```
"""


def card(splits: Sequence[str], columns: pa.Schema, licence: str | None) -> str:
    """The card of a folder with a folder for each split.

    Args:
        splits: in their order.
        columns: of `metadata.parquet`; `file_name` becomes the video.
        licence: of all rows alike; None: they differ, or nobody says.
    """
    from io import StringIO

    from ruamel.yaml import YAML

    front: dict[str, Any] = {} if licence is None else {"license": licence}
    front["configs"] = [
        {
            "config_name": "default",
            "data_files": [{"split": split, "path": f"{split}/**"} for split in splits],
        }
    ]
    features = [{"name": "video", "dtype": "video"}]
    features += [_feature(field) for field in columns if field.name != "file_name"]
    front["dataset_info"] = {"config_name": "default", "features": features}
    written = StringIO()
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.dump(front, written)
    return f"---\n{written.getvalue()}---\n{_TEXT}"


def _feature(field: pa.Field) -> dict[str, Any]:
    return {"name": field.name, **_typed(field.type)}


def _typed(kind: pa.DataType) -> dict[str, Any]:
    """A type as a card says it."""
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = _typed(kind.value_type)
        return {"list": inner.get("dtype") or inner.get("struct") or inner}
    if pa.types.is_struct(kind):
        return {"struct": [_feature(kind.field(at)) for at in range(kind.num_fields)]}
    return {"dtype": _NAMES.get(kind, str(kind))}


_NAMES = {
    pa.float64(): "float64",
    pa.float32(): "float32",
    pa.float16(): "float16",
    pa.timestamp("us", "UTC"): "timestamp[us, tz=UTC]",
}
