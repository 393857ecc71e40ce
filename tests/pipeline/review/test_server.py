"""The server as a process: its port, its end, and what it leaves when it is killed."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from pipeline.dataset.folder import DatasetFolder
from pipeline.review import ReviewChoices, open_server
from pipeline.review.session import ReviewSession
from pipeline.reviews import read_decisions
from stages.faults import SetupError
from tests.pipeline.review.conftest import Client

ROOT = Path(__file__).parents[3]


@contextmanager
def _running(folder: DatasetFolder) -> Iterator[tuple[subprocess.Popen[str], Client]]:
    command = [sys.executable, "-m", "microemo", "review", folder.location, "--no-browser"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, "--port", "0"], cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout is not None
        try:
            address = next(line.strip() for line in process.stdout if line.startswith("http"))
            yield process, Client(address)
        finally:
            process.kill()


@pytest.mark.slow
def test_a_server_that_is_killed_between_two_decisions_loses_neither(
    folder: DatasetFolder,
) -> None:
    with _running(folder) as (process, client):
        first = client.decide("talk.mp4#u0")["id"]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with _running(folder) as (process, client):
        assert client.unit("talk.mp4#u0")["state"] == "accepted"
        second = client.decide("talk.mp4#u1", verdict="rejected")["id"]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert [one.id for one in read_decisions(folder)] == [first, second]


@pytest.mark.slow
def test_ctrl_c_ends_it(folder: DatasetFolder) -> None:
    with _running(folder) as (process, client):
        assert client.ask("").status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


@pytest.mark.slow
def test_ctrl_c_ends_it_quietly_while_somebody_waits_for_an_answer(folder: DatasetFolder) -> None:
    with _running(folder) as (process, client):
        parts = urlsplit(client.address)
        slow = {"reviewer": "a", "where": "(select sum(x) from range(1000000000000) AS t(x)) > 0"}
        waiting = http.client.HTTPConnection(parts.hostname or "", parts.port)
        headers = {"Content-Type": "application/json"}
        waiting.request("POST", f"{parts.path}api/queue", json.dumps(slow), headers)
        assert client.ask("").status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr is not None
        assert process.stderr.read() == "microemo: stopped\n"
        waiting.close()


def test_a_defect_is_told_and_the_server_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("something is wrong")

    monkeypatch.setattr(ReviewSession, "page", broken)
    reply = client.post("api/queue", {"reviewer": "anna"})
    assert reply.status == 500
    assert reply.json["error"] == "A defect of MicroEmo: RuntimeError: something is wrong"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert "Traceback" in capsys.readouterr().err
    monkeypatch.undo()
    assert client.queue()["total"] == 3


def test_it_listens_on_this_machine_alone(folder: DatasetFolder) -> None:
    with open_server(folder, ReviewChoices(), 0) as served:
        assert served.listening.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_named_and_the_usual_one_is_passed_by(
    folder: DatasetFolder,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(SetupError, match=f"--port {port}: cannot be listened on"),
            open_server(folder, ReviewChoices(), port),
        ):
            pass
    with (
        open_server(folder, ReviewChoices()) as one,
        open_server(folder, ReviewChoices()) as other,
    ):
        assert one.address != other.address


def test_each_server_has_a_token_of_its_own(folder: DatasetFolder) -> None:
    addresses = set()
    for _ in range(3):
        with open_server(folder, ReviewChoices(), 0) as served:
            addresses.add(served.address.split("/")[3])
    assert len(addresses) == 3
    assert min(map(len, addresses)) >= 32
