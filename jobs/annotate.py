"""Annotate videos: decode, find faces, transcribe, encode, generate, and write Parquet."""

import argparse
import json
import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from jobs.again import make_again, preview_again
from jobs.arguments import add_config_arguments, chosen_config, whole_number
from jobs.console import open_console
from jobs.exit_codes import (
    COULD_NOT_RUN,
    FINISHED,
    FINISHED_WITH_FAILURES,
    STOPPED,
    WRONG_USAGE,
)
from jobs.preview import preview
from jobs.progress import TerminalWatcher
from jobs.progress_lines import JsonWatcher
from jobs.retrying import failure_kinds
from jobs.shard import Shard
from pipeline.again.run import Wish
from pipeline.checks import refuse_if_unfit
from pipeline.config import Config
from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.forgotten import Forgotten
from pipeline.dataset.layout import ANNOTATIONS, FAILURES, QUALITY
from pipeline.dataset.quality import write_quality
from pipeline.dataset.record import Origin
from pipeline.dataset.totals import count
from pipeline.manifest import resolve_inputs, with_table
from pipeline.purse import Bill
from pipeline.report import write_report
from pipeline.run import Outcome, Watcher, annotate
from stages.model import trained_on
from stages.rows import Row

_NOTICES = {
    "no": "The model of this preset is not trained: its descriptions and labels are noise. "
    "Times, transcripts, faces and files are real.",
    "synthetic": "The model of this preset was trained on synthetic faces alone: on real video, "
    "take its descriptions and labels as a demonstration.",
}
"""What a person should know of a model, by what it was trained on."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo annotate`."""
    parser.add_argument(
        "videos",
        nargs="+",
        metavar="VIDEOS",
        help="files, folders, globs, a .txt list, a .csv, .jsonl or .parquet manifest, URIs",
    )
    parser.add_argument("--out", required=True, metavar="DIR", help="folder for the results")
    parser.add_argument(
        "--transcripts",
        metavar="TABLE",
        help="one .csv or .tsv of what is said in all videos, matched by its ids",
    )
    add_config_arguments(parser)
    parser.add_argument(
        "--shard",
        type=Shard.read,
        metavar="I/N",
        help="take the I-th of N shares of the videos, each with a DIR of its own",
    )
    parser.add_argument(
        "--limit", type=whole_number(1), metavar="N", help="take the first N videos only"
    )
    parser.add_argument(
        "--retry-failed",
        nargs="?",
        type=_kinds,
        const=failure_kinds(True),
        default=(),
        metavar="KIND,...",
        help="take earlier failures of these videos again; all, or those of the kinds named",
    )
    parser.add_argument(
        "--take-forgotten",
        action="store_true",
        help="take up videos again that `microemo forget` took out of DIR",
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help="make rows of these videos again: those made with another configuration or other "
        "weights, or those that --where names",
    )
    parser.add_argument(
        "--where",
        metavar="EXPR",
        help="with --again: only windows of which, or of an utterance of which, this is true, as "
        'in "abstained or confidence < 0.3"',
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be done and which transcripts match, and do nothing",
    )
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors")
    parser.add_argument(
        "--progress",
        choices=("bar", "json"),
        default="bar",
        help="bar: for a person; json: a line on stderr for each step, for a program",
    )
    parser.add_argument(
        "--json", action="store_true", help="print a summary as JSON; all else goes to stderr"
    )


def _kinds(text: str) -> tuple[str, ...]:
    try:
        return failure_kinds(text.split(","))
    except ValueError as fault:
        raise argparse.ArgumentTypeError(f"{fault} (videos stand before the option)") from None


