"""What is sent about a window: for the whole of it, and for each of its utterances."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stages.chat.config import ChatConfig
from stages.chat.pictures import Picture, face_strips, frames
from stages.chat.taken import Taken
from stages.chat.templates import Prompts
from stages.question.evidence import evidence
from stages.question.spoken import neutralise
from stages.rows import Row

Message = Mapping[str, Any]
Part = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked about: a window, or one of its utterances.

    Attributes:
        name: that no other question of any run has.
        system: the first message.
        shown: what there is to see, hear and read.
        about: what its templates are given.
    """

    name: str
    system: Message
    shown: tuple[Part, ...]
    about: Mapping[str, Any]


class Questioner:
    """Makes the questions of a window, and writes their conversations.

    Args:
        config: the section.
        prompts: the templates.
        taken: what the server takes.
    """

    def __init__(self, config: ChatConfig, prompts: Prompts, taken: Taken) -> None:
        self._config = config
        self._prompts = prompts
        self._taken = taken

    def questions(self, row: Row, sound: bytes | None, given: str) -> list[Question]:
        """The question about the window, then one about each utterance, in their order.

        What all of them are shown comes first, so that a server reads it once.

        Args:
            row: the window.
            sound: of it, a WAV file; None: it is not sent.
            given: the label that the manifest gives and the model is to explain; "" for none.
        """
        system = {"role": "system", "content": self._prompts.rendered("system")}
        seen = self._frames(row)
        spoken = [self._text("window", **_window(row))]
        heard = [] if sound is None else [self._text("sound"), _sound(sound)]
        return [
            Question(
                f"{number} {row['window_id']}",
                system,
                (*seen, *spoken, *heard, *self._faces(row, index)),
                self._about(row, index, given),
            )
            for number, index in enumerate((None, *range(len(row["utterances"] or []))))
        ]

    def opened(self, question: Question, template: str) -> list[Message]:
        """The first turn: all there is to see, hear and read, and what `template` asks."""
        asked = self._text(template, **question.about)
        return [question.system, {"role": "user", "content": _content([*question.shown, asked])}]

    def followed(
        self, messages: Sequence[Message], answer: str, question: Question
    ) -> list[Message]:
        """The same conversation, after `answer`, asked for labels."""
        asked = self._prompts.rendered("label", **question.about)
        answered = {"role": "assistant", "content": answer}
        return [*messages, answered, {"role": "user", "content": asked}]

    def _frames(self, row: Row) -> list[Part]:
        if not self._taken.pictures:
            return []
        parts: list[Part] = []
        for picture in frames(row, self._config):
            [time_s] = picture.times_s
            parts += [self._text("frame", time_s=time_s - row["start_s"]), _picture(picture)]
        return parts

    def _faces(self, row: Row, index: int | None) -> list[Part]:
        if not self._taken.pictures:
            return []
        parts: list[Part] = []
        for picture in face_strips(row, index, self._config):
            times_s = [time_s - row["start_s"] for time_s in picture.times_s]
            told = {} if picture.event is None else _moved(picture.event)
            template = "face" if picture.event is None else "event"
            parts += [self._text(template, times_s=times_s, **told), _picture(picture)]
        return parts

    def _about(self, row: Row, index: int | None, given: str) -> dict[str, Any]:
        return {
            "about": None if index is None else _line(row["utterances"][index], row["start_s"]),
            "evidence": evidence(row, index).strip() if self._config.evidence else "",
            "given": neutralise(given),
            "structured": self._taken.structured != "text",
        }

    def _text(self, template: str, **told: Any) -> Part:
        return {"type": "text", "text": self._prompts.rendered(template, **told)}


def seed_of(question: Question, sample: int) -> int:
    """31 bits, as servers take them, that hang on the question and the sample alone."""
    named = f"{sample} {question.name}".encode(errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(named, digest_size=4).digest()) >> 1


def _window(row: Row) -> dict[str, Any]:
    lines = [_line(said, row["start_s"]) for said in row["utterances"] or []]
    return {
        "duration_s": row["end_s"] - row["start_s"],
        "lines": [line for line in lines if line["text"]],
    }


def _line(said: Mapping[str, Any], origin_s: float) -> dict[str, Any]:
    return {
        "start_s": said["start_s"] - origin_s,
        "end_s": said["end_s"] - origin_s,
        "speaker": neutralise(said.get("speaker") or ""),
        "text": neutralise(said["text"] or ""),
    }


def _moved(event: Mapping[str, Any]) -> dict[str, Any]:
    words = neutralise(event["movement"] or "") or f"movement of the {event['region']}"
    return {"movement": words, "kind": event["kind"], "units": event["action_units"] or []}


def _picture(picture: Picture) -> Part:
    return {"type": "image_url", "image_url": {"url": picture.url}}


def _sound(wav: bytes) -> Part:
    data = base64.b64encode(wav).decode("ascii")
    return {"type": "input_audio", "input_audio": {"data": data, "format": "wav"}}


def _content(parts: Sequence[Part]) -> str | list[Part]:
    """Text alone as text: not every server takes it in parts."""
    if all(part["type"] == "text" for part in parts):
        return "\n".join(part["text"] for part in parts)
    return list(parts)
