"""Descriptions and labels from a chat model behind an OpenAI-compatible server."""

from stages.chat.config import ChatConfig
from stages.chat.stage import ChatStage

__all__ = ["ChatConfig", "ChatStage"]
