"""What the page says, ready for the template: plain values, no markup."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.dataset.layout import report_name
from pipeline.dataset.totals import CONFIDENCE_BINS, Totals
from pipeline.report.choice import Choice
from pipeline.report.histogram import Column, histogram
from pipeline.report.timeline import length, span
from pipeline.report.video import VideoView, lay_out_video

_MOST_LABELS = 24
_MOST_WARNINGS = 40  # kinds
_SORTED = {
    "even": "spread evenly over the run",
    "confidence": "those without a label first, then those whose label is least sure",
    "id": "in order of their ids",
    "time": "the latest first",
}
_UNTRAINED, _SYNTHETIC = "no", "synthetic"


@dataclass(frozen=True)
class Figure:
    """A number of the header, what it counts, and a remark or ""."""

    value: str
    name: str
    remark: str = ""


@dataclass(frozen=True)
class Bar:
    """A row of a bar chart: `width` is percent of the longest."""

    name: str
    value: str
    width: float
    remark: str = ""


@dataclass(frozen=True)
class FailureView:
    """One failure."""

    video_id: str
    uri: str
    window: str
    stage: str
    kind: str
    message: str


@dataclass(frozen=True)
class WarningView:
    """A kind of warning, and some of the windows that have it: id and address, "" off the page."""

    words: str
    windows: int
    some: list[tuple[str, str]]


@dataclass(frozen=True)
class Place:
    """Which page of a report this is, and the windows of it by the address of their page."""

    number: int = 1
    pages: int = 1
    addresses: Mapping[str, str] = field(default_factory=dict)

    @property
    def links(self) -> list[tuple[int, str]]:
        """All pages by number and name."""
        return [(number, report_name(number)) for number in range(1, self.pages + 1)]


@dataclass(frozen=True)
class Contents:
    """What a page is made of, beside what holds for the whole run.

    Attributes:
        windows: the rows of those that are shown, those of one video together.
        failures: the rows of those that are shown.
        choice: what was asked for.
        shown: windows on all pages.
        of: windows that they were chosen from.
        place: of this page.
        folder: where it will stand; None: not on this machine.
    """

    windows: Sequence[Sequence[dict[str, Any]]]
    failures: Sequence[dict[str, Any]]
    choice: Choice
    shown: int
    of: int
    place: Place = field(default_factory=Place)
    folder: Path | None = None


@dataclass(frozen=True)
class ModelView:
    """A model that annotated some of the windows."""

    name: str
    revision: str
    trained: str
    engine: str
    windows: int


@dataclass(frozen=True)
class Page:
    """Everything on the page; what holds for the whole run stands on the first alone."""

    place: Place
    title: str
    facts: list[tuple[str, str]]
    models: list[ModelView]
    untrained: bool
    synthetic: bool
    figures: list[Figure]
    labels: list[Bar]
    labels_left_out: int
    stages: list[Bar]
    confidences: list[Column]
    warnings: list[WarningView]
    warnings_left_out: int
    videos: list[VideoView]
    shown: str
    is_whole: bool
    is_empty: bool
    failures: list[FailureView]
    failures_left_out: int
    failure_kinds: list[Bar]
    config: str
    packages: list[tuple[str, str]]


def lay_out(record: dict[str, Any], totals: Totals, contents: Contents) -> Page:
    """A page of a run from its run.json (`{}` when there is none), totals and shown rows."""
    models = [ModelView(*key, windows) for key, windows in totals.models.most_common()]
    videos = [
        lay_out_video(list(rows), totals.videos[rows[0]["video_id"]], contents.folder)
        for rows in contents.windows
    ]
    config = record.get("config")
    packages = record.get("packages") or {}
    return Page(
        place=contents.place,
        title=_title(totals),
        facts=_facts(record, totals),
        models=models,
        untrained=any(model.trained == _UNTRAINED for model in models),
        synthetic=any(model.trained == _SYNTHETIC for model in models),
        figures=_figures(totals),
        labels=_label_bars(totals),
        labels_left_out=max(0, len(totals.labels) - _MOST_LABELS),
        stages=_stage_bars(totals),
        confidences=_confidences(totals),
        warnings=_warnings(totals, contents.place),
        warnings_left_out=max(0, len(totals.warnings) - _MOST_WARNINGS),
        videos=videos,
        shown=_shown(contents),
        is_whole=contents.shown == totals.windows,
        is_empty=not totals.windows,
        failures=[_failure(row) for row in contents.failures],
        failures_left_out=totals.failures - len(contents.failures),
        failure_kinds=_failure_bars(totals),
        config=json.dumps(config, indent=2, ensure_ascii=False) if config else "",
        packages=sorted((str(name), str(version)) for name, version in packages.items()),
    )


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 video, 2,048 videos."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _title(totals: Totals) -> str:
    annotated = counted(len(totals.annotated), "video")
    failed = f", {totals.failed_videos:,} failed" if totals.failed_videos else ""
    return f"{annotated} annotated{failed}"


def _facts(record: dict[str, Any], totals: Totals) -> list[tuple[str, str]]:
    facts = [
        ("Preset", record.get("preset")),
        ("Config", record.get("config_hash")),
        ("Run begun", _moment(record.get("created_at"))),
        ("Rows written", _rows_written(totals)),
    ]
    return [(name, str(value)) for name, value in facts if value]


def _rows_written(totals: Totals) -> str:
    first, last = _moment(totals.first_row), _moment(totals.last_row)
    return first if first == last else f"{first} to {last}"


def _moment(when: str | datetime | None) -> str:
    """A time as 2026-01-31 12:05 UTC; text that is no time as it stands."""
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when)
        except ValueError:
            return str(when)
    if when is None:
        return ""
    if when.tzinfo is None:
        return when.strftime("%Y-%m-%d %H:%M")
    return when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _figures(totals: Totals) -> list[Figure]:
    spoken = totals.utterances
    voiceless = totals.text_sources["none"]
    warned = totals.windows_with_warning
    beside = [
        (totals.failed_videos, f"{totals.failed_videos:,} failed"),
        (totals.videos_failed_in_part, f"{totals.videos_failed_in_part:,} failed in part"),
        (totals.owed_windows, f"{counted(totals.owed_windows, 'window')} not reached"),
    ]
    remark = ", ".join(words for number, words in beside if number)
    figures = [
        Figure(f"{len(totals.annotated):,}", "videos annotated", remark),
        Figure(length(totals.duration_s), "of video"),
        Figure(f"{totals.windows:,}", "windows", f"{warned:,} with warnings" if warned else ""),
        Figure(f"{spoken:,}", "utterances", f"{voiceless:,} without text" if voiceless else ""),
        Figure(_share(totals.windows_with_face, totals.windows), "of windows with a face"),
        Figure(
            _share(totals.utterances_abstained, spoken),
            "of utterances abstained",
            f"{totals.utterances_abstained:,} of {spoken:,}" if spoken else "",
        ),
        Figure(_share(totals.utterances_refused, spoken), "of utterances refused by the model"),
    ]
    return figures + _evidence_figures(totals) + _chat_figures(totals)


def _evidence_figures(totals: Totals) -> list[Figure]:
    """What was measured, as far as anything was."""
    spoken, speaking = totals.utterances, totals.utterances_with_speaking_face
    others = [f"{number:,} {kind}" for kind, number in totals.events.items() if kind != "micro"]
    figures = []
    if totals.events:
        micro = totals.events["micro"]
        figures.append(Figure(f"{micro:,}", "micro-expressions", ", ".join(sorted(others))))
    if speaking:
        figures.append(Figure(_share(speaking, spoken), "of utterances with a speaking face"))
    if totals.times_named:
        supported = _share(totals.times_supported, totals.times_named)
        figures.append(Figure(supported, "of named times measured", f"of {totals.times_named:,}"))
    return figures


def _chat_figures(totals: Totals) -> list[Figure]:
    """What answers of a chat model took, where one was asked."""
    spent = totals.spent
    if not (spent["requests"] or spent["cached"]):
        return []
    asked = f"{spent['requests']:,} answers, {spent['cached']:,} kept from before"
    tokens = f"{spent['prompt_tokens']:,} + {spent['completion_tokens']:,}"
    if not totals.currencies:
        return [Figure(tokens, "tokens of the chat model", asked)]
    paid = f"{spent['cost']:.4g} {', '.join(sorted(totals.currencies))}"
    return [Figure(paid, "paid for the chat model", f"{asked}, {tokens} tokens")]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "–"


def _label_bars(totals: Totals) -> list[Bar]:
    common = totals.labels.most_common(_MOST_LABELS)
    most = common[0][1] if common else 1
    return [Bar(label, f"{n:,}", round(100 * n / most, 1)) for label, n in common]


def _confidences(totals: Totals) -> list[Column]:
    step = 1 / CONFIDENCE_BINS
    names = [f"{at * step:.1f}" for at in range(CONFIDENCE_BINS)]
    return histogram(totals.confidences, names, "utterances")


def _failure_bars(totals: Totals) -> list[Bar]:
    kinds: Counter[str] = Counter()
    stages: dict[str, list[str]] = {}
    for (kind, stage), number in totals.failure_kinds.most_common():
        kinds[kind] += number
        stages.setdefault(kind, []).extend([stage] if stage else [])
    most = max(kinds.values(), default=1)
    return [
        Bar(kind, f"{number:,}", round(100 * number / most, 1), ", ".join(stages[kind]))
        for kind, number in kinds.most_common()
    ]


def _warnings(totals: Totals, place: Place) -> list[WarningView]:
    return [
        WarningView(
            kind,
            number,
            [(name, place.addresses.get(name, "")) for name in totals.warned.get(kind, [])],
        )
        for kind, number in totals.warnings.most_common(_MOST_WARNINGS)
    ]


def _shown(contents: Contents) -> str:
    """Which windows the pages show, as a sentence."""
    choice = contents.choice
    if not choice.shows_windows:
        return "No windows are shown: failures alone were asked for."
    of = contents.of
    count = f"all {of:,}" if contents.shown == of else f"{contents.shown:,} of {of:,}"
    kinds = f" that are {' or '.join(choice.only)}" if choice.only else ""
    where = f" where {choice.where}" if choice.where else ""
    return f"Shown: {count} windows{kinds}{where}, {_SORTED[choice.sort]}."


def _stage_bars(totals: Totals) -> list[Bar]:
    seconds = totals.stage_seconds
    longest = max(seconds.values(), default=0.0)
    if not longest:
        return []
    whole = sum(seconds.values())
    return [
        Bar(stage, length(spent), round(100 * spent / longest, 1), f"{100 * spent / whole:.0f} %")
        for stage, spent in seconds.items()
    ]


def _failure(row: dict[str, Any]) -> FailureView:
    error = row["error"] or {}
    index = row["window_index"]
    return FailureView(
        video_id=row["video_id"],
        uri=row["uri"] or "",
        window="" if index is None else f"window {index + 1}, {span(row['start_s'], row['end_s'])}",
        stage=error.get("stage") or "",
        kind=error.get("kind") or "unknown",
        message=error.get("message") or "",
    )