def run(arguments: argparse.Namespace) -> int:
    """Annotate, write the report and say what was made; the exit code of the command."""
    console = open_console(to_stderr=arguments.json, quiet=arguments.quiet)
    if (arguments.where is not None and not arguments.again) or (
        arguments.again and arguments.retry_failed
    ):
        print("microemo: --where goes with --again, and --retry-failed does not", file=sys.stderr)
        return WRONG_USAGE
    config = chosen_config(arguments)
    folder = DatasetFolder(arguments.out)
    rows, notes = _sources(arguments, config, folder, console)
    refuse_if_unfit(config)
    if arguments.dry_run:
        _preview(rows, config, folder, arguments, console)
        return FINISHED
    if not arguments.again:
        folder.make()  # what cannot be written to is said before anything else
    _warn_of_model(config, console)
    try:
        done = _annotated(rows, config, folder, arguments, console)
    except KeyboardInterrupt:
        print(
            f"microemo: stopped; what is finished is kept in {folder.location}, and the same "
            "command goes on from there",
            file=sys.stderr,
        )
        return STOPPED
    if done is None:  # there was nothing to make again, which is said
        return FINISHED
    outcome, report, owed = done
    code = FINISHED_WITH_FAILURES if outcome.videos_failed else FINISHED
    if owed:  # the accounting is at fault, and says so rather than pass for whole
        print(
            f"microemo: {len(owed)} videos are neither annotated nor failed, {owed[0]} among "
            f"them; {QUALITY} names them, and the same command goes on with them",
            file=sys.stderr,
        )
        code = COULD_NOT_RUN
    if arguments.json:
        print(
            json.dumps(_summary(outcome, folder, report, code, notes), indent=2, ensure_ascii=False)
        )
    _show(console, outcome, folder, report)
    return code


def _warn_of_model(config: Config, console: Console) -> None:
    if config.recipe.needs("model"):
        notice = _NOTICES.get(trained_on(config.model))
        if notice:
            console.print(notice, style="yellow")


def _sources(
    arguments: argparse.Namespace, config: Config, folder: DatasetFolder, console: Console
) -> tuple[list[Row], list[str]]:
    """The source rows, and what a person should know of them, which is printed too."""
    sources = resolve_inputs(arguments.videos)
    rows, notes = sources.rows, list(sources.notices)
    if arguments.transcripts:
        rows, told = with_table(rows, arguments.transcripts, config)
        notes += told
    if arguments.shard is not None:
        own = arguments.shard.of(rows)
        notes.append(f"{len(own)} of {len(rows)} videos are of shard {arguments.shard}")
        rows = own
    if arguments.limit is not None and arguments.limit < len(rows):
        notes.append(f"the first {arguments.limit} of {len(rows)} videos (--limit)")
    rows, told = _without_forgotten(rows[: arguments.limit], arguments, folder)
    notes += told
    for note in notes:
        console.print(f"note: {note}", markup=False)
    return rows, notes


def _without_forgotten(
    rows: list[Row], arguments: argparse.Namespace, folder: DatasetFolder
) -> tuple[list[Row], list[str]]:
    """The sources that are not to be passed over, and what is told of the others."""
    forgotten = Forgotten(folder)
    others, passed_over = forgotten.passing_over(rows)
    if not passed_over:
        return rows, []
    if arguments.take_forgotten:
        if not arguments.dry_run:
            forgotten.remove(passed_over)
        return rows, [f"taken up again: {len(passed_over)} forgotten videos"]
    return others, [
        f"passed over, for they were forgotten (microemo forget): {len(passed_over)} videos; "
        "--take-forgotten takes them up again"
    ]


def _annotated(
    rows: list[Row],
    config: Config,
    folder: DatasetFolder,
    arguments: argparse.Namespace,
    console: Console,
) -> tuple[Outcome, str, list[str]] | None:
    """What the run did, where its report is, and which videos are neither annotated nor failed;
    None where there was nothing to make again."""
    with _watcher(arguments, console) as watcher:
        if arguments.again:
            wish = _wish(rows, config, arguments)
            made = make_again(folder, wish, watcher, console, arguments.is_stopped)
            if made is None:
                return None
            outcome = made
        else:
            outcome = annotate(
                rows,
                config,
                folder,
                watcher,
                _origin(arguments),
                retry=arguments.retry_failed,
                is_stopped=arguments.is_stopped,
            )
        watcher.phase("writing the report")
        totals = count(folder)
        ids = [row["video_id"] for row in rows]
        asked = [name for name in ids if name in totals.videos] if arguments.again else ids
        owed = write_quality(folder, totals, asked)
        return outcome, write_report(folder, totals).location, owed


