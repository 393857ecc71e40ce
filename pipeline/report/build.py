"""The pages: read what stands in the output folder, lay it out, write each whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import REPORT, is_further_report, report_name
from pipeline.dataset.record import read_record
from pipeline.dataset.totals import Totals
from pipeline.report.choice import Choice, Chosen, choose
from pipeline.report.media import SOURCES
from pipeline.report.page import Contents, Page, Place, lay_out
from pipeline.report.selection import WINDOWS_A_PAGE, shown_failures, shown_pages

_TEMPLATE = "report.html"
_MOST_FAILURES = 500
_EVERYTHING = Choice()


@dataclass(frozen=True)
class Written:
    """Where a report is, and how much it shows: windows of all that were chosen, and pages."""

    location: str
    windows: int
    of: int
    pages: int


def write_report(output: DatasetFolder, totals: Totals, choice: Choice = _EVERYTHING) -> Written:
    """Write `report.html` and, for many windows, `report-2.html` and so on into `output`.

    They take the place of older ones; pages that are no more are taken away. A page needs no
    network and no script, and holds a bounded part of a large run; the first has totals of all of
    it. Annotations, failures and run.json may each be missing.

    Args:
        output: the dataset.
        totals: of all of it.
        choice: what is shown.

    Raises:
        SetupError: what is asked for cannot be asked of the rows, or a page cannot be written.
    """
    chosen = choose(output, totals, choice)
    record = read_record(output)
    pages = 0
    for contents in _contents(output, chosen, choice):
        pages = contents.place.number
        html = _html(lay_out(record, totals, contents))
        output.write_bytes(report_name(pages), html.encode("utf-8", "replace"))
    for name in output.names_in(""):
        if is_further_report(name) and name not in map(report_name, range(2, pages + 1)):
            output.remove(name)
    location = f"{output.location.rstrip('/')}/{REPORT}"
    return Written(location, len(chosen.windows), chosen.of, pages)


def _contents(output: DatasetFolder, chosen: Chosen, choice: Choice) -> Iterator[Contents]:
    """What each page is made of, one page at a time."""
    keys = chosen.windows
    parts = [
        keys[first : first + WINDOWS_A_PAGE] for first in range(0, len(keys), WINDOWS_A_PAGE)
    ] or [[]]
    addresses = {
        key.window_id: f"{report_name(number)}#{key.window_id}"
        for number, part in enumerate(parts, 1)
        for key in part
    }
    most = min(_MOST_FAILURES, choice.limit) if choice.shows_failures else 0
    for number, windows in enumerate(shown_pages(output, parts), 1):
        yield Contents(
            windows=windows,
            failures=shown_failures(output, most) if number == 1 else [],
            choice=choice,
            shown=len(keys),
            of=chosen.of,
            place=Place(number, len(parts), addresses),
            folder=output.local_path,
        )


def _html(page: Page) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(page=page, sources=" ".join(SOURCES))
