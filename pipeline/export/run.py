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
from pipeline.export.media.clock import on_clip_clock
from pipeline.export.media.linking import linked
from pipeline.export.media.providing import with_media
from pipeline.export.order import Order
from pipeline.export.output import Output
from pipeline.export.privacy import Pseudonyms, Scrubber, speakers_of
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


def export(dataset: DatasetFolder, location: str, order: Order, key: str | None = None) -> Exported:
    """Write the rows of a dataset that `order` names into the folder `location`.

    The same export into the same folder goes on where it was broken off; what another one left
    there is replaced. `export.json` says what the export was made of, and lists its files.

    Args:
        dataset: whose rows.
        location: where the files go.
        order: what is asked for.
        key: of pseudonyms, a secret, see `pipeline.export.privacy.Pseudonyms`.

    Raises:
        SetupError: a file cannot be read or written, no row is chosen, or the order is wrong.
    """
    kind = format_named(order.format)
    order = replace(order, media=order.media or kind.media)
    _require_cuts_for_covering(order)
    output = Output(location)
    choice = choose(dataset, order)
    if not choice.videos:
        raise SetupError(f"{dataset.location}: no row is left to export{_told(choice.left_out)}")
    writer = kind(output, order, choice.columns)
    scrubber = _scrubber(dataset, choice, order, key)
    left_out: Counter[str] = Counter(choice.left_out)
    chosen = _fit(_videos(dataset, choice, order, scrubber), kind, left_out)
    rows: Counter[str] = Counter()
    videos = 0
    for found in with_media(chosen, order, output, left_out, kind):
        video = on_clip_clock(found) if kind.is_told_by_clip else found
        rows[video.units[0].split] += len(video.units)
        videos += 1
        writer.add(video if scrubber is None else scrubber.without_source(video))
    if not videos:
        raise SetupError(f"{dataset.location}: no row is left to export{_told(left_out)}")
    writer.finish()
    exported = Exported(
        len(output.names), videos, dict(rows), dict(+left_out), tuple(writer.advice)
    )
    record = _record(dataset, order, exported)
    output.finish(record if scrubber is None else scrubber.record(record))
    return exported


def _require_cuts_for_covering(order: Order) -> None:
    if order.blur_faces and order.media != "cut":
        raise SetupError(
            f"--blur-faces: with --media {order.media} the sources are given as they are. Give "
            "--media cut."
        )


def _scrubber(
    dataset: DatasetFolder, choice: Choice, order: Order, key: str | None
) -> Scrubber | None:
    if not order.drop_text and not order.pseudonymise:
        return None
    names = Pseudonyms(speakers_of(dataset), key) if order.pseudonymise else None
    return Scrubber(choice.videos, drop_text=order.drop_text, names=names)


def _scrubbed(video: ExportedVideo, scrubber: Scrubber, order: Order) -> ExportedVideo:
    if order.media == "link" and scrubber.is_told_by(video.uri):
        raise SetupError(
            f"--pseudonymise speaker: with --media link the rows name {video.uri}, which names a "
            "speaker. Give --media cut, or copy."
        )
    return scrubber.video(video)


def _videos(
    dataset: DatasetFolder, choice: Choice, order: Order, scrubber: Scrubber | None
) -> Iterator[ExportedVideo]:
    """The videos with what was chosen of them, and nothing of them that must not be told; their
    sources are their media.
    """
    splits = _splits(choice, order)
    ids = {video_id: video_id for video_id in choice.videos}
    if scrubber is not None:
        ids = {video_id: scrubber.video_id(video_id) for video_id in ids}
    stems = file_stems(ids.values())
    wanted = {
        video: {one.row["window_index"] for one in each} for video, each in choice.videos.items()
    }
    for video_id, windows in windows_by_video(dataset, wanted):
        stem = stems[ids[video_id]]
        video = _video(stem, splits[video_id], windows, choice.videos[video_id])
        yield video if scrubber is None else _scrubbed(video, scrubber, order)


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
