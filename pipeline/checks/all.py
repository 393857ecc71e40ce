"""All checks, in the order in which a person would put things right."""

from pipeline.checks.machine import check_gpu, check_lanes, check_memory
from pipeline.checks.output import check_output
from pipeline.checks.packages import check_packages, check_python
from pipeline.config import Config
from stages.check import Check, State
from stages.faults import SetupError
from stages.model import check_model


def run_checks(config: Config, out: str | None = None, *, thorough: bool = False) -> list[Check]:
    """Look at everything a run with `config` needs; nothing is downloaded.

    Args:
        config: the configuration of the run.
        out: the folder the run would write to; without it, that is not looked at.
        thorough: also start DeepSpeed in a process of its own, which takes seconds.
    """
    checks = [check_python(), check_packages()]
    checks += [check_gpu(config), check_lanes(config), check_memory(config)]
    checks += check_output(out)
    for stage in config.recipe.stages:
        checks += stage.checks(config.sections, thorough=thorough)
    if config.recipe.needs("model"):
        checks += check_model(config.model)
    return checks


def refuse_if_unfit(config: Config) -> None:
    """Look at everything a run with `config` needs, but for its folder, which the run opens.

    Raises:
        SetupError: a run is not possible; a line for each thing that is missing, with its remedy.
    """
    failed = [check for check in run_checks(config) if check.state is State.FAIL]
    if failed:
        raise SetupError(
            "\n".join(f"{c.name}: {c.detail.rstrip('.')}. {c.remedy}".rstrip() for c in failed)
        )
