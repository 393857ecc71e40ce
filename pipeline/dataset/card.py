"""README.md of a dataset: how to read it, and the front matter by which Hugging Face loads it."""

import json

import pyarrow as pa

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, CARD, FAILURES, RECORD, REPORT

_TEXT = f"""---
configs:
  - config_name: {ANNOTATIONS}
    data_files: {ANNOTATIONS}/*.parquet
    default: true
  - config_name: {FAILURES}
    data_files: {FAILURES}/*.parquet
---
# Emotion annotations by MicroEmo

`{ANNOTATIONS}/` has a row for each annotated window of a video, its utterances nested in it;
`{FAILURES}/` a row for each window or video that could not be annotated, with the reason.
`{RECORD}` says what they were made with, `{REPORT}` shows a part of them.

Look at `model.trained` before you use a label. `no` means random weights, and noise; `synthetic`
that the model was trained on synthetic faces alone: of real video, its labels are a demonstration.

The windows:

```python
from datasets import load_dataset
windows = load_dataset("DIR", split="train")
```

A flat table with a row for each utterance:

```python
import microemo
utterances = microemo.open("DIR").utterances()
```
"""

_IMAGES = ("face_strip",)


def write_card(folder: DatasetFolder) -> None:
    """Write the card, unless somebody has put one there."""
    if not folder.exists(CARD):
        folder.write_bytes(CARD, _TEXT.encode())


def with_features(columns: pa.Schema) -> pa.Schema:
    """The schema with a note of which columns are pictures, as `datasets` reads it."""
    features = {name: {"_type": "Image"} for name in _IMAGES if name in columns.names}
    if not features:
        return columns
    return columns.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})