def _origin(arguments: argparse.Namespace) -> Origin:
    tables = [arguments.transcripts] if arguments.transcripts else []
    return Origin(arguments.preset, sys.argv, [*arguments.videos, *tables])


def _wish(rows: list[Row], config: Config, arguments: argparse.Namespace) -> Wish:
    return Wish(rows, config, arguments.where, _origin(arguments))


def _preview(
    rows: list[Row],
    config: Config,
    folder: DatasetFolder,
    arguments: argparse.Namespace,
    console: Console,
) -> None:
    if arguments.again:
        preview_again(folder, _wish(rows, config, arguments), console, as_json=arguments.json)
    else:
        preview(rows, config, folder, console, as_json=arguments.json)


def _watcher(arguments: argparse.Namespace, console: Console) -> AbstractContextManager[Watcher]:
    if arguments.progress == "json":
        return nullcontext(JsonWatcher(sys.stderr))
    return TerminalWatcher(console)


def _summary(
    outcome: Outcome, folder: DatasetFolder, report: str, exit_code: int, notes: list[str]
) -> dict[str, Any]:
    return {
        "exit_code": exit_code,
        "videos": outcome.videos,
        "videos_failed": outcome.videos_failed,
        "windows_annotated": outcome.annotations,
        "utterances_asked_about": outcome.utterances_asked_about,
        "utterances_abstained": outcome.utterances_abstained,
        "chat_usage": {**outcome.bill.counts, "currency": outcome.bill.currency}
        if outcome.bill.counts
        else None,
        "failures": outcome.failure_kinds,
        "first_failures": [asdict(failure) for failure in outcome.first_failures],
        "seconds": round(outcome.seconds, 1),
        "out": folder.location,
        "report": report,
        "log": str(outcome.log_file),
        "notes": notes,
    }


def _show(console: Console, outcome: Outcome, folder: DatasetFolder, report: str) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("videos", str(outcome.videos))
    table.add_row("windows annotated in this run", str(outcome.annotations))
    if outcome.utterances_asked_about:
        abstained = f"{outcome.utterances_abstained} of {outcome.utterances_asked_about}"
        table.add_row("utterances the model abstained on", abstained)
    if outcome.bill.counts:
        table.add_row("answers of the chat model", _billed(outcome.bill))
    for kind, rows in sorted(outcome.failure_kinds.items()):
        table.add_row(f"failed: {kind}", str(rows))
    if outcome.videos_failed and not outcome.failure_kinds:
        table.add_row("videos with earlier failures", str(outcome.videos_failed))
    table.add_row("time", f"{outcome.seconds:.0f} s")
    table.add_row("annotations", f"{folder.location}/{ANNOTATIONS}/")
    if outcome.videos_failed:
        table.add_row("failures", f"{folder.location}/{FAILURES}/")
    table.add_row("report", report)
    table.add_row("log", str(outcome.log_file))
    console.print(table)
    _show_failures(console, outcome)


def _billed(bill: Bill) -> str:
    counts = bill.counts
    told = f"{counts['requests']:,} paid for, {counts['cached']:,} kept from before"
    told += f"; {counts['prompt_tokens']:,} + {counts['completion_tokens']:,} tokens"
    return told if bill.currency is None else f"{told}, {counts['cost']:.4g} {bill.currency}"


def _show_failures(console: Console, outcome: Outcome) -> None:
    """The first of this run, and how many more there are."""
    for failure in outcome.first_failures:
        line = f"failed: {failure.row}: {failure.kind}: {failure.message}"
        console.print(line, style="red", markup=False)
    more = sum(outcome.failure_kinds.values()) - len(outcome.first_failures)
    if more:
        console.print(f"and {more} more, in {FAILURES}/")
