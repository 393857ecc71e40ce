"""Who is let in: requests from this machine's own page, with the token of this server."""

import hmac
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_READING = frozenset({"GET", "HEAD"})


class Gate:
    """Stands before the application and turns away what is not its page.

    The first part of each path is the token. A page of another site knows it not, nor does it get
    past `Origin`; one that has its own name lead to this machine does not get past `Host`.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = {f"{name}:{port}" for name in _LOOPBACK}
        self._origins = {f"http://{host}" for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As ASGI has it."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        answering = _with_headers(send)
        if refusal is not None:
            await refusal(scope, receive, answering)
        else:
            await self._app(_inside(scope), receive, answering)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if headers.get("host", "").lower() not in self._hosts:
            return PlainTextResponse("This server answers to this machine alone.", 403)
        if origin is not None and origin.lower() not in self._origins:
            return PlainTextResponse("Requests of other sites are refused.", 403)
        given = _parted(scope)[0].encode("utf-8", "surrogatepass")
        if not hmac.compare_digest(given, self._token):
            return PlainTextResponse(
                "The address lacks the token of this review. Open the address that "
                "`microemo review` printed.",
                403,
            )
        return _wrong_method(scope["method"], headers)


def _wrong_method(method: str, headers: Headers) -> PlainTextResponse | None:
    if method in _READING:
        return None
    if method != "POST":
        return PlainTextResponse("There is only GET, HEAD and POST.", 405)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return PlainTextResponse("What is sent must be application/json.", 415)
    return None


def _inside(scope: Scope) -> Scope:
    """The scope with the path behind the token."""
    inside: MutableMapping[str, Any] = dict(scope)
    inside["path"] = "/" + _parted(scope)[1]
    inside.pop("raw_path", None)
    return inside


def _parted(scope: Scope) -> tuple[str, str]:
    """The first part of the path, and what comes behind it."""
    token, _, rest = scope["path"].removeprefix("/").partition("/")
    return token, rest


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending
