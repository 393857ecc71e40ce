"""A file for each face track of a dataset, written as the rows are read."""

from dataclasses import dataclass

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS
from pipeline.dataset.reading import read_heavy, read_light
from pipeline.export.file_names import file_stems
from pipeline.export.openface import tables
from stages.faults import SetupError

_COLUMNS = [
    "video_id",
    "window_index",
    "media",
    "faces.track_id",
    "faces.score",
    *(f"face_curves.{field}" for field in ("track_id", "times_s", "units")),
    *(
        f"{column}.{field}"
        for column in ("micro_events", "face_events")
        for field in ("track_id", "action_units", "onset_s", "offset_s")
    ),
]


@dataclass
class Exported:
    """What was written, and of how much there was nothing to write."""

    files: int = 0
    windows: int = 0
    windows_without_curves: int = 0


def export_openface(dataset: DatasetFolder, output: DatasetFolder) -> Exported:
    """Write `<video>_w<window>_t<track>.csv` for each track into `output`.

    Windows count from 0 and tracks have their `track_id`. Files of the same name are replaced.

    Raises:
        SetupError: the dataset has no curves of action units, or the folder cannot be written to.
    """
    stems = file_stems({row["video_id"] for row in read_light(dataset, ANNOTATIONS, ["video_id"])})
    done: set[tuple[str, int]] = set()
    exported = Exported()
    for row in read_heavy(dataset, ANNOTATIONS, _COLUMNS):
        window = row["video_id"], row["window_index"]
        if window in done:
            continue
        done.add(window)
        before = exported.files
        for track, table in tables(row):
            if not exported.files:
                output.make()
            name = f"{stems[row['video_id']]}_w{row['window_index']}_t{track}.csv"
            output.write_bytes(name, table.encode("ascii"))
            exported.files += 1
        exported.windows += 1
        exported.windows_without_curves += exported.files == before
    if not exported.files:
        raise SetupError(
            f"{dataset.location}: none of its {exported.windows} windows has curves of action units"
            " (face_curves); annotate the videos anew with a stage that measures faces and keeps"
            " its curves"
        )
    return exported
