"""Say what a run would take, what it would cost, and which files will fail or surprise."""

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.status import Status
from rich.table import Table

from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.console import open_console
from jobs.exit_codes import FINISHED
from pipeline.checks import refuse_if_unfit
from pipeline.checks.machine import gpus_at_hand
from pipeline.config import Config
from pipeline.lanes import cpus_at_hand
from pipeline.manifest import resolve_inputs, with_table
from pipeline.planning.findings import Finding
from pipeline.planning.forecast import Forecast, Machine, Range
from pipeline.planning.plan import Plan, Progress, machine, make_plan
from stages.faults import SetupError
from stages.rows import Row

_SHOWN = 5  # files of a kind
_WINDOWS = 24
_BUSY = 0.2  # of the processors, from which on a person should know of it


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo plan`."""
    parser.add_argument(
        "videos",
        nargs="+",
        metavar="VIDEOS",
        help="as for `annotate`: files, folders, globs, lists, manifests, URIs",
    )
    add_config_arguments(parser)
    parser.add_argument(
        "--transcripts",
        metavar="TABLE",
        help="one .csv or .tsv of what is said in all videos, matched by its ids",
    )
    parser.add_argument(
        "--windows",
        type=whole_number(0),
        default=_WINDOWS,
        metavar="N",
        help=f"windows to try (default: {_WINDOWS}); 0: look at the files alone, and estimate "
        "nothing",
    )
    parser.add_argument(
        "--cpus", type=whole_number(1), metavar="N", help="cores of the run (default: those here)"
    )
    parser.add_argument(
        "--gpus", type=whole_number(0), metavar="N", help="GPUs of the run (default: those here)"
    )
    parser.add_argument(
        "--price-per-gpu-hour", type=_price, metavar="X", help="of one GPU, in any currency"
    )
    parser.add_argument("--json", action="store_true", help="print it as JSON, with every file")


def _price(text: str) -> float:
    try:
        price = float(text)
    except ValueError:
        price = math.nan
    if not 0 <= price < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no price: a number such as 2.49")
    return price


def run(arguments: argparse.Namespace) -> int:
    """Print the plan; the exit code of the command."""
    console = open_console(to_stderr=arguments.json)
    config = chosen_config(arguments)
    here, there = _machines(arguments, config)
    rows, notes = _sources(arguments, config)
    for note in notes:
        console.print(f"note: {note}", markup=False)
    if arguments.windows:
        refuse_if_unfit(config)
        if config.recipe.needs("spending"):
            console.print(f"note: the chat model will be asked about {arguments.windows} windows")
    with console.status("reading the heads of the files") as status:
        plan = make_plan(rows, config, arguments.windows, (here, there), _Shown(status, len(rows)))
    if arguments.json:
        print(json.dumps(_as_json(plan, arguments, there, notes), indent=2, ensure_ascii=False))
    else:
        _show(open_console(), plan, arguments, there)
    return FINISHED


def _machines(arguments: argparse.Namespace, config: Config) -> tuple[Machine, Machine]:
    """This machine, and the one that the run would have.

    Raises:
        SetupError: the lanes do not fit it, or a price is given for no GPU.
    """
    cpus, gpus = cpus_at_hand(), gpus_at_hand(config)
    wanted_gpus = gpus if arguments.gpus is None else arguments.gpus
    if arguments.price_per_gpu_hour is not None and not wanted_gpus:
        raise SetupError("--price-per-gpu-hour: the run has no GPU; say how many with --gpus")
    there = machine(config, arguments.cpus or cpus, wanted_gpus)
    return (machine(config, cpus, gpus) if arguments.windows else there), there


def _sources(arguments: argparse.Namespace, config: Config) -> tuple[list[Row], list[str]]:
    sources = resolve_inputs(arguments.videos)
    if not arguments.transcripts:
        return sources.rows, sources.notices
    rows, told = with_table(sources.rows, arguments.transcripts, config)
    return rows, [*sources.notices, *told]


class _Shown(Progress):
    """Shows on a terminal how it goes."""

    def __init__(self, status: Status, files: int) -> None:
        self._status = status
        self._files = files
        self._looked = 0

    def looked_at(self, more: int) -> None:
        """See `Progress`."""
        self._looked += more
        self._status.update(f"reading the heads of the files: {self._looked} of {self._files}")

    def phase(self, text: str) -> None:
        """See `Progress`."""
        self._status.update(text)


def _as_json(
    plan: Plan, arguments: argparse.Namespace, there: Machine, notes: list[str]
) -> dict[str, Any]:
    told = asdict(plan)
    if plan.forecast is not None and plan.forecast.gpu_hours is not None:
        price = arguments.price_per_gpu_hour
        money = None if price is None else asdict(plan.forecast.gpu_hours.times(price))
        told["forecast"]["money"] = money
    lanes = {each.lane.name: each.high or each.low for each in there.lanes}
    return {
        **told,
        "machine": {"cpus": there.cpus, "gpus": there.gpus, "processes": lanes},
        "notes": notes,
    }


def _show(console: Console, plan: Plan, arguments: argparse.Namespace, there: Machine) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    failing = plan.videos - plan.sound
    beside = f", of which {failing:,} will fail" if failing else ""
    table.add_row("videos", f"{plan.videos:,}{beside}")
    table.add_row("length", f"{_time(plan.seconds)}, {_size(plan.bytes)} of files")
    if plan.forecast is not None:
        for name, told in _lines(plan.forecast, arguments, there):
            table.add_row(name, told)
    else:
        table.add_row("time", f"not estimated: {plan.untried}")
    console.print(table, markup=False)
    for finding in plan.findings:
        _show_finding(console, finding)


def _lines(
    told: Forecast, arguments: argparse.Namespace, there: Machine
) -> Iterator[tuple[str, str]]:
    yield "windows", f"about {told.windows:,}"
    whole = sum(told.stage_s.values())
    for name, seconds in told.stage_s.items():
        yield f"work: {name}", f"{_time(seconds)} ({100 * seconds / (whole or 1):.0f} %)"
    on = f"{there.cpus} cores" + (f", {there.gpus} GPUs" if there.gpus else "")
    yield "time of the run", f"{_range(told.wall_s, _time)}, on {on}"
    yield "of it to start", _time(told.start_up_s)
    yield "it waits for", told.slowest
    yield "rows on disk", _size(told.rows_bytes)
    if told.gpu_hours is not None:
        yield "GPU-hours", _range(told.gpu_hours, lambda hours: f"{hours:,.1f}")
        if arguments.price_per_gpu_hour is not None:
            money = told.gpu_hours.times(arguments.price_per_gpu_hour)
            yield "price of the GPUs", _range(money, lambda sum_: f"{sum_:,.2f}")
    for name, number in told.chat.items():
        yield f"chat model: {name}", f"{number:,.4g}"
    failed = sum(told.failures.values())
    fault = f"; {failed} of them failed ({', '.join(told.failures)})" if failed else ""
    yield "rests on", f"{told.tried} windows that were tried, ±{100 * told.spread:.0f} %{fault}"
    if told.others > _BUSY:
        others = f"other programs took {100 * told.others:.0f} % of the processors meanwhile"
        yield "", f"{others}: it would start sooner, and be as fast as said, on an idle machine"


def _show_finding(console: Console, finding: Finding) -> None:
    style = "red" if finding.fails else "yellow"
    head = f"\n{len(finding.files):,} {finding.meaning} ({finding.kind}):"
    console.print(head, style=style, markup=False)
    for file in finding.files[:_SHOWN]:
        detail = f": {file.detail}" if file.detail else ""
        console.print(f"  {file.video_id or file.uri}{detail}", markup=False)
    more = len(finding.files) - _SHOWN
    if more > 0:
        console.print(f"  and {more:,} more; --json names all", markup=False)


def _range(told: Range, words: Any) -> str:
    return f"{words(told.likely)} ({words(told.low)} to {words(told.high)})"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:,.1f} h"


def _size(bytes_: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if bytes_ < 1000:
            return f"{bytes_:.3g} {unit}"
        bytes_ /= 1000
    return f"{bytes_:,.3g} TB"
