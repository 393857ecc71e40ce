"""quality.json: a run in figures, and whether each of its inputs ended as a row."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import QUALITY
from pipeline.dataset.totals import Totals

_MOST_NAMED = 1000  # of what is owed; a list without end helps nobody


def write_quality(folder: DatasetFolder, totals: Totals, asked: Sequence[str]) -> list[str]:
    """Write it in place of an older one; the videos that are neither annotated nor failed.

    Args:
        folder: of the dataset.
        totals: of all of it.
        asked: the ids of the videos that the run was given.

    Raises:
        SetupError: it cannot be written.
    """
    owed = [name for name in asked if name not in totals.videos or not totals.videos[name].done]
    written = _figures(totals, asked, owed)
    folder.write_bytes(QUALITY, json.dumps(written, indent=2, ensure_ascii=False).encode())
    return owed


def _figures(totals: Totals, asked: Sequence[str], owed: Sequence[str]) -> dict[str, Any]:
    videos = totals.videos.values()
    return {
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "videos": {
            "asked": len(asked),
            "done": len(asked) - len(owed),
            "owed": len(owed),
            "owed_ids": list(owed[:_MOST_NAMED]),
            "with_failures": sum(video.has_failed for video in videos),
        },
        "windows": {
            "annotated": totals.windows,
            "failed": sum(len(video.failed) for video in videos),
            "owed": totals.owed_windows,
            "with_face": totals.windows_with_face,
            "with_warning": totals.windows_with_warning,
        },
        "utterances": {
            "all": totals.utterances,
            "abstained": totals.utterances_abstained,
            "refused": totals.utterances_refused,
            "with_speaking_face": totals.utterances_with_speaking_face,
            "by_text_source": dict(totals.text_sources),
        },
        "failures": _by_kind(totals),
        "warnings": dict(totals.warnings.most_common()),
        "events": dict(totals.events),
        "labels": len(totals.labels),
        "confidence": totals.confidences,
        **_spent(totals),
        "stages": _by_stage(totals),
    }


def _spent(totals: Totals) -> dict[str, Any]:
    """What answers of a chat model took, where one was asked."""
    if not any(totals.spent.values()):
        return {}
    cost = round(totals.spent["cost"], 6)
    currencies = sorted(totals.currencies)
    return {"chat_usage": {**totals.spent, "cost": cost, "currency": ", ".join(currencies) or None}}


def _by_kind(totals: Totals) -> dict[str, int]:
    kinds: Counter[str] = Counter()
    for (kind, _), number in totals.failure_kinds.items():
        kinds[kind] += number
    return dict(sorted(kinds.items()))


def _by_stage(totals: Totals) -> dict[str, dict[str, Any]]:
    stages: dict[str, dict[str, Any]] = {
        name: {"rows": rows, "seconds": round(totals.stage_seconds[name], 3), "failures": {}}
        for name, rows in totals.stage_rows.items()
    }
    for (kind, name), number in sorted(totals.failure_kinds.items()):
        of_stage = stages.setdefault(name, {"rows": 0, "seconds": 0.0, "failures": {}})
        of_stage["failures"][kind] = number
    return stages
