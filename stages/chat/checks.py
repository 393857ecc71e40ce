"""Whether the chat model can be asked, and what it takes."""

import asyncio
import difflib

from stages.chat.client import key_from_environment, open_client, said_by
from stages.chat.config import ChatConfig
from stages.chat.event_loop import EventLoop
from stages.chat.offers import ask_what_is_taken
from stages.chat.templates import read_prompts
from stages.check import Check, fail, ok, warn
from stages.faults import SetupError
from stages.identity import Identity

_LOOK_S = 15.0
_RETRIES = 1
_NAMED = 8


def chat_identity(config: ChatConfig) -> Identity:
    """The prompts, by name and content.

    Raises:
        SetupError: they cannot be read.
    """
    prompts = read_prompts(config.prompt)
    return {"prompts": {"name": prompts.name, "revision": prompts.revision}}


def check_chat(config: ChatConfig, *, thorough: bool) -> list[Check]:
    """Whether prompts, key and server are there.

    Args:
        config: the section.
        thorough: also ask the server something small of each kind, which may cost a little.
    """
    checks = [_check_prompts(config), _check_key(config), _check_server(config)]
    if thorough and all(check.state != "fail" for check in checks):
        checks.append(_check_offers(config))
    return checks


def _check_prompts(config: ChatConfig) -> Check:
    try:
        prompts = read_prompts(config.prompt)
    except SetupError as fault:
        return fail("chat prompts", str(fault), "Mend it, or use chat.prompt=emer-en.")
    return ok("chat prompts", f"{prompts.name}, revision {prompts.revision}")


def _check_key(config: ChatConfig) -> Check:
    try:
        key = key_from_environment(config)
    except SetupError as fault:
        return fail("chat key", str(fault), "")
    if key is None:
        return warn(
            "chat key",
            f"{config.api_key_env} is not set in the environment",
            "A server of your own needs none; for another one, export it.",
        )
    return ok("chat key", f"{config.api_key_env} is set; it is sent to {config.base_url} alone")


def _check_server(config: ChatConfig) -> Check:
    try:
        names = EventLoop().run(_models(config))
    except SetupError as fault:
        return fail("chat server", str(fault), "")
    sent = "what is sent of the videos goes there"
    if names is None:
        return warn(
            "chat server",
            f"{config.base_url} does not list its models; {sent}",
            "Whether it knows chat.model is seen when it is asked.",
        )
    if config.model in names:
        return ok("chat server", f"{config.base_url} has {config.model}; {sent}")
    close = difflib.get_close_matches(str(config.model), names, n=1)
    hint = f"nearest: {close[0]}" if close else f"it lists {', '.join(names[:_NAMED]) or 'none'}"
    return warn(
        "chat server",
        f"{config.base_url} does not list {config.model} ({hint}); {sent}",
        "Set chat.model, unless the server knows it by another name.",
    )


async def _models(config: ChatConfig) -> list[str] | None:
    """The models that the server lists; None where it lists none.

    Raises:
        SetupError: it cannot be reached, or does not take the key.
    """
    client = open_client(config, _RETRIES)
    from openai import APIConnectionError, APIError, APIStatusError

    try:
        async with asyncio.timeout(_LOOK_S):
            listed = await client.models.list(timeout=_LOOK_S)
            return [str(model.id) for model in listed.data]
    except APIStatusError as fault:
        if fault.status_code in (401, 403):
            said = f"{fault.status_code}: {said_by(fault, config)}"
            raise SetupError(
                f"{config.base_url}: it does not take the key of {config.api_key_env} ({said})"
            ) from None
        return None
    except (APIConnectionError, TimeoutError) as fault:
        raise SetupError(
            f"{config.base_url}: it cannot be reached ({said_by(fault, config)}). Start it, or set "
            "chat.base_url."
        ) from None
    except (APIError, ValueError, TypeError, AttributeError):
        return None
    finally:
        await client.close()


def _check_offers(config: ChatConfig) -> Check:
    try:
        taken = EventLoop().run(ask_what_is_taken(config, _RETRIES))
    except SetupError as fault:
        return fail("chat answers", str(fault), "")
    sent = [name for name in ("pictures", "sound", "logprobs") if getattr(taken, name)]
    detail = f"form: {taken.structured}; taken besides: {', '.join(sent) or 'nothing'}"
    if taken.doubts:
        return warn("chat answers", detail, " ".join(taken.doubts))
    return ok("chat answers", detail)
