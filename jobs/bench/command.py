"""Measure the pipeline and its parts, each beside a yardstick."""

import argparse

from jobs.bench import check, decode, evidence, faces, lanes, pipeline, resume, review, road
from jobs.bench.model import command as model

_BENCHES = (
    ("pipeline", pipeline),
    ("road", road),
    ("lanes", lanes),
    ("decode", decode),
    ("faces", faces),
    ("evidence", evidence),
    ("model", model),
    ("resume", resume),
    ("review", review),
    ("check", check),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One subcommand for each benchmark."""
    benches = parser.add_subparsers(dest="bench", required=True, metavar="WHAT")
    for name, module in _BENCHES:
        text = (module.__doc__ or "").splitlines()[0]
        bench = benches.add_parser(name, help=text, description=text)
        module.add_arguments(bench)
        bench.set_defaults(run_bench=module.run)


def run(arguments: argparse.Namespace) -> int:
    """Run the chosen benchmark."""
    return int(arguments.run_bench(arguments))
