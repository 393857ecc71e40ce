"""The addresses of the server, and what each answers with."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pipeline.review.asked import AskedQueue, ReviewerName, Said
from pipeline.review.cut_cache import CutCache
from pipeline.review.ranges import answer
from pipeline.review.session import NoSuchUnit, ReviewSession
from stages.faults import DataFault, SetupError

_Sent = TypeVar("_Sent", bound=BaseModel)
_PAGE = Path(__file__).parent / "page"
_KINDS = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
_ASSETS = {path.name: path for path in _PAGE.iterdir() if path.suffix in _KINDS}
_START = "page.html"
_MOST_BYTES = 512 * 1024
_NAME: TypeAdapter[str] = TypeAdapter(ReviewerName)


class _TooLarge(Exception):
    """More was sent than anybody has to say."""


def make_app(session: ReviewSession, cuts: CutCache) -> Starlette:
    """The application behind the gate."""
    addresses = _Addresses(session, cuts)
    return Starlette(
        routes=[
            Route("/", addresses.page),
            Route("/{name}", addresses.asset),
            Route("/api/begin", addresses.begin),
            Route("/api/queue", addresses.queue, methods=["POST"]),
            Route("/api/unit", addresses.unit),
            Route("/api/decisions", addresses.decide, methods=["POST"]),
            Route("/api/clip", addresses.clip, methods=["GET", "HEAD"]),
        ],
        exception_handlers={
            SetupError: lambda _, fault: _told(str(fault), 409),
            DataFault: lambda _, fault: _told(str(fault), 404),
            NoSuchUnit: lambda _, fault: _told(f"There is no unit {fault}.", 404),
            OSError: lambda _, fault: _told(str(fault), 404),
            ValidationError: lambda _, fault: _told(_first_fault(fault), 422),
            Exception: _defect,
            _TooLarge: lambda _, __: _told(f"More than {_MOST_BYTES} bytes were sent.", 413),
        },
    )


class _Addresses:
    """One method for each address; what reads files or computes does so on a thread."""

    def __init__(self, session: ReviewSession, cuts: CutCache) -> None:
        self._session = session
        self._cuts = cuts

    async def page(self, _: Request) -> Response:
        return _asset(_START)

    async def asset(self, request: Request) -> Response:
        return _asset(request.path_params["name"])

    async def begin(self, _: Request) -> Response:
        return await _json(self._session.begin)

    async def queue(self, request: Request) -> Response:
        asked = await _sent(request, AskedQueue)
        return await _json(lambda: self._session.page(asked))

    async def unit(self, request: Request) -> Response:
        unit_id = request.query_params.get("unit", "")
        reviewer = _NAME.validate_python(request.query_params.get("reviewer", ""))
        return await _json(lambda: self._session.unit(unit_id, reviewer))

    async def decide(self, request: Request) -> Response:
        said = await _sent(request, Said)
        return await _json(lambda: self._session.decide(said))

    async def clip(self, request: Request) -> Response:
        return await run_in_threadpool(self._clip, request)

    def _clip(self, request: Request) -> Response:
        clip = self._session.clip(request.query_params.get("unit", ""))
        kind = clip.media_type()
        if kind is not None:
            return answer(request, clip.uri, kind)
        return answer(request, str(self._cuts.path_of(clip)), "video/mp4")


def _asset(name: str) -> Response:
    path = _ASSETS.get(name)
    if path is None:
        return PlainTextResponse("There is no such thing here.", 404)
    return Response(path.read_bytes(), media_type=f"{_KINDS[path.suffix]}; charset=utf-8")


async def _json(make: Callable[[], Any]) -> Response:
    return JSONResponse(await run_in_threadpool(make))


async def _sent(request: Request, kind: type[_Sent]) -> _Sent:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise _TooLarge
    return kind.model_validate_json(body)


def _told(what: str, status: int) -> Response:
    return JSONResponse({"error": what}, status)


def _defect(_: Request, fault: Exception) -> Response:
    traceback.print_exception(fault)
    return _told(f"A defect of MicroEmo: {type(fault).__name__}: {fault}", 500)


def _first_fault(fault: ValidationError) -> str:
    told = fault.errors()[0]
    where = ".".join(map(str, told["loc"]))
    return ": ".join(filter(None, (where, told["msg"].removeprefix("Value error, "))))
