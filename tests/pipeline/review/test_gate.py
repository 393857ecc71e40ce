"""Who is let in, and what is said to the others."""

import socket
from urllib.parse import urlsplit

import pytest

from pipeline.review.gate import POLICY
from tests.clips import write_clip
from tests.pipeline.conftest import write_folder
from tests.pipeline.review.conftest import Client, Serve, row_of


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, serve_all: Serve) -> Client:
    place = tmp_path_factory.mktemp("run")
    clip = write_clip(place / "talk.mp4", seconds=1)
    return serve_all(write_folder(place, [row_of(clip)], failures=[]))


def _port(client: Client) -> int:
    return urlsplit(client.address).port or 0


@pytest.mark.parametrize(
    "path", ["/", "/wrong/", "/wrong/api/begin", "//", "/%00/", "/..%2f..%2fetc%2fpasswd"]
)
def test_nothing_is_served_without_the_token(client: Client, path: str) -> None:
    reply = client.ask(path)
    assert reply.status == 403
    assert b"token" in reply.body


def test_a_request_for_no_path_is_refused(client: Client) -> None:
    with socket.create_connection(("127.0.0.1", _port(client)), timeout=60) as raw:
        raw.sendall(f"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:{_port(client)}\r\n\r\n".encode())
        assert raw.recv(100).startswith(b"HTTP/1.1 403")


def test_a_part_of_the_token_is_not_enough(client: Client) -> None:
    token = urlsplit(client.address).path.strip("/")
    for wrong in (token[:-1], token + "a", token.swapcase(), token + "\u00e9".encode().hex()):
        assert client.ask(f"/{wrong}/api/begin").status == 403


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil:80"])
def test_a_name_that_leads_to_this_machine_by_another_site_is_refused(
    client: Client, host: str
) -> None:
    assert client.ask("", headers={"Host": host}).status == 403


def test_this_machine_may_be_called_localhost(client: Client) -> None:
    assert client.ask("", headers={"Host": f"localhost:{_port(client)}"}).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_requests_of_other_sites_are_refused(client: Client, origin: str) -> None:
    headers = {"Origin": origin, "Content-Type": "application/json"}
    assert client.ask("api/begin", headers=headers).status == 403
    assert client.ask("api/queue", method="POST", headers=headers, body=b"{}").status == 403


def test_the_page_s_own_requests_are_let_in(client: Client) -> None:
    headers = {"Origin": f"http://127.0.0.1:{_port(client)}"}
    assert client.ask("api/begin", headers=headers).status == 200


def test_what_is_sent_must_be_json(client: Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        reply = client.ask("api/queue", method="POST", headers={"Content-Type": kind}, body=b"{}")
        assert reply.status == 415
    assert client.ask("api/queue", method="DELETE").status == 405


def test_no_more_is_taken_than_anybody_has_to_say(client: Client) -> None:
    reply = client.post("api/decisions", {"id": "x" * 600_000})
    assert reply.status == 413


@pytest.mark.parametrize("path", ["", "main.js", "api/begin", "nothing", "/", "api/clip?unit=x"])
def test_every_answer_says_that_only_the_page_s_own_files_run(client: Client, path: str) -> None:
    headers = client.ask(path).headers
    assert headers["content-security-policy"] == POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


@pytest.mark.parametrize(
    "path",
    [
        "../conftest.py",
        "..%2f..%2frun.json",
        "%2e%2e/%2e%2e/etc/passwd",
        "app.py",
        "page",
        "main.js/../../app.py",
        "/TOKEN//etc/passwd",
        "main.js%00",
    ],
)
def test_no_path_of_a_request_is_a_file_but_those_of_the_page(client: Client, path: str) -> None:
    token = urlsplit(client.address).path.strip("/")
    assert client.ask(path.replace("TOKEN", token)).status == 404


@pytest.mark.parametrize(
    "unit", ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "talk.mp4", "talk.mp4#u9", ""]
)
def test_no_unit_id_leads_to_a_file_that_is_not_of_the_run(client: Client, unit: str) -> None:
    reply = client.clip(unit)
    assert reply.status == 404
    assert reply.json["error"].startswith("There is no unit")
