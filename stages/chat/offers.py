"""What a server takes and gives, found out by asking it something small."""

import base64
import io
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from stages.chat.body import Schema, body, form
from stages.chat.client import REMEDY, open_client, said_by
from stages.chat.config import ChatConfig, Offered
from stages.chat.pictures import Picture
from stages.chat.reply import Reply, read_reply
from stages.chat.sound import RATE, wav_of
from stages.chat.taken import Structured, Taken
from stages.faults import SetupError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

NO_SCHEMA = "The chat server takes no JSON schema: answers were asked for as any JSON object."
NO_FORM = "The chat server gives no structured answers: they were read by rule."
NO_PICTURES = "The chat server takes no pictures: the model was told in words alone."
NO_SOUND = "The chat server takes no sound: the model heard nothing."
NO_LOGPROBS = (
    "The chat server gives no probabilities of tokens: label_confidence is what the model says."
)

_FEW = 256  # tokens: one that thinks aloud needs some before it answers
_NOT_TAKEN = frozenset({400, 415, 422, 500, 501})
_QUESTION = 'Is two more than one? Answer with a JSON object: {"answer": "yes"} or {"answer": "no"}'
_COLOUR = "Which colour is this picture? Answer in a word."
_HEARD = "Do you hear a voice? Answer yes or no."
_YES_OR_NO: Schema = {
    "type": "object",
    "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}},
    "required": ["answer"],
    "additionalProperties": False,
}


async def ask_what_is_taken(config: ChatConfig, retries: int) -> Taken:
    """What a run asks of the server: as the section says, else what the server takes.

    Args:
        config: the section.
        retries: of each request.

    Raises:
        SetupError: it cannot be asked.
    """
    client = open_client(config, retries)
    try:
        return await _taken(config, _Probe(config, client))
    finally:
        await client.close()


async def _taken(config: ChatConfig, probe: "_Probe") -> Taken:
    structured: Structured = (
        await probe.structured() if config.structured == "auto" else config.structured
    )
    pictures = await _offered(config.pictures, probe.pictures)
    sound = await _offered(config.sound, probe.sound)
    logprobs = await _offered(config.logprobs, probe.logprobs)
    missing = {
        NO_SCHEMA: config.structured == "auto" and structured == "json",
        NO_FORM: config.structured == "auto" and structured == "text",
        NO_PICTURES: config.pictures == "auto" and not pictures,
        NO_SOUND: config.sound == "auto" and not sound,
        NO_LOGPROBS: config.logprobs == "auto" and not logprobs,
    }
    doubts = tuple(doubt for doubt, is_so in missing.items() if is_so)
    return Taken(structured, pictures, sound, logprobs, doubts)


async def _offered(wanted: Offered, probe: "Callable[[], Awaitable[bool]]") -> bool:
    return await probe() if wanted == "auto" else wanted == "always"


class _Probe:
    """Asks something small of each kind, and looks at what comes back."""

    def __init__(self, config: ChatConfig, client: "AsyncOpenAI") -> None:
        self._config = config
        self._client = client

    async def structured(self) -> Structured:
        for structured in ("schema", "json"):
            reply = await self._reply(_QUESTION, _FEW, **form(structured, _YES_OR_NO))
            if reply is not None and _is_object(reply.text):
                return structured
        return "text"

    async def pictures(self) -> bool:
        url = Picture(_red(), (0.0,)).url
        return await self._takes(_COLOUR, {"type": "image_url", "image_url": {"url": url}})

    async def sound(self) -> bool:
        data = base64.b64encode(wav_of(np.zeros(RATE // 2, np.float32))).decode("ascii")
        sound = {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}
        return await self._takes(_HEARD, sound)

    async def logprobs(self) -> bool:
        reply = await self._reply(_QUESTION, _FEW, logprobs=True)
        return reply is not None and reply.tokens is not None

    async def _takes(self, question: str, part: dict[str, Any]) -> bool:
        """Whether the model is given that part of a message: some servers pass over it in silence.

        What it is given takes tokens of the prompt.
        """
        text = {"type": "text", "text": question}
        whole = await self._reply([text, part], _FEW)
        if whole is None:
            return False
        bare = await self._reply([text], _FEW)
        if bare is None or bare.usage is None or whole.usage is None:
            return True
        return whole.usage.prompt_tokens > bare.usage.prompt_tokens

    async def _reply(self, content: Any, max_tokens: int, **more: Any) -> Reply | None:
        """The reply; None where the server does not take what is asked."""
        from openai import APIConnectionError, APIError, APIStatusError
        from openai.types.chat import ChatCompletion

        asked = body(self._config, [{"role": "user", "content": content}], max_tokens, **more)
        place = self._config.base_url
        try:
            return read_reply(
                await self._client.post("/chat/completions", body=asked, cast_to=ChatCompletion)
            )
        except APIStatusError as fault:
            if fault.status_code in _NOT_TAKEN:
                return None
            said = f"{fault.status_code}: {said_by(fault, self._config)}"
            raise SetupError(f"{place}: it cannot be asked ({said}). {REMEDY}") from None
        except APIConnectionError as fault:
            said = said_by(fault, self._config)
            raise SetupError(f"{place}: it cannot be reached ({said}). {REMEDY}") from None
        except (APIError, ValueError):
            return None


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _red() -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (64, 64), (220, 20, 20)).save(file, "JPEG")
    return file.getvalue()
