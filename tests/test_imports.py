"""The arrows of the house, and what it costs to import a part of it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stages.rows import STAGES

ROOT = Path(__file__).parents[1]
HEAVY = ("ray", "torch", "transformers", "deepspeed", "faster_whisper", "insightface", "skimage")
SHARED = {f"stages.{file.stem}" for file in (ROOT / "stages").glob("*.py")}
WITH_MODEL = {"encode", "pool", "generate"}


def _loaded_by(statement: str) -> set[str]:
    code = f"{statement}; import sys; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("stage", STAGES)
def test_importing_a_stage_imports_no_other_and_nothing_heavy(stage: str) -> None:
    loaded = _loaded_by(f"import stages.{stage}")
    assert f"stages.{stage}.stage" in loaded
    assert not loaded.intersection(HEAVY)
    assert not {name for name in STAGES if name != stage and f"stages.{name}" in loaded}


def test_importing_the_commands_and_the_graph_starts_nothing_heavy() -> None:
    assert not _loaded_by("import jobs.annotate, jobs.config, pipeline.graph").intersection(HEAVY)


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""


def _files(top: str) -> list[Path]:
    files = sorted((ROOT / top).rglob("*.py"))
    assert files
    return files


@pytest.mark.parametrize(
    ("top", "above"), [("stages", ("pipeline", "jobs")), ("pipeline", ("jobs",))]
)
def test_no_arrow_points_back(top: str, above: tuple[str, ...]) -> None:
    for file in _files(top):
        assert not [name for name in _imports(file) if name.split(".")[0] in above], file


@pytest.mark.parametrize("stage", STAGES)
def test_no_arrow_points_from_stage_to_stage(stage: str) -> None:
    for file in _files(f"stages/{stage}"):
        for name in _imports(file):
            if not name.startswith("stages."):
                continue
            own = name.startswith(f"stages.{stage}")
            model = stage in WITH_MODEL and name.startswith("stages.model")
            assert own or model or name in SHARED, f"{file} imports {name}"


def test_reading_inputs_reaches_inside_no_stage() -> None:
    faces = {f"stages.{stage}" for stage in STAGES}
    for file in _files("pipeline/manifest"):
        for name in _imports(file):
            if name.startswith("stages."):
                assert name in SHARED | faces, f"{file} imports {name}"


def test_stages_know_no_ray() -> None:
    for file in _files("stages"):
        assert not [name for name in _imports(file) if name.split(".")[0] == "ray"], file
