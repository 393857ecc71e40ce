"""README.md of a trained folder: a model card."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

CARD = "README.md"
_SYNTHETIC = (
    "It was trained on rendered faces and written dialogues alone. It is a demonstration: what it "
    "says of real people is worth nothing."
)


def model_card(record: Mapping[str, Any]) -> str:
    """The card, in Markdown.

    Args:
        record: of the finished training, as `jobs.train.provenance` makes it.
    """
    return "\n".join(
        [
            "---",
            "library_name: microemo",
            "pipeline_tag: video-text-to-text",
            "---",
            "",
            "# A MicroEmo",
            "",
            "It describes the emotions of people in video, utterance by utterance, and names them.",
            f"Made by `microemo train` {record['version']}; take it with",
            "`microemo annotate VIDEOS --out DIR --set model.path=THIS_FOLDER`.",
            "",
            "## What it was trained on",
            "",
            *([_SYNTHETIC, ""] if record["trained"] == "synthetic" else []),
            *_sources(record["sources"]),
            "",
            f"Learnt from {_counted(record['learnt_from'])}; looked at, and not learnt from, "
            f"{_counted(record['held_out'])}. Hashes of labels and videos, and what was left out, "
            "stand in `training.json`.",
            "",
            *_before(record["before"]),
            "## What it is worth",
            "",
            *_worth(record),
            "",
            "## What it must not be used for",
            "",
            "To judge people: not in hiring, teaching, policing, health or credit, and not where "
            "somebody did not agree to it. What a face shows is not what a person feels. The law "
            "may forbid it, too: the EU does so at work and at school.",
            "",
            "## How to make it again",
            "",
            "```",
            shlex.join(record["command"]),
            "```",
            "",
            f"With seed {record['seed']}; on one machine the same command gives the same weights. "
            "`checkpoints/` and `cache/`, where they are here, are not part of the model.",
            "",
        ]
    )


def _sources(sources: Mapping[str, Any]) -> Iterator[str]:
    told = {"labels": "", "words": " (words alone)", "held_out": " (held out)"}
    for role, note in told.items():
        for one in sources[role]:
            for file in one["files"]:
                yield f"- `{file['location']}`: {file['form']}, {file['rows']} rows{note}"


def _before(trainings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not trainings:
        return
    yield "Before that, as far as is known:"
    yield ""
    for each in trainings:
        if "command" not in each:
            yield f"- revision {each['revision']}, of which nothing is told"
            continue
        command = shlex.join(each["command"])
        yield f"- `{command}`, with seed {each['seed']}, gave {each['revision']}:"
        yield from (f"  {line}" for line in _sources(each["sources"]))
    yield ""


def _counted(part: Mapping[str, int]) -> str:
    return f"{part['windows']} windows with {part['utterances']} labelled utterances"


def _worth(record: Mapping[str, Any]) -> Iterator[str]:
    if record["score"] is not None:
        yield (
            f"- on held-out utterances, the mean of accuracy and recall of emotion families "
            f"(0 to 100): {record['score']:.1f}"
        )
    if record["held_out_loss"] is not None:
        yield f"- loss on held-out windows: {record['held_out_loss']:.3f}"
    if record["loss"] is not None:
        yield f"- loss of the last steps of training: {record['loss']:.3f}"
    yield f"- after {record['steps']} steps on {record['device']}"
