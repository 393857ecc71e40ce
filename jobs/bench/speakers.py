"""Who is found to speak, beside the truth and beside naming the main face always."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from pipeline.evaluation.speakers import SpeakerFigures, score_speakers

_MAIN = 0


def speaker_figures(
    truth: Sequence[Mapping[str, Any]], windows: Sequence[Mapping[str, Any]]
) -> dict[str, SpeakerFigures]:
    """The figures of the run, and those of a run that names the main face always.

    Args:
        truth: rows of `TRUTH_COLUMNS`.
        windows: rows with `video_id`, `utterances` and `faces`.
    """
    return {
        "found": score_speakers(truth, windows),
        "main face": score_speakers(truth, map(_by_main_face, windows)),
    }


def plain_speakers(figures: Mapping[str, SpeakerFigures]) -> dict[str, Any]:
    """The figures for JSON."""
    return {name: asdict(one) for name, one in figures.items()}


def show_speakers(console: Console, figures: Mapping[str, SpeakerFigures]) -> None:
    """Print a table of the figures."""
    table = Table(title="who speaks: utterances by whether the face was found", box=None)
    table.add_column("")
    for heading in ("utterances", "right", "wrong", "unsure", "of named", "mean score"):
        table.add_column(heading, justify="right")
    for name, one in figures.items():
        if one.utterances:
            table.add_row(name, str(one.utterances), *_cells(one))
    console.print(table)


def _cells(one: SpeakerFigures) -> Iterable[str]:
    for share in (one.right, one.wrong, one.unsure + one.missed):
        yield f"{share / one.utterances:.1%}"
    yield f"{one.named_right / one.named:.1%}" if one.named else "-"
    yield "-" if one.mean_score is None else f"{one.mean_score:.3f}"


def _by_main_face(window: Mapping[str, Any]) -> dict[str, Any]:
    main = _MAIN if window["faces"] else None
    said = [
        {**one, "speaker_track": main, "speaker_score": 1.0} for one in window["utterances"] or []
    ]
    return {**window, "utterances": said}
