"""Rows as TRL's trainers prepare them for a model that sees."""

import json
import sys

from datasets import load_dataset
from trl.data_utils import is_conversational, prepare_multimodal_messages

for row in load_dataset("parquet", data_files=sys.argv[1], split="train"):
    assert is_conversational(row)
    answers = [name for name in ("completion", "chosen", "rejected") if name in row]
    for name in answers:
        messages = prepare_multimodal_messages(row["prompt"] + row[name], images=row["images"])
        kinds = [part["type"] for message in messages for part in message["content"]]
        told = {
            "id": row["id"],
            "answer": name,
            "text": messages[-1]["content"][0]["text"],
            "images": kinds.count("image"),
            "size": row["images"][0].size,
        }
        print(json.dumps({"read": told}))
