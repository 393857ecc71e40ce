"""The figures of `microemo bench model` as tables for a terminal."""

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from jobs.bench.model.ceilings import Ceilings
from jobs.bench.model.engines import EngineFigures, LoopFigures
from jobs.bench.model.networks import Weight
from jobs.bench.model.vision import VisionFigures


def print_weights(console: Console, preset: str, held: Mapping[str, Weight]) -> None:
    """What each part holds, counted and not allocated."""
    table = _table(f"{preset}: weights", "part", "parameters", "GB")
    for name, weight in held.items():
        table.add_row(name.replace("_", " "), f"{weight.parameters:,}", _giga(weight.bytes, 3))
    console.print(table)


def print_ceilings(console: Console, where: str, ceilings: Ceilings) -> None:
    """What the machine was measured to do at most."""
    console.print(
        f"{where}: a large matrix product runs at {ceilings.matrix_flops / 1e12:.3g} TFLOP/s, "
        f"a large copy at {ceilings.copy_bytes / 1e9:.3g} GB/s"
    )


def print_vision(console: Console, figures: Sequence[VisionFigures]) -> None:
    """The encoder and the pooler beside the matrix rate."""
    table = _table("from pixels to tokens", "part", "rate", "GFLOP each", "matrix", "GB")
    for one in figures:
        table.add_row(
            one.part,
            f"{one.per_s:,.1f} {one.unit}/s",
            f"{one.flops_each / 1e9:.3g}",
            f"{one.matrix_share:.0%}",
            _giga(one.peak_bytes),
        )
    console.print(table)
    console.print("matrix: share of the matrix product's rate; GB: the most memory held at once")


def print_engines(
    console: Console, title: str, loop: LoopFigures, engines: Sequence[EngineFigures]
) -> None:
    """The engines beside the plain loop and the copy rate."""
    table = _table(
        title,
        "engine",
        "tokens/s",
        "x loop",
        "copy",
        "decode",
        "first s",
        "pad",
        "same",
        "GB",
    )
    alone = f"{loop.tokens_per_s:,.1f}"
    table.add_row("plain loop", alone, "1", *["-"] * 5, _giga(loop.peak_bytes))
    for one in engines:
        table.add_row(
            one.engine,
            f"{one.tokens_per_s:,.1f}",
            f"{one.ratio_to_loop:.2f}",
            f"{one.copy_share:.0%}",
            _share(one.decode_copy_share),
            f"{one.first_token_s:.2f}",
            _share(one.padded_share),
            f"{one.same_as_loop}/{one.compared}",
            _giga(one.peak_bytes),
        )
    console.print(table)
    console.print(
        "copy: share of the copy's rate at which weights, keys and values are read; decode: the "
        "same without the seconds up to the first tokens; pad: share of positions that were only "
        "padding; same: answers with the loop's tokens"
    )


def print_counts(console: Console, engines: Sequence[EngineFigures]) -> None:
    """What a step of each engine asks of the device, counted."""
    table = _table("a step of decoding, counted", "engine", "calls", "to host", "MB", "slots")
    for one in engines:
        table.add_row(
            one.engine,
            f"{one.step.calls:,.1f}",
            f"{one.step.host_transfers:.2f}",
            f"{one.step.moved_bytes / 1e6:,.1f}",
            _share(one.slot_use),
        )
    console.print(table)
    console.print(
        "calls: operations that compute or copy, about a GPU's kernels; to host: times that the "
        "host waits for the device; MB: read and written by the calls; slots: share of the batch "
        "at work"
    )


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for index, heading in enumerate(headings):
        table.add_column(heading, justify="right" if index else "left")
    return table


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"


def _giga(count: int, places: int = 2) -> str:
    return f"{count / 1e9:.{places}f}"
