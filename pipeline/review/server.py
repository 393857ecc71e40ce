"""The server of a review, on this machine alone."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.dataset.folder import DatasetFolder
from pipeline.review.choices import ReviewChoices
from stages.faults import SetupError

_HOST = "127.0.0.1"
_USUAL_PORT = 8765
_EXTRA = "pip install 'microemo[review]'"


@dataclass(frozen=True)
class Served:
    """A server that is about to answer.

    Attributes:
        address: what to open in a browser; whoever has it may review.
        units: how many there are to look at.
        server: of uvicorn; `should_exit` ends it.
        listening: the socket.
    """

    address: str
    units: int
    server: Any
    listening: socket.socket

    def run(self) -> None:
        """Answer until Ctrl-C, SIGTERM or `server.should_exit`."""
        self.server.run(sockets=[self.listening])


@contextmanager
def open_server(
    folder: DatasetFolder, choices: ReviewChoices, port: int | None = None
) -> Iterator[Served]:
    """Read a dataset and make a server for it.

    Args:
        folder: the dataset.
        choices: of whoever starts the review.
        port: to listen on; None: the usual one, or any that is free.

    Raises:
        SetupError: the dataset cannot be read, a package is missing, or the port is taken.
    """
    _require_packages()
    import uvicorn

    from pipeline.review.app import make_app
    from pipeline.review.cut_cache import CutCache
    from pipeline.review.gate import Gate
    from pipeline.review.session import ReviewSession

    session = ReviewSession(folder, choices)
    token = secrets.token_urlsafe(24)
    listening = _listening(port)
    cuts = CutCache()
    try:
        bound = listening.getsockname()[1]
        config = uvicorn.Config(
            Gate(make_app(session, cuts), token, bound),
            http="h11",
            ws="none",
            lifespan="off",
            log_level="critical",  # defects are told by the application, and a stop is none
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        yield Served(
            f"http://{_HOST}:{bound}/{token}/",
            session.begin()["units"],
            uvicorn.Server(config),
            listening,
        )
    finally:
        cuts.close()
        listening.close()


def _require_packages() -> None:
    try:
        import starlette
        import uvicorn
    except ImportError as fault:
        raise SetupError(f"review: needs a package that is not installed: {_EXTRA}") from fault
    del starlette, uvicorn


def _listening(port: int | None) -> socket.socket:
    attempts = (_USUAL_PORT, 0) if port is None else (port,)
    for attempt in attempts:
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_HOST, attempt))
            listening.listen()  # so that who comes before it answers waits
        except OSError as fault:
            listening.close()
            if attempt == attempts[-1]:
                raise SetupError(
                    f"--port {attempt}: cannot be listened on ({fault.strerror}). Give another "
                    "one, or 0 for any that is free."
                ) from fault
        else:
            return listening
    raise AssertionError("one attempt is the last")
