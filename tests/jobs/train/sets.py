"""A synthesized set as `microemo synthesize` leaves it, but for what is in its videos."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.evaluation.truth_columns import TRUTH_COLUMNS
from stages.rows import Row

WORDS = (
    "The bread is still warm on the shelf.",
    "Nobody told me that the train had left.",
    "My sister paints the door of her boat.",
    "We were to meet under the clock at noon.",
    "There is a letter for you in the hall.",
    "His garden has more stones than flowers.",
)


def synthesized(folder: Path, rows: list[Row]) -> str:
    """A set of the videos of `rows`, windows of `tests.jobs.train.windows`."""
    folder.mkdir(parents=True)
    truth = []
    for row in rows:
        (folder / row["video_id"]).write_bytes(f"{folder} {row['video_id']}".encode())
        for place, said in enumerate(row["utterances"]):
            truth.append(
                {
                    **dict.fromkeys(TRUTH_COLUMNS.names),
                    "video_id": row["video_id"],
                    "utterance_index": place,
                    "start_s": said["start_s"],
                    "end_s": said["end_s"],
                    "speaker": "ANNA",
                    "text": said["text"],
                    "labels": ["glad" if place else "calm"],
                    "family": "happiness" if place else "neutral",
                    "description": "ANNA smiles." if place else "ANNA shows nothing.",
                    "display": "macro",
                    "text_role": "neutral",
                    "needs_context": False,
                    "voice_tells": False,
                    "events": [],
                    "clues": [],
                    "fps": 30.0,
                    "width": 128,
                    "height": 128,
                }
            )
    pq.write_table(pa.Table.from_pylist(truth, TRUTH_COLUMNS), folder / "truth.parquet")
    return str(folder)
