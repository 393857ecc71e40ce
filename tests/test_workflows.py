"""What runs by itself asks for what is there: Python versions, make targets, programs."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
SUPPORTED = {
    name.rpartition(" ")[2]
    for name in PROJECT["classifiers"]
    if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", name)
}

every_workflow = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.name)


def _read(file: Path) -> Any:
    return YAML(typ="safe", pure=True).load(file)


def _jobs(file: Path) -> dict[str, Any]:
    jobs: dict[str, Any] = _read(file)["jobs"]
    return jobs


def _steps(file: Path) -> Iterator[dict[str, Any]]:
    for job in _jobs(file).values():
        yield from job["steps"]


def _targets() -> set[str]:
    phony = re.search(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony
    return set(phony[1].split())


def _made_by(text: str) -> list[str]:
    """The targets of each `make ...` in a script."""
    calls = re.findall(r"^\s*make\s+(.+)$", text, re.MULTILINE)
    return [word for call in calls for word in call.split() if "=" not in word]


def test_there_is_a_workflow() -> None:
    assert WORKFLOWS


def test_requires_python_and_the_classifiers_agree() -> None:
    required = SpecifierSet(PROJECT["requires-python"])
    admitted = {f"3.{minor}" for minor in range(14) if required.contains(f"3.{minor}.0")}
    assert admitted == SUPPORTED


@every_workflow
def test_the_python_versions_are_those_supported(file: Path) -> None:
    tested = [
        version
        for job in _jobs(file).values()
        for version in job.get("strategy", {}).get("matrix", {}).get("python", [])
    ]
    assert sorted(tested) == sorted(SUPPORTED)
    single = {str(step["with"]["python-version"]) for step in _steps(file) if _is_python(step)}
    assert {version for version in single if "matrix" not in version} <= SUPPORTED


def _is_python(step: dict[str, Any]) -> bool:
    return str(step.get("uses", "")).startswith("actions/setup-python@")


@every_workflow
def test_each_make_target_exists(file: Path) -> None:
    used = [target for step in _steps(file) for target in _made_by(step.get("run", ""))]
    assert used
    assert set(used) <= _targets()


def test_each_target_of_the_script_and_of_the_help_exists() -> None:
    assert set(_made_by((ROOT / ".ci" / "run").read_text("utf-8"))) <= _targets()
    told = re.findall(r"^# make (\S+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(told) == _targets()


@every_workflow
def test_it_may_only_read_and_pins_what_it_uses(file: Path) -> None:
    assert _read(file)["permissions"] == {"contents": "read"}
    assert not [name for name, job in _jobs(file).items() if "permissions" in job]
    for step in _steps(file):
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))


@every_workflow
def test_no_job_runs_without_end(file: Path) -> None:
    assert not [name for name, job in _jobs(file).items() if "timeout-minutes" not in job]


def test_hooks_call_what_the_project_installs_and_download_nothing() -> None:
    installed = {Requirement(line).name for line in PROJECT["optional-dependencies"]["dev"]}
    for source in _read(ROOT / ".pre-commit-config.yaml")["repos"]:
        assert source["repo"] == "local"
        for hook in source["hooks"]:
            folder, _, program = hook["entry"].split()[0].rpartition("/")
            assert (hook["language"], folder) == ("system", ".venv/bin")
            assert program in installed
