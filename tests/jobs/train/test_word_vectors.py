"""What the vectors of words know before a model reads."""

from functools import cache

import torch
from torch import nn
from transformers import PreTrainedTokenizerFast

from jobs.synthesize.script.sentences import filled, sentences
from jobs.train.vocabulary import tiny_tokenizer
from jobs.train.windows import Lesson, Spoken
from jobs.train.word_vectors import Sentence, learn_word_vectors, spoken_sentences
from pipeline.evaluation.answers import Answer, Facets
from stages.model.shapes import TINY_VOCABULARY
from tests.jobs.train.windows import answer, utterance, window

WIDTH = 144
FAMILIES = ("anger", "fear", "happiness", "sadness")


def _spoken() -> list[Sentence]:
    """Sentences that speak of some families."""
    said = sentences("train")
    fillers = {slot: words[0] for slot, words in said.fillers.items()}
    return [
        (filled(line, fillers), family)
        for family in FAMILIES
        for group in said.congruent[family]
        for line in group.say
    ]


@cache
def _tokenizer() -> PreTrainedTokenizerFast:
    return tiny_tokenizer([text for text, _ in _spoken()])


def _learnt(steps: int, seed: int = 0) -> tuple[nn.Embedding, float, torch.Tensor]:
    """Vectors that have learnt, the loss, and the draw of others that comes next."""
    torch.manual_seed(7)
    vectors = nn.Embedding(TINY_VOCABULARY, WIDTH)
    loss = learn_word_vectors(vectors, _tokenizer(), _spoken(), steps, seed)
    return vectors, loss, torch.rand(1)


def test_vectors_learn_of_what_sentences_speak() -> None:
    (untaught, begun, _), (vectors, learnt, _) = _learnt(1), _learnt(200)
    assert begun > 1.2  # four families: 1.39 for who knows nothing
    assert learnt < begun / 2
    moved = (vectors.weight - untaught.weight).norm(dim=1)
    told, untold = (
        moved[_tokenizer()(text, add_special_tokens=False).input_ids].max()
        for text in (" happy", "<Video>")
    )
    assert told > untold


def test_the_same_seed_gives_the_same_vectors_and_disturbs_no_other_draw() -> None:
    (one, _, next_one), (other, _, next_other) = _learnt(5), _learnt(5)
    assert torch.equal(one.weight, other.weight)
    assert not torch.equal(one.weight, _learnt(5, seed=1)[0].weight)
    assert torch.equal(next_one, next_other)
    assert torch.equal(next_one, _learnt(20)[2])
    assert one.weight.grad is None


def _says(role: str, family: str | None, *, context: bool = False) -> Answer:
    facets = Facets("macro", role, context, False, text_family=family)
    return answer(0, "word", family="anger", facets=facets)


def test_a_sentence_stands_for_what_it_speaks_of_whatever_is_felt() -> None:
    texts = ("Get out!", "How lovely.", "On the shelf.", "Oh, did they?", "Hm.", "Who knows.")
    said = [utterance(place, place, place + 0.9, text) for place, text in enumerate(texts)]
    targets = {
        0: _says("congruent", "anger"),
        1: _says("contradicting", "happiness"),
        2: _says("neutral", None),
        3: _says("neutral", None, context=True),  # the line before tells
        4: answer(4, "glad"),  # of no synthetic set
    }
    lesson = Lesson(Spoken({**window(), "utterances": said}, 112), targets)
    assert spoken_sentences([lesson, lesson]) == 2 * [
        ("Get out!", "anger"),
        ("How lovely.", "happiness"),
        ("On the shelf.", "neutral"),
    ]
