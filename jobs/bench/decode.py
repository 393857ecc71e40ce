"""Time the decode stage beside a bare PyAV pass over the same frames."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `microemo bench decode`."""


def run(arguments: argparse.Namespace) -> int:
    """Measure."""
    return 0
