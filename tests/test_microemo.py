"""What a person imports, and that no folder of theirs is taken for a package of ours."""

import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import microemo
from tests.clips import tone, write_clip

ROOT = Path(__file__).parents[1]
FRONT = "stages=[transcribe,segment,decode,faces]"
ONE_LANE = "lanes=[{stages: [transcribe], cpus: 1}]"  # the others go with it


def _python(program: str, cwd: Path, pythonpath: str = "") -> subprocess.CompletedProcess[str]:
    """A process that finds microemo where this one does, after the folders of `pythonpath`."""
    paths = os.pathsep.join(filter(None, (pythonpath, str(ROOT))))
    return subprocess.run(
        [sys.executable, "-P", "-c", program],  # as a command is: without the working folder
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": paths},
    )


@pytest.fixture
def shadowing(tmp_path: Path) -> Path:
    """A folder with folders and a module that are called as our packages are."""
    for name in ("jobs", "stages"):
        (tmp_path / name).mkdir()
    (tmp_path / "stages" / "__init__.py").touch()
    (tmp_path / "pipeline.py").touch()
    return tmp_path


def test_importing_it_is_cheap(tmp_path: Path) -> None:
    program = "import sys, microemo; print(sorted({n.split('.')[0] for n in sys.modules}))"
    loaded = _python(program, tmp_path).stdout
    assert "microemo" in loaded
    assert not [name for name in ("ray", "torch", "pyarrow", "pydantic") if f"'{name}'" in loaded]


def test_a_folder_is_annotated_and_opened_whatever_stands_in_the_working_folder(
    shadowing: Path,
) -> None:
    working = shadowing / "videos"
    shutil.copytree(shadowing, working)
    write_clip(working / "clip.mp4", seconds=1, audio=tone())
    (working / "clip.srt").write_text("1\n00:00:00,100 --> 00:00:00,900\nHello there.\n")
    (working / "broken.mp4").write_text("no video")
    for name in ("av", "cloudpickle", "numpy", "safetensors", "colorsys"):
        (working / f"{name}.py").write_text(f"open({str(working / 'ran')!r}, 'a').write({name!r})")
    program = f"""
import microemo
made = microemo.annotate(["clip.mp4", "broken.mp4"], "out", set=["{FRONT}", "{ONE_LANE}"])
print(made.utterances().select(["window_id", "text"]).to_pylist())
print(made.failures(["video_id"]).to_pylist(), made.record["runs"][0]["inputs"])
import pipeline
print(pipeline.__file__)
"""
    done = _python(program, working, str(shadowing))
    assert done.stderr == ""
    assert not (working / "ran").exists()
    utterances, failures, ours = done.stdout.splitlines()
    assert utterances == "[{'window_id': 'clip.mp4#0', 'text': 'Hello there.'}]"
    assert failures == "[{'video_id': 'broken.mp4'}] ['clip.mp4', 'broken.mp4']"
    assert Path(ours).parent == ROOT / "pipeline"


def test_the_command_runs_beside_folders_of_our_names(shadowing: Path) -> None:
    done = _python("import sys, microemo; sys.exit(microemo.main(['config']))", shadowing)
    assert done.returncode == 0, done.stderr
    shadowed = _python(
        "import sys, microemo; sys.exit(microemo.main(['config']))", shadowing, str(shadowing)
    )
    assert shadowed.returncode == 0, shadowed.stderr
    assert shadowed.stdout == done.stdout


def test_another_package_that_is_in_use_already_is_named(shadowing: Path) -> None:
    program = "import stages, sys, microemo; sys.exit(microemo.main(['config']))"
    done = _python(program, shadowing, str(shadowing))
    assert done.returncode == 1
    assert "another module named stages is in use here already" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_package_that_is_missing_is_named(tmp_path: Path) -> None:
    shutil.copy(ROOT / "microemo.py", tmp_path)
    for name in ("jobs", "stages"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").touch()
    program = "import sys, microemo; sys.exit(microemo.main(['config']))"
    done = _python(program, tmp_path, str(tmp_path))
    assert done.returncode == 1
    assert f"{tmp_path / 'pipeline'} cannot be imported" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_tells_its_version() -> None:
    assert microemo.__version__ == metadata.version("microemo")


def test_faults_of_the_set_up_are_one_exception() -> None:
    with pytest.raises(microemo.SetupError, match="nowhere"):
        microemo.open("/nowhere")
    with pytest.raises(microemo.SetupError, match="no such file"):
        microemo.annotate("/nowhere.mp4", "/tmp/unused")
    with pytest.raises(microemo.SetupError, match=r"nearest: segment\.max_window_s"):
        microemo.annotate("/nowhere.mp4", "/tmp/unused", set={"segment.max_windw_s": 3})
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = microemo.nothing
