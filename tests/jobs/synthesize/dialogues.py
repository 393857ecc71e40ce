"""Dialogues for the tests of synthetic clips: of varied people, words and deliveries."""

import numpy as np

from jobs.synthesize.plan import Delivery, Dialogue, Feeling, Person, Turn

SENTENCES = (
    "I got the job, and I start on Monday!",
    "You missed the last train again?",
    "It is what it is.",
    "Well, that's 250 dollars gone, then.",
    "Nobody told me you were coming back so soon.",
    "He gave my guitar away without asking me.",
    "Don't touch that!",
    "I can hardly believe she said so in front of everybody.",
    "Yes.",
    "We could have been happy there, you know... maybe.",
    "Is somebody in the house?",
)


def person(
    name: str = "Ann", identity: int = 7, masculinity: float = 0.1, age: float = 0.3
) -> Person:
    """Somebody; a young woman, if nothing else is said."""
    return Person(name, identity, masculinity, age)


def turn(text: str, speaker: str = "Ann", delivery: Delivery | None = None) -> Turn:
    """A turn in which nothing is felt."""
    return Turn(
        speaker=speaker,
        text=text,
        feeling=Feeling("neutral", ("calm",), 0.0),
        display="none",
        pattern=None,
        worn=None,
        worn_pattern=None,
        text_role="neutral",
        text_family=None,
        needs_context=False,
        voice_tells=False,
        delivery=delivery or Delivery(),
    )


def dialogue(*texts: str) -> Dialogue:
    """Ann and Bo, turn by turn."""
    people = (person(), person("Bo", identity=8, masculinity=0.9))
    return Dialogue(people, tuple(turn(t, ("Ann", "Bo")[i % 2]) for i, t in enumerate(texts)))


def drawn_dialogue(seed: int) -> Dialogue:
    """One to four turns by two people; all of it is drawn from `seed`."""
    rng = np.random.default_rng(seed)
    people = tuple(
        Person(name, int(rng.integers(1000)), float(rng.uniform()), float(rng.uniform()))
        for name in ("Ann", "Bo")
    )
    turns = tuple(
        turn(
            SENTENCES[rng.integers(len(SENTENCES))],
            people[index % 2].name,
            Delivery(rng.uniform(0.8, 1.3), rng.uniform(0.8, 1.25), rng.uniform(-6, 6)),
        )
        for index in range(rng.integers(1, 5))
    )
    return Dialogue(people, turns)
