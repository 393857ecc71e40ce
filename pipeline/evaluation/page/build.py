"""The page as text."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.evaluation.page.layout import lay_out
from pipeline.evaluation.verdict import Verdict

_TEMPLATE = "verdict.html"
_HERE = Path(__file__).parent


def page_of(verdict: Verdict) -> str:
    """The HTML of a verdict; it takes its looks from the report of a run and adds a few."""
    environment = Environment(
        loader=FileSystemLoader([_HERE, _HERE.parents[1] / "report"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(page=lay_out(verdict))
