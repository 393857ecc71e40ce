"""The image can be built of what is here, and does not run as root."""

import json
import os
import re
import subprocess
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
Instruction = tuple[str, str]


@pytest.fixture(scope="module")
def stages() -> list[list[Instruction]]:
    """The stages of the Dockerfile, the first FROM to the last, as (instruction, its words)."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = [line for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]
    instructions = [(line.split()[0], line.partition(" ")[2].strip()) for line in lines]
    found: list[list[Instruction]] = []
    for instruction in instructions:
        if instruction[0] == "FROM":
            found.append([])
        found[-1].append(instruction)
    return found


def _of(stage: list[Instruction], name: str) -> list[str]:
    return [words for instruction, words in stage if instruction == name]


def _copied_from_here(stage: list[Instruction]) -> list[str]:
    copies = [words.split() for words in _of(stage, "COPY") if "--from" not in words]
    return [name for words in copies for name in words[:-1]]


def test_every_stage_has_one_python_and_a_supported_one(stages: list[list[Instruction]]) -> None:
    images = {stage[0][1].split()[0] for stage in stages}
    [version] = {image.removeprefix("python:").removesuffix("-slim") for image in images}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(f"{version}.0")
    assert f"Programming Language :: Python :: {version}" in project["classifiers"]


def test_what_it_copies_exists_and_is_sent_to_the_build(stages: list[list[Instruction]]) -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").split("\n")
    patterns = [line for line in ignored if line and not line.startswith("#")]
    names = [name for stage in stages for name in _copied_from_here(stage)]
    assert names
    for name in names:
        assert (ROOT / name).exists(), name
        deciding = [line for line in patterns if fnmatch(name, line.removeprefix("!"))]
        assert deciding[-1].startswith("!"), f"{name} is held back by .dockerignore"


def test_all_that_the_wheel_is_made_of_is_copied(stages: list[list[Instruction]]) -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    made_of, project = settings["tool"]["setuptools"], settings["project"]
    needed = {name.rstrip("*") for name in made_of["packages"]["find"]["include"]}
    needed |= {f"{name}.py" for name in made_of.get("py-modules", [])}
    needed |= {"pyproject.toml", project["readme"]}
    needed |= {name.partition("/")[0] for name in project["license-files"]}
    assert needed <= {*_copied_from_here(stages[0])}


def test_what_one_stage_takes_from_another_comes_of_a_stage_with_that_name(
    stages: list[list[Instruction]],
) -> None:
    named = {
        words.split()[2] for stage in stages for words in _of(stage, "FROM") if " AS " in words
    }
    taken = {
        name
        for stage in stages
        for words in _of(stage, "COPY")
        for name in re.findall(r"--from=(\S+)", words)
    }
    assert taken
    assert taken <= named


def test_it_installs_the_wheel_with_the_constraints(stages: list[list[Instruction]]) -> None:
    script = " ".join(_of(stages[0], "RUN"))
    assert (
        'pip install --constraint constraints.txt "$(echo dist/*.whl)${EXTRAS:+[$EXTRAS]}"'
        in script
    )


@pytest.mark.parametrize(
    ("device", "extras", "said"),
    [
        ("cpu", "", "https://download.pytorch.org/whl/cpu dist/microemo.whl"),
        ("cuda", "cluster,s3", " dist/microemo.whl[cluster,s3]"),
    ],
)
def test_the_device_decides_which_torch_is_installed(
    stages: list[list[Instruction]],
    tmp_path: Path,
    device: str,
    extras: str,
    said: str,
) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "microemo.whl").touch()
    done = _built(stages, tmp_path, DEVICE=device, EXTRAS=extras)
    assert done.stdout.splitlines()[-1] == said


def test_another_device_is_refused(stages: list[list[Instruction]], tmp_path: Path) -> None:
    done = _built(stages, tmp_path, DEVICE="tpu", EXTRAS="")
    assert (done.returncode, done.stderr) == (1, "DEVICE is cpu or cuda, not tpu\n")


def _built(
    stages: list[list[Instruction]], folder: Path, **arguments: str
) -> "subprocess.CompletedProcess[str]":
    """The installing line, run by the shell with pips that print whence and what they install."""
    bare = 'pip() { for last; do :; done; echo "$PIP_EXTRA_INDEX_URL $last"; }; '
    line = _of(stages[0], "RUN")[-1].replace("/opt/microemo/bin/pip", "pip")
    return subprocess.run(
        ["sh", "-c", bare + line],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PIP_EXTRA_INDEX_URL": "", **arguments},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_the_image_names_of_the_extras_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {"s3", "gs", "http", "cluster"} <= set(project["optional-dependencies"])


def test_it_runs_microemo_and_not_as_root(stages: list[list[Instruction]]) -> None:
    last = stages[-1]
    names = [name for name, _ in last]
    assert _of(last, "USER")[-1] not in {"root", "0"}
    assert names.index("USER") > max(at for at, name in enumerate(names) if name == "RUN")
    assert [json.loads(words) for words in _of(last, "ENTRYPOINT")] == [["microemo"]]
