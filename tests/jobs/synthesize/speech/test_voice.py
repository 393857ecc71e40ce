"""The voice belongs to the person."""

from dataclasses import replace

from jobs.synthesize.speech.voice import voice_of
from tests.jobs.synthesize.dialogues import person


def test_a_person_has_the_same_voice_in_every_clip() -> None:
    assert voice_of(person()) == voice_of(replace(person(), name="Somebody"))


def test_people_of_the_same_kind_have_different_voices() -> None:
    assert len({voice_of(person(identity=number)).pitch_hz for number in range(50)}) == 50


def test_men_speak_lower_than_women_and_the_old_slower() -> None:
    woman, man = person(masculinity=0.0), person(masculinity=1.0)
    assert 80 < voice_of(man).pitch_hz < 140
    assert 170 < voice_of(woman).pitch_hz < 240
    assert voice_of(man).formants < voice_of(woman).formants
    assert voice_of(person(age=1.0)).pace < voice_of(person(age=0.0)).pace
