"""The page: read what stands in the output folder, lay it out, write it whole."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.dataset.folder import DatasetFolder
from pipeline.dataset.layout import REPORT
from pipeline.dataset.record import read_record
from pipeline.dataset.totals import Totals
from pipeline.report.page import Page, lay_out
from pipeline.report.selection import shown_rows

_TEMPLATE = "report.html"


def write_report(output: DatasetFolder, totals: Totals) -> str:
    """Write `report.html` into `output`, in place of an older one, and say where it is.

    The page needs no network and no script and holds a bounded part of a large run beside totals
    of all of it (`pipeline.report.selection` has the bounds). Annotations, failures and run.json
    may each be missing.

    Args:
        output: the dataset.
        totals: of all of it.
    """
    page = lay_out(read_record(output), totals, shown_rows(output, totals))
    output.write_bytes(REPORT, _html(page).encode("utf-8", "replace"))
    return f"{output.location.rstrip('/')}/{REPORT}"


def _html(page: Page) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(page=page)
