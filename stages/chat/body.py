"""The body of a request, and the forms that answers are asked for in."""

from collections.abc import Mapping, Sequence
from typing import Any

from stages.answer.clues import MODALITIES
from stages.chat.config import ChatConfig
from stages.chat.taken import Structured, Taken

Schema = Mapping[str, Any]


def _object(**properties: Any) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_SECONDS = {"type": ["number", "null"]}
DESCRIPTION: Schema = _object(
    description={"type": "string"},
    clues={
        "type": "array",
        "items": _object(
            text={"type": "string"},
            modality={"type": "string", "enum": list(MODALITIES)},
            start_s=_SECONDS,
            end_s=_SECONDS,
        ),
    },
)
LABELS: Schema = _object(
    labels={
        "type": "array",
        "items": _object(label={"type": "string"}, confidence={"type": "number"}),
    }
)


def form(structured: Structured, schema: Schema) -> dict[str, Any]:
    """The part of a body that asks for an answer in that form."""
    if structured == "text":
        return {}
    if structured == "json":
        return {"response_format": {"type": "json_object"}}
    named = {"name": "answer", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def body(
    config: ChatConfig,
    messages: Sequence[Mapping[str, Any]],
    max_tokens: int,
    **more: Any,
) -> dict[str, Any]:
    """The body of a request, with `chat.parameters` laid over it.

    Args:
        config: the section.
        messages: of the conversation.
        max_tokens: of the answer.
        more: laid over what is set by default: the most probable tokens, no more.
    """
    plain = {
        "model": config.model,
        "messages": list(messages),
        "max_tokens": max_tokens,
        "temperature": 0.0,
        **more,
        **config.parameters,
    }
    return {name: value for name, value in plain.items() if value is not None}


def label_options(taken: Taken) -> dict[str, Any]:
    """What a request for labels asks for besides."""
    wanted = {"logprobs": True} if taken.logprobs else {}
    return {**form(taken.structured, LABELS), **wanted}
