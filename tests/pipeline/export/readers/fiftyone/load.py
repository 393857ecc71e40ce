"""Has FiftyOne's own importer make samples of a dataset: their labels as JSON.

It needs no data base for that; only a dataset that is kept does.
"""

import json
import sys

import fiftyone as fo
from fiftyone.utils.data.importers import FiftyOneDatasetImporter

importer = FiftyOneDatasetImporter(sys.argv[1])
assert importer._is_legacy_format_data()  # as Dataset.from_dir asks
with importer._to_legacy_importer() as importer:
    for sample in importer:
        assert isinstance(sample, fo.Sample)
        read = {
            "file": sample.filepath,
            "kind": sample.media_type,
            "fps": sample.metadata.frame_rate,
            "utterances": [
                [one.label, list(one.support), one.confidence, one["labels"], one["text"]]
                for one in sample.utterances.detections
            ],
            "events": None
            if sample.facial_events is None
            else [
                [one.label, list(one.support), one["action_units"]]
                for one in sample.facial_events.detections
            ],
            "faces": {
                number: [[one.index, one.bounding_box] for one in frame.faces.detections]
                for number, frame in sample.frames.items()
            },
        }
        print(json.dumps({"read": read}))
