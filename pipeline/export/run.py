"""An export from end to end: choose rows, deal them to splits, see to their media, write."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.record import read_record
from pipeline.export.choosing import Choice, Chosen, choose
from pipeline.export.file_names import file_stems, unit_name
from pipeline.export.formats import format_named
from pipeline.export.formats.format import Format
from pipeline.export.media.linking import linked
from pipeline.export.media.providing import with_media
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
        advice: what one who loads the files should know, a line each.
    """

    files: int
    videos: int
    rows: Mapping[str, int]
    left_out: Mapping[str, int]
    advice: Sequence[str] = ()


def export(dataset: DatasetFolder, location: str, order: Order) -> Exported:
    """Write the rows of a dataset that `order` names into the folder `location`.

    The same export into the same folder goes on where it was broken off; what another one left
    there is replaced. `export.json` says what the export was made of, and lists its files.

    Raises:
        SetupError: a file cannot be read or written, no row is chosen, or the order is wrong.
    """
    kind = format_named(order.format)
    order = replace(order, media=order.media or kind.media)
    output = Output(location)
    choice = choose(dataset, order)
    if not choice.videos:
        raise SetupError(f"{dataset.location}: no row is left to export{_told(choice.left_out)}")
    writer = kind(output, order, choice.columns)
    left_out: Counter[str] = Counter(choice.left_out)
    rows: Counter[str] = Counter()
    videos = 0
    for video in with_media(
        _fit(_videos(dataset, choice, order), kind, left_out), order, output, left_out, kind
    ):
        rows[video.units[0].split] += len(video.units)
        videos += 1
        writer.add(video)
    if not videos:
        raise SetupError(f"{dataset.location}: no row is left to export{_told(left_out)}")
    writer.finish()
    exported = Exported(
        len(output.names), videos, dict(rows), dict(+left_out), tuple(writer.advice)
    )
    output.finish(_record(dataset, order, exported))
    return exported


def _videos(dataset: DatasetFolder, choice: Choice, order: Order) -> Iterator[ExportedVideo]:
    """The videos with what was chosen of them; their sources are their media."""
    splits = _splits(choice, order)
    stems = file_stems(choice.videos)
    wanted = {
        video: {one.row["window_index"] for one in each} for video, each in choice.videos.items()
    }
    for video_id, windows in windows_by_video(dataset, wanted):
        yield _video(stems[video_id], splits[video_id], windows, choice.videos[video_id])


def _fit(
    videos: Iterable[ExportedVideo], kind: type[Format], left_out: Counter[str]
) -> Iterator[ExportedVideo]:
    """The videos with those units that can stand in the format."""
    for video in videos:
        units = []
        for unit in video.units:
            reason = kind.reason_against(unit)
            if reason:
                left_out[reason] += 1
            else:
                units.append(unit)
        if units:
            yield replace(video, units=units)


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
            unit_name(stem, one.row["window_index"], one.row["utterance_index"]),
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
        "advice": list(exported.advice),
    }


def _told(left_out: Mapping[str, int]) -> str:
    told = ", ".join(f"{count} {reason}" for reason, count in left_out.items())
    return f" ({told})" if told else ": it has none"
