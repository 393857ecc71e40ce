"""A real server, `transformers serve`, with small random models: what is asked is understood."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from stages.chat.checks import check_chat
from stages.chat.offers import NO_FORM, NO_LOGPROBS, NO_PICTURES
from stages.check import State
from tests.chat_server import ChatServer
from tests.stages.chat.real_models import write_seeing_model, write_text_model
from tests.stages.chat.windows import annotated, config_for, stage_for, window

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
AUTO = {"structured": "auto", "pictures": "auto", "logprobs": "auto"}
QUICK = {"max_description_tokens": 24, "max_label_tokens": 12, "timeout_s": 60.0}
_PATIENCE_S = 240
_SERVE = "import sys; from transformers.cli.transformers import main; sys.exit(main())"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatServer]:
    folder = tmp_path_factory.mktemp("served")
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-c", _SERVE, "serve", "--host", "127.0.0.1"),
                *("--port", str(port), "--device", "cpu"),
            ],
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process, folder / "log")
            yield ChatServer(f"http://127.0.0.1:{port}/v1")
        finally:
            process.terminate()
            process.wait()


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except URLError:
            time.sleep(0.2)
    pytest.fail(f"it did not start: {log.read_text()}")


@pytest.mark.parametrize(
    ("write", "doubts"),
    [
        (write_seeing_model, [NO_FORM, NO_LOGPROBS]),
        (write_text_model, [NO_FORM, NO_PICTURES, NO_LOGPROBS]),
    ],
)
def test_it_answers_what_it_is_asked_and_what_it_cannot_is_told(
    server: ChatServer, tmp_path: Path, write: Callable[[Path], None], doubts: list[str]
) -> None:
    write(tmp_path / "model")
    keys = {**AUTO, **QUICK, "model": str(tmp_path / "model")}
    row = annotated(stage_for(server, **keys), window(1, utterances=2))
    assert row["error"] is None
    assert row["warnings"] == doubts
    assert row["chat_usage"]["prompt_tokens"] > 0
    assert row["model"]["server"] == server.base_url
    for told in (row, *row["utterances"]):
        assert told["abstained"] == (not told["labels"])
    [answers] = [
        check
        for check in check_chat(config_for(server, **keys), thorough=True)
        if check.name == "chat answers"
    ]
    assert answers.state is State.WARN
    assert "form: text" in answers.detail


def test_a_model_that_it_does_not_know_is_told(server: ChatServer) -> None:
    row = annotated(stage_for(server, model="no/such-model", retries=0), window(1))
    assert row["error"]["kind"] == "server"
