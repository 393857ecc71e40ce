"""The page as text."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import report
from pipeline.evaluation.page.layout import lay_out
from pipeline.evaluation.verdict import Verdict

_TEMPLATE = "verdict.html"


def page_of(verdict: Verdict) -> str:
    """The HTML of a verdict; it takes its looks from the report of a run and adds a few."""
    environment = Environment(
        loader=FileSystemLoader([Path(__file__).parent, Path(str(report.__file__)).parent]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(_TEMPLATE).render(page=lay_out(verdict))
