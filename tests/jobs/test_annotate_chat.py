"""Whole runs with a chat model: stopped by their cost, gone on with, and repeated for nothing."""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.dataset as ds
import pytest
from aiohttp import web

from tests.chat_server import Body, ChatServer, chat_server, echo, error, named_in
from tests.clips import tone, write_clip

ROOT = Path(__file__).parents[2]
KEY = "sk-0123456789-secret"
CLIPS = 12
ANSWER = (100 * 1000 + 10 * 1000) / 1e6
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
PRICE = "chat.price={input_per_million: 1000, output_per_million: 1000, currency: EUR}"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of a second, in each of which its name is said."""
    folder = tmp_path_factory.mktemp("clips")
    for number in range(CLIPS):
        write_clip(folder / f"c{number}.mp4", seconds=1, fps=5, audio=tone())
        said = f"1\n00:00:00,000 --> 00:00:01,000\nw{number}u0\n"
        (folder / f"c{number}.srt").write_text(said, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def ray_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where Ray writes: a short path, for its sockets."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        monkeypatch.setenv("RAY_TMPDIR", folder)
        yield Path(folder)


def _hold_key(*folders: Path) -> list[Path]:
    """The files below the folders in which the key stands."""
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert files
    return [file for file in files if KEY.encode() in file.read_bytes()]


def _annotate(
    clips: Path, out: Path, server: ChatServer, *settings: str
) -> "subprocess.CompletedProcess[str]":
    given = (
        *(f"chat.base_url={server.base_url}", "chat.model=teacher", "chat.retries=1"),
        *(f"chat.cache={out.parent / 'cache'}", *settings),
    )
    words = [word for setting in given for word in ("--set", setting)]
    return subprocess.run(
        [
            *(sys.executable, "-m", "jobs.command", "annotate", str(clips)),
            *("--out", str(out), "--preset", "chat", *words),
        ],
        cwd=out.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
        timeout=250,
    )


def _rows(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ds.dataset(folder).to_table().to_pylist()
    return rows


def _quality(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "quality.json").read_text("utf-8"))
    return found


def test_a_run_is_stopped_by_its_cost_goes_on_and_is_repeated_for_nothing(
    clips: Path, tmp_path: Path, ray_files: Path
) -> None:
    out = tmp_path / "out"
    with chat_server() as server:
        limit = 12 * ANSWER + 1e-9
        stopped = _annotate(clips, out, server, PRICE, f"chat.max_cost={limit}")
        assert stopped.returncode == 1, stopped.stdout + stopped.stderr
        [line] = [one for one in stopped.stderr.splitlines() if one.startswith("microemo: ")]
        assert "chat.max_cost: " in line
        assert "EUR are spent on this folder" in line
        assert "Traceback" not in stopped.stderr
        assert len(server.asked) * ANSWER <= limit

        again = _annotate(clips, out, server, PRICE, "chat.max_cost=100")
        assert again.returncode == 0, again.stdout + again.stderr
        assert len(server.asked) == 4 * CLIPS  # not one question twice
        assert len({json.dumps(body) for body in server.asked}) == 4 * CLIPS
        for row in _rows(out / "annotations"):
            name = row["video_id"].removesuffix(".mp4").replace("c", "w")
            assert row["labels"] == [name]
            assert row["utterances"][0]["labels"] == [f"{name}u0"]
        usage = _quality(out)["chat_usage"]
        assert usage["requests"] == 4 * CLIPS
        assert usage["cost"] == pytest.approx(4 * CLIPS * ANSWER)

        other = _annotate(clips, tmp_path / "other", server, PRICE)
        assert other.returncode == 0, other.stdout + other.stderr
        assert len(server.asked) == 4 * CLIPS
        usage = _quality(tmp_path / "other")["chat_usage"]
        assert (usage["requests"], usage["cached"], usage["cost"]) == (0, 4 * CLIPS, 0)
        assert f"0 paid for, {4 * CLIPS} kept from before" in other.stdout

        refused = _annotate(clips, out, server, "chat.prompt=emer-zh")
        assert refused.returncode == 1
        assert "prompts: was emer-en, revision " in refused.stderr
    for run in (stopped, again, other, refused):
        assert KEY not in run.stdout + run.stderr
    assert _hold_key(tmp_path, ray_files) == []
    assert server.keys == {f"Bearer {KEY}"}


def test_a_server_that_fails_costs_its_rows_alone_and_they_can_be_taken_again(
    clips: Path, tmp_path: Path, ray_files: Path
) -> None:
    is_mended = False

    async def answer(body: Body) -> web.StreamResponse:
        if named_in(body) == "w3u0" and not is_mended:
            return error(500, f"out of order, {KEY}")
        return await echo(body)

    with chat_server(answer) as server:
        out = tmp_path / "out"
        done = _annotate(clips, out, server, PRICE)
        assert done.returncode == 3, done.stdout + done.stderr
        [failed] = _rows(out / "failures")
        assert (failed["video_id"], failed["error"]["kind"]) == ("c3.mp4", "server")
        assert failed["chat_usage"]["requests"] == 2  # what is asked of the window itself
        assert len(_rows(out / "annotations")) == CLIPS - 1
        spent = _quality(out)["chat_usage"]
        assert spent["cost"] == pytest.approx((4 * CLIPS - 2) * ANSWER)
        assert KEY not in done.stdout + done.stderr
        assert _hold_key(tmp_path, ray_files) == []

        is_mended = True
        words = ["--retry-failed", "server"]
        again = subprocess.run(
            [*done.args, *words],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "OPENAI_API_KEY": KEY},
            capture_output=True,
            text=True,
            check=False,
            timeout=250,
        )
        assert again.returncode == 0, again.stdout + again.stderr
        assert Counter(row["video_id"] for row in _rows(out / "annotations")).total() == CLIPS
        assert _quality(out)["chat_usage"]["cost"] == pytest.approx(4 * CLIPS * ANSWER)


def test_a_key_that_is_not_taken_ends_the_run_with_a_line(
    clips: Path, tmp_path: Path, ray_files: Path
) -> None:
    async def answer(body: Body) -> web.StreamResponse:
        return error(401, f"wrong key {KEY}")

    with chat_server(answer) as server:
        done = _annotate(clips, tmp_path / "out", server)
    assert done.returncode == 1
    assert "it cannot be asked (401: " in done.stderr
    assert "Traceback" not in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert _hold_key(tmp_path, ray_files) == []
    assert _rows(tmp_path / "out" / "failures") == []
