"""An export from end to end: choose rows, deal them to splits, see to their media, write."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import read_record
from pipeline.export.choosing import Choice, Chosen, choose
from pipeline.export.file_names import file_stems
from pipeline.export.formats import format_named
from pipeline.export.media.linking import linked
from pipeline.export.order import Order
from pipeline.export.output import Output
from pipeline.export.splits import deal
from pipeline.export.unit import ExportedVideo, Unit
from pipeline.export.videos import windows_by_video
from stages.faults import SetupError
from stages.rows import Row


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        files: how many.
        videos: how many.
        rows: by split.
        left_out: rows that were not exported, by reason.
    """

    files: int
    videos: int
    rows: Mapping[str, int]
    left_out: Mapping[str, int]


def export(dataset: DatasetFolder, location: str, order: Order) -> Exported:
    """Write the rows of a dataset that `order` names into the folder `location`.

    The same export into the same folder goes on where it was broken off; what another one left
    there is replaced. `export.json` says what the export was made of, and lists its files.

    Raises:
        SetupError: a file cannot be read or written, no row is chosen, or the order is wrong.
    """
    output = Output(location)
    choice = choose(dataset, order)
    if not choice.videos:
        raise SetupError(f"{dataset.location}: no row is left to export{_told(choice.left_out)}")
    splits = _splits(choice, order)
    stems = file_stems(choice.videos)
    writer = format_named(order.format)(output, order, choice.columns)
    wanted = {
        video: {one.row["window_index"] for one in each} for video, each in choice.videos.items()
    }
    rows: Counter[str] = Counter()
    for video_id, windows in windows_by_video(dataset, wanted):
        split = splits[video_id]
        rows[split] += len(choice.videos[video_id])
        writer.add(_video(stems[video_id], split, windows, choice.videos[video_id]))
    writer.finish()
    exported = Exported(len(output.names), len(choice.videos), dict(rows), dict(choice.left_out))
    output.finish(_record(dataset, order, exported))
    return exported


def _splits(choice: Choice, order: Order) -> Mapping[str, str]:
    speakers = {
        video: [one.row["speaker"] for one in each] for video, each in choice.videos.items()
    }
    sizes = {video: len(each) for video, each in choice.videos.items()}
    return deal(speakers, sizes, order.shares, order.group)


def _video(
    stem: str, split: str, windows: Sequence[Row], chosen: Sequence[Chosen]
) -> ExportedVideo:
    first = windows[0]
    clip = linked(first["uri"], first["media"] or {})
    by_index = {window["window_index"]: window for window in windows}
    units = [
        Unit(
            {**one.row, "split": split},
            by_index[one.row["window_index"]],
            one.machine,
            one.standing,
            clip,
        )
        for one in chosen
    ]
    media = first["media"] or {}
    return ExportedVideo(first["video_id"], stem, first["uri"], media, windows, units, clip)


def _record(dataset: DatasetFolder, order: Order, exported: Exported) -> Row:
    record = read_record(dataset)
    return {
        "dataset": dataset.location,
        "config_hash": record.get("config_hash"),
        "order": asdict(order),
        "videos": exported.videos,
        "rows": dict(exported.rows),
        "left_out": dict(exported.left_out),
    }


def _told(left_out: Mapping[str, int]) -> str:
    told = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
    return f" ({told})" if told else ": it has none"
