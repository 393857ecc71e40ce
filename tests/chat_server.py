"""A chat server on this machine that answers, or fails, as a test wants."""

import asyncio
import json
import re
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

MODEL = "teacher"
Body = Mapping[str, Any]
Answer = Callable[[Body], Awaitable[web.StreamResponse]]

_USAGE = (100, 10)


@dataclass
class ChatServer:
    """What a test sees of the server."""

    base_url: str = ""
    bodies: list[Body] = field(default_factory=list)  # of all requests, probes too
    keys: set[str] = field(default_factory=set)  # that came with them

    @property
    def asked(self) -> list[Body]:
        """The requests that are about a window."""
        return [body for body in self.bodies if is_about_window(body)]


def is_about_window(body: Body) -> bool:
    """Whether it is no probe."""
    return any(message["role"] == "system" for message in body["messages"])


def text_of(body: Body) -> str:
    """All text of a conversation."""
    parts = []
    for message in body["messages"]:
        content = message["content"]
        given = content if isinstance(content, list) else [{"type": "text", "text": content}]
        parts += [part["text"] for part in given if part["type"] == "text"]
    return "\n".join(parts)


def completion(
    text: str | None,
    finish: str = "stop",
    *,
    usage: tuple[int, int] | None = _USAGE,
    refusal: str | None = None,
    logprobs: list[tuple[str, float]] | None = None,
) -> web.Response:
    """A whole answer, as the interface has it."""
    message = {"role": "assistant", "content": text, "refusal": refusal}
    choice: dict[str, Any] = {"index": 0, "message": message, "finish_reason": finish}
    if logprobs is not None:
        choice["logprobs"] = {
            "content": [
                {
                    "token": token,
                    "logprob": value,
                    "bytes": list(token.encode()),
                    "top_logprobs": [],
                }
                for token, value in logprobs
            ]
        }
    data: dict[str, Any] = {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": [choice],
    }
    if usage is not None:
        asked, answered = usage
        data["usage"] = {
            "prompt_tokens": asked,
            "completion_tokens": answered,
            "total_tokens": asked + answered,
        }
    return web.json_response(data)


def error(
    status: int, message: str = "no", code: str | None = None, **headers: str
) -> web.Response:
    """An error, as the interface has it."""
    data = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    return web.json_response(data, status=status, headers=headers)


def described(text: str, *clues: Mapping[str, Any]) -> str:
    """What a model answers that was asked to describe."""
    return json.dumps({"description": text, "clues": list(clues)})


def labelled(*labels: str, confidence: float = 0.9) -> str:
    """What a model answers that was asked for labels."""
    return json.dumps({"labels": [{"label": one, "confidence": confidence} for one in labels]})


def wants_labels(body: Body) -> bool:
    """Whether the last turn asks for labels."""
    return "all possible emotional states" in text_of({"messages": body["messages"][-1:]})


def named_in(body: Body) -> str:
    """The name in the utterance that is asked about, or of the window: `w3u1`, `w3`."""
    text = text_of(body)
    said = re.search(r'Consider the utterance .*?\("(w\d+u\d+)"\)', text)
    if said:
        return said[1]
    window = re.search(r"(w\d+)u\d+", text)
    return window[1] if window else "nobody"


async def echo(body: Body) -> web.StreamResponse:
    """Names what it was asked about, in description and label; probes are taken."""
    if not is_about_window(body):
        text = '{"answer": "yes"}'
        usage = (100 * len(body["messages"][0]["content"]), 10)  # more for more parts
        return completion(text, usage=usage, logprobs=_told(body, text))
    name = named_in(body)
    text = labelled(name) if wants_labels(body) else described(f"It is {name}.")
    return completion(text, logprobs=_told(body, text))


def _told(body: Body, text: str) -> list[tuple[str, float]] | None:
    return [(character, -0.1) for character in text] if body.get("logprobs") else None


@contextmanager
def chat_server(answer: Answer = echo, models: tuple[str, ...] = (MODEL,)) -> Iterator[ChatServer]:
    """A server, for as long as it is needed."""
    served, is_up = ChatServer(), threading.Event()
    loop = asyncio.new_event_loop()

    async def chat(request: web.Request) -> web.StreamResponse:
        served.keys.add(request.headers.get("Authorization", ""))
        body = await request.json()
        served.bodies.append(body)
        return await answer(body)

    async def list_models(request: web.Request) -> web.StreamResponse:
        served.keys.add(request.headers.get("Authorization", ""))
        data = [{"id": one, "object": "model", "created": 0, "owned_by": "test"} for one in models]
        return web.json_response({"object": "list", "data": data})

    async def serve() -> None:
        app = web.Application(client_max_size=2**28)
        app.add_routes([web.post("/v1/chat/completions", chat), web.get("/v1/models", list_models)])
        runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        served.base_url = f"http://{host}:{port}/v1"
        is_up.set()
        await stopped.wait()
        await runner.cleanup()

    stopped = asyncio.Event()
    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    is_up.wait()
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
        loop.close()
