"""Descriptions and labels from a chat model behind an OpenAI-compatible server."""

from stages.chat.cache import forget_answers
from stages.chat.config import ChatConfig
from stages.chat.cost import payer_of
from stages.chat.stage import ChatStage

__all__ = ["ChatConfig", "ChatStage", "forget_answers", "payer_of"]
