"""The label that a manifest gives, told to the model only where it is to explain that."""

from stages.chat.config import ChatConfig
from stages.rows import Row

GIVEN_WARNING = (
    "The model was told the label of the manifest (chat.explain_given): what it answered is an "
    "explanation of that, and no witness of it."
)


def given_label(row: Row, config: ChatConfig) -> str | None:
    """The label of the row's video, None where none is given or none is to be told."""
    if not config.explain_given:
        return None
    extra = {entry["key"]: entry["value"] for entry in row.get("extra") or []}
    found = [extra[name] for name in config.given_columns if (extra.get(name) or "").strip()]
    return found[0].strip() if found else None
