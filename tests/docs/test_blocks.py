"""What the pages show in Python runs, and what they show of the configuration loads."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.config import Config, load_config
from tests.docs.pages import GUIDES, ROOT, Block, read

WITH_PYTHON = [file for file in GUIDES if read(file).blocks_of("python")]
SECTIONS = {"preset", *Config.model_fields}
CONFIGURATIONS = [
    (file.name, block)
    for file in GUIDES
    for block in read(file).blocks_of("yaml")
    if re.match(rf"(#.*\n|\n)*({'|'.join(SECTIONS)}):", block.text)
]


def _program(blocks: list[Block], run: Path) -> str:
    """The blocks as one program, each on the lines that it has on its page, DIR being `run`."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    return re.sub(r"""(["'])DIR\b""", rf"\1{run}", "\n".join(lines)) + "\n"


def _run(program: str, name: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    file = folder / f"{name}.py"
    file.write_text(program, "utf-8")
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, file],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


# The stage of its page runs in tests/pipeline/test_outside_stage.py at every time.
RUNS_A_STAGE = "development.md"


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            page, marks=pytest.mark.slow if page.name == RUNS_A_STAGE else (), id=page.name
        )
        for page in WITH_PYTHON
    ],
)
def test_the_python_of_a_page_runs(page: Path, workplace: Path, finished_run: Path) -> None:
    program = _program(read(page).blocks_of("python"), finished_run)
    done = _run(program, page.stem, workplace)
    assert done.returncode == 0, f"{page.name}, by its line numbers:\n{done.stderr}"


def test_a_block_that_fails_is_told_with_its_line(workplace: Path, finished_run: Path) -> None:
    blocks = [Block("python", "a = 1", 3), Block("python", "assert a == 1\nopen('DIR/none')", 9)]
    done = _run(_program(blocks, finished_run), "page", workplace)
    assert done.returncode == 1
    assert "line 10" in done.stderr
    assert f"{finished_run}/none" in done.stderr


def test_pages_show_python_and_configurations() -> None:
    assert WITH_PYTHON
    assert CONFIGURATIONS


@pytest.mark.usefixtures("outside_package")
@pytest.mark.parametrize(
    "block", [pytest.param(block, id=f"{page}-{block.line}") for page, block in CONFIGURATIONS]
)
def test_a_configuration_on_a_page_loads(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "run.yaml"
    file.write_text(block.text, "utf-8")
    load_config(str(file))
