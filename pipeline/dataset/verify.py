"""Whether a dataset is whole: its files, its columns, its ids, its cuts, and what is owed.

Everything is read, every page of every file, and nothing is changed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.dataset.columns import columns_of, differing, reason
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import ANNOTATIONS, CUTS, FAILURES, JOURNAL, RECORD, cut_name
from pipeline.dataset.record import makings, read_record
from stages.rows import Row

_ROWS = 64  # at once; some columns are large
_SHOWN = 5
_WEIGHTS = ("model", "detector", "speech_model")
_SPAN = ("start_s", "end_s")


@dataclass(frozen=True)
class Finding:
    """Something that is not as it must be.

    Attributes:
        place: the file, below the dataset's folder, or the id of a window or a video.
        fault: what is wrong with it.
    """

    place: str
    fault: str


@dataclass
class _Window:
    span_s: tuple[float | None, float | None]
    count: int | None
    files: list[str]


class _MadeWith(NamedTuple):
    """A kind of weights of the rows of one configuration."""

    config_hash: str | None
    column: str


@dataclass
class _Seen:
    """What stands in the files that can be read."""

    videos: dict[str, dict[int, _Window]] = field(default_factory=lambda: defaultdict(dict))
    failed_whole: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    configurations: dict[str | None, str] = field(default_factory=dict)  # each with a file
    revisions: dict[_MadeWith, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


@dataclass(frozen=True)
class Verdict:
    """What a look at a dataset found.

    Attributes:
        findings: what is wrong, files first.
        files, windows, videos: that were looked at.
    """

    findings: tuple[Finding, ...]
    files: int
    windows: int
    videos: int


def verify(folder: DatasetFolder) -> Verdict:
    """Look at all of a dataset.

    Raises:
        SetupError: its record cannot be read.
    """
    record = read_record(folder)
    seen = _Seen()
    findings = [*_unfinished(folder)]
    findings += [*_parts(folder, ANNOTATIONS, seen), *_parts(folder, FAILURES, seen)]
    findings += _configurations(seen, makings(record))
    findings += _revisions(seen)
    findings += _windows(seen)
    findings += _cuts(folder, seen)
    return Verdict(
        tuple(findings),
        files=sum(len(folder.part_names(kind)) for kind in (ANNOTATIONS, FAILURES, CUTS)),
        windows=sum(len(windows) for windows in seen.videos.values()),
        videos=len(seen.videos.keys() | seen.failed_whole.keys()),
    )


def _unfinished(folder: DatasetFolder) -> Iterator[Finding]:
    if folder.journal() is not None:
        yield Finding(
            JOURNAL,
            "files were taking the place of others when that was broken off, or are just now; the "
            "next `microemo annotate` or `compact` ends it",
        )


def _parts(folder: DatasetFolder, kind: str, seen: _Seen) -> Iterator[Finding]:
    """The part files of a kind: whether each can be read, all of it, and has their columns."""
    names = folder.part_names(kind)
    columns = columns_of(folder, names)
    for name in names:
        yield from _part(folder, name, columns, seen)


def _part(folder: DatasetFolder, name: str, columns: pa.Schema, seen: _Seen) -> Iterator[Finding]:
    try:
        with folder.open(name) as stream:
            file = pq.ParquetFile(stream, page_checksum_verification=True)
            wrong = differing(columns, file.schema_arrow)
            if wrong:
                yield Finding(name, f"is no part of this dataset: it {wrong}")
                return
            # All of it, before any row counts: what breaks off is not taken for what is there.
            batches = list(_light(file))
    except (pa.ArrowException, OSError) as fault:
        yield Finding(name, f"cannot be read whole: {reason(fault)}")
        return
    for batch in batches:
        for row in batch.to_pylist():
            _enter(seen, name, row)


def _light(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """The columns that are compared, of every row; the others are read and let go."""
    for batch in file.iter_batches(_ROWS):
        names = batch.schema.names
        kept = {
            name: batch.column(name)
            for name in ("video_id", "window_index", "window_count", *_SPAN, "config_hash")
            if name in names
        }
        kept |= {
            name: pc.struct_field(batch.column(name), "revision")
            for name in _WEIGHTS
            if name in names
        }
        yield pa.RecordBatch.from_pydict(kept)


def _enter(seen: _Seen, name: str, row: Row) -> None:
    made_with = row.get("config_hash")
    seen.configurations.setdefault(made_with, name)
    for column in _WEIGHTS:
        revision = row.get(column)
        if revision is not None:
            seen.revisions[_MadeWith(made_with, column)].setdefault(revision, name)
    if row["window_index"] is None:
        seen.failed_whole[row["video_id"]].append(name)
        return
    window = _Window((row["start_s"], row["end_s"]), row["window_count"], [])
    window = seen.videos[row["video_id"]].setdefault(row["window_index"], window)
    window.files.append(name)


def _configurations(seen: _Seen, known: Collection[str]) -> Iterator[Finding]:
    """Rows that were made with something that is not on record."""
    told = ", ".join(known)
    for config_hash, name in seen.configurations.items():
        if known and config_hash is not None and config_hash not in known:
            yield Finding(name, f"has rows of config_hash {config_hash}; {RECORD} knows of {told}")


def _revisions(seen: _Seen) -> Iterator[Finding]:
    """Rows of one configuration that were made with other weights than the rest of them."""
    for (_, column), places in seen.revisions.items():
        first = next(iter(places))
        for revision, name in places.items():
            if revision != first:
                yield Finding(name, f"has rows of {column} {revision}, and others of {first}")


def _windows(seen: _Seen) -> Iterator[Finding]:
    for video_id, files in seen.failed_whole.items():
        yield from _doubled(video_id, files)
    for video_id, windows in seen.videos.items():
        for index, window in sorted(windows.items()):
            yield from _doubled(f"{video_id}#{index}", window.files)
        if video_id in seen.failed_whole:
            yield Finding(video_id, f"has windows, and stands in {FAILURES}/ as a whole")
        yield from _tiling(video_id, windows)


def _doubled(name: str, files: Sequence[str]) -> Iterator[Finding]:
    if len(files) > 1:
        told = ", ".join(list(dict.fromkeys(files))[:_SHOWN])
        yield Finding(name, f"stands {len(files)} times: in {told}")


def _tiling(video_id: str, windows: dict[int, _Window]) -> Iterator[Finding]:
    counts = {window.count for window in windows.values()}
    if len(counts) > 1 or None in counts:
        told = ", ".join(map(str, sorted(counts, key=str)))
        yield Finding(video_id, f"was cut into several numbers of windows: {told}")
        return
    (count,) = counts
    beyond = [index for index in windows if not 0 <= index < (count or 0)]
    if beyond:
        yield Finding(video_id, f"has windows beyond its {count}: {_numbers(beyond)}")
    missing = [index for index in range(count or 0) if index not in windows]
    if missing:
        yield Finding(video_id, f"owes {len(missing)} of {count} windows: {_numbers(missing)}")
    for index in sorted(windows):
        after = windows.get(index + 1)
        if after is not None and windows[index].span_s[1] != after.span_s[0]:
            yield Finding(
                f"{video_id}#{index}",
                f"ends at {windows[index].span_s[1]} s, and the next begins at {after.span_s[0]} s",
            )


def _cuts(folder: DatasetFolder, seen: _Seen) -> Iterator[Finding]:
    """Videos of several windows: a later run goes on by what is recorded of how each was cut."""
    recorded = set(folder.part_names(CUTS))
    for video_id, windows in seen.videos.items():
        if all(window.count == 1 for window in windows.values()):
            continue
        name = cut_name(video_id)
        if name not in recorded:
            yield Finding(video_id, "is cut into several windows, and how is not recorded")
            continue
        try:
            cut = folder.read_table(name).to_pylist()
        except (pa.ArrowException, OSError) as fault:
            yield Finding(name, f"cannot be read whole: {reason(fault)}")
            continue
        spans = {row["window_index"]: (row["start_s"], row["end_s"]) for row in cut}
        for index, window in sorted(windows.items()):
            if spans.get(index) != window.span_s:
                yield Finding(f"{video_id}#{index}", "has other times than its recorded cut")


def _numbers(indices: list[int]) -> str:
    more = ", ..." if len(indices) > _SHOWN else ""
    return ", ".join(map(str, sorted(indices)[:_SHOWN])) + more
