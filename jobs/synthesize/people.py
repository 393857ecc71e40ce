"""Who is in a clip."""

import numpy as np

from jobs.synthesize.head.identity import sex_and_age
from jobs.synthesize.plan import Person, Split

IDENTITIES = 100_000
"""Heads that a split has to draw from."""

_WOMEN = ("ANNA", "MAYA", "RUTH", "ZOE", "LENA")
_MEN = ("BEN", "OMAR", "PAUL", "KAI", "IVAN")


def draw_people(split: Split, rng: np.random.Generator) -> tuple[Person, Person]:
    """Two people with different heads and names."""
    people: list[Person] = []
    for number in rng.choice(IDENTITIES, 2, replace=False):
        masculinity, age = sex_and_age(split, int(number))
        names = _MEN if masculinity > 0.5 else _WOMEN
        free = [name for name in names if name not in {person.name for person in people}]
        name = free[int(rng.integers(len(free)))]
        people.append(Person(name, int(number), masculinity, age))
    return people[0], people[1]
