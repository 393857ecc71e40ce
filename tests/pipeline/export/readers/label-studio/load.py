"""Holds tasks against their labelling configuration by label-studio-sdk: what it finds wrong."""

import json
import sys
from pathlib import Path

from label_studio_sdk.label_interface import LabelInterface

interface = LabelInterface(Path(sys.argv[1]).read_text("utf-8"))
interface.validate()
tasks = json.loads(Path(sys.argv[2]).read_text("utf-8"))
for task in tasks:
    wrong = [
        fault
        for prediction in task["predictions"]
        for fault in interface.validate_prediction(prediction, return_errors=True)
    ]
    read = {
        "unit": task["data"]["unit_id"],
        "wrong": wrong,
        "has_data": interface.validate_task({"data": task["data"]}),
        "labels": sorted(interface.get_control("emotion").labels),
    }
    print(json.dumps({"read": read}))
