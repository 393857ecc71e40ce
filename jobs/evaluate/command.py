"""Score predicted labels by a truth, with intervals, and what their confidences are worth."""

import argparse
import json
from pathlib import Path

from rich.console import Console

from jobs.arguments import whole_number
from jobs.console import open_console
from jobs.evaluate.as_json import plain
from jobs.evaluate.table import show
from jobs.exit_codes import FINISHED
from pipeline.evaluation.annotators import require_several
from pipeline.evaluation.answers import Answers
from pipeline.evaluation.calibrating import calibration_for, own_folder
from pipeline.evaluation.groups import own_groups, read_groups
from pipeline.evaluation.judged import judged_labels
from pipeline.evaluation.matching import match
from pipeline.evaluation.page.build import page_of
from pipeline.evaluation.reading import read_predictions, read_truth
from pipeline.evaluation.verdict import Yardsticks, judge
from pipeline.evaluation.wheels.own import own_wheels
from pipeline.evaluation.wheels.published import read_wheels
from stages.faults import SetupError
from stages.model import write_calibration


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `microemo evaluate`."""
    parser.add_argument(
        "predictions", metavar="PREDICTIONS", help="the folder of a run, or a file with labels"
    )
    parser.add_argument(
        "truth", metavar="TRUTH", help="truth.parquet, its folder, or a file with labels"
    )
    parser.add_argument(
        "--wheels",
        metavar="FILE",
        help="wheel_mapping.npz of the MER challenges (default: the project's own vocabulary)",
    )
    parser.add_argument(
        "--groups",
        metavar="FILE",
        help="YAML or JSON with the labels that mean the same (default: those of the vocabulary)",
    )
    parser.add_argument(
        "--annotators",
        nargs="+",
        default=[],
        metavar="FILE",
        help="two or more lists of labels by people, to say how far these agree",
    )
    parser.add_argument(
        "--calibrate",
        metavar="MODEL_DIR",
        help="fit confidences to the truth and write calibration.json into the model's folder",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there too")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page with plots there")
    parser.add_argument(
        "--seed",
        type=whole_number(0),
        default=0,
        metavar="N",
        help="of the draws behind the intervals (default: 0)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the scores, write what is asked for; the exit code of the command."""
    console = open_console()
    predictions = read_predictions(arguments.predictions)
    yardsticks = _yardsticks(arguments)
    if arguments.calibrate is not None:
        own_folder(arguments.calibrate)
    verdict = judge(predictions, yardsticks)
    # Files come before the table: whoever reads it may stop before its end.
    written = []
    if arguments.json is not None:
        figures = json.dumps(plain(verdict), indent=2, ensure_ascii=False, allow_nan=False)
        written.append(_write(arguments.json, figures + "\n"))
    if arguments.html is not None:
        written.append(_write(arguments.html, page_of(verdict)))
    show(console, verdict)
    for file in written:
        console.print(f"written: {file}", markup=False, soft_wrap=True)
    if arguments.calibrate is not None:
        _calibrate(arguments.calibrate, predictions, yardsticks, console)
    return FINISHED


def _yardsticks(arguments: argparse.Namespace) -> Yardsticks:
    annotators = [read_truth(location) for location in arguments.annotators]
    require_several(annotators)
    return Yardsticks(
        truth=read_truth(arguments.truth),
        wheels=own_wheels() if arguments.wheels is None else read_wheels(arguments.wheels),
        groups=own_groups() if arguments.groups is None else read_groups(arguments.groups),
        annotators=annotators,
        seed=arguments.seed,
    )


def _calibrate(model: str, predictions: Answers, yardsticks: Yardsticks, console: Console) -> None:
    truth, wheels = yardsticks.truth, yardsticks.wheels
    judged = judged_labels(match(predictions, truth).pairs, wheels)
    found = calibration_for(model, predictions, truth, judged, wheels.name)
    file = write_calibration(own_folder(model), found)
    console.print(
        f"{file}: fitted on {found.fitted_on.labels} labels of {found.fitted_on.videos} videos; "
        "the next run with this model gives calibrated confidences",
        markup=False,
        soft_wrap=True,
    )


def _write(file: Path, text: str) -> Path:
    try:
        file.write_text(text, encoding="utf-8", errors="replace")
    except OSError as fault:
        raise SetupError(f"{file}: cannot be written: {fault.strerror}") from fault
    return file
