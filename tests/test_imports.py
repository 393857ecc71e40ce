"""The arrows of the house, and what it costs to import a part of it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from pipeline.recipe import OURS

ROOT = Path(__file__).parents[1]
TOPS = ("stages", "pipeline", "jobs")
HEAVY = (
    *("ray", "torch", "transformers", "deepspeed", "faster_whisper", "insightface", "skimage"),
    *("scipy.ndimage", "scipy.optimize", "scipy.signal", "scipy.stats"),  # a second and more
)
SHARED = {f"stages.{file.stem}" for file in (ROOT / "stages").glob("*.py")}
SHARED_PACKAGES = {  # and the stages that may import them
    "model": {"encode", "pool", "generate"},
    "answer": {"generate", "chat"},
    "question": {"generate", "chat"},
    "listening": {"transcribe", "chat"},
}
RANKS = ROOT / "pipeline" / "ranks.py"  # runs an engine of the generate stage in its processes


def _loaded_by(statement: str) -> set[str]:
    code = f"{statement}; import sys; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("stage", OURS)
def test_importing_a_stage_imports_no_other_and_nothing_heavy(stage: str) -> None:
    loaded = _loaded_by(f"import stages.{stage}")
    assert f"stages.{stage}.stage" in loaded
    assert not loaded.intersection(HEAVY)
    assert not {name for name in OURS if name != stage and f"stages.{name}" in loaded}


def test_importing_the_commands_and_the_graph_starts_nothing_heavy() -> None:
    assert not _loaded_by(
        "import microemo, jobs.annotate, jobs.config, jobs.evaluate.command, "
        "jobs.synthesize.command, pipeline.graph"
    ).intersection(HEAVY)


def _files(top: str) -> list[Path]:
    files = sorted((ROOT / top).rglob("*.py"))
    assert files
    return files


def _name(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_name(file): file for top in TOPS for file in _files(top)}


@cache
def _imports(file: Path) -> tuple[str, ...]:
    return tuple(_found_in(file))


def _found_in(file: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it, for type checkers alone as well."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield inside if inside in MODULES else str(node.module)


@pytest.mark.parametrize(
    ("top", "above"), [("stages", ("pipeline", "jobs")), ("pipeline", ("jobs",))]
)
def test_no_arrow_points_back(top: str, above: tuple[str, ...]) -> None:
    for file in _files(top):
        assert not [name for name in _imports(file) if name.split(".")[0] in above], file


def test_the_packages_never_import_the_module_that_stands_above_them() -> None:
    for name, file in MODULES.items():
        assert "microemo" not in {found.split(".")[0] for found in _imports(file)}, name


def test_there_is_no_circle() -> None:
    arrows = {name: MODULES.keys() & set(_imports(file)) for name, file in MODULES.items()}
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as fault:
        pytest.fail(f"a circle: {' -> '.join(fault.args[1])}")


@pytest.mark.parametrize("stage", OURS)
def test_no_arrow_points_from_stage_to_stage(stage: str) -> None:
    for file in _files(f"stages/{stage}"):
        for name in _imports(file):
            if name.partition(".")[0] != "stages":
                continue
            part = name.split(".")[1]
            may = part == stage or stage in SHARED_PACKAGES.get(part, ())
            assert may or name in SHARED, f"{file} imports {name}"


@pytest.mark.parametrize("package", SHARED_PACKAGES)
def test_no_arrow_points_from_what_stages_share_to_a_stage(package: str) -> None:
    for file in _files(f"stages/{package}"):
        for name in _imports(file):
            if name.partition(".")[0] == "stages":
                assert name in SHARED or name.split(".")[1] in SHARED_PACKAGES, file


def test_the_pipeline_sees_no_more_of_a_stage_than_its_face() -> None:
    for file in _files("pipeline"):
        for name in _imports(file):
            if name.partition(".")[0] == "stages" and file != RANKS:
                face = name.count(".") == 1
                assert face or name in SHARED, f"{file} imports {name}"


def test_no_command_imports_another() -> None:
    commands = {name for name in MODULES if name.startswith("jobs.") and _is_command(name)}
    for name in commands:
        others = {other for other in commands if _folder(other) != _folder(name)}
        assert not others & set(_imports(MODULES[name])), name


def _is_command(name: str) -> bool:
    return "def add_arguments" in MODULES[name].read_text("utf-8")


def _folder(name: str) -> str:
    return name.split(".")[1]


def test_stages_know_no_ray() -> None:
    for file in _files("stages"):
        assert not [name for name in _imports(file) if name.split(".")[0] == "ray"], file
