"""What a person preferred to the model's answer: pairs to learn from, and EmoPrefer's table."""

import hashlib
from typing import Any

from pipeline.export.formats import conversation
from pipeline.export.formats.csv_text import csv_line
from pipeline.export.formats.format import Format
from pipeline.export.formats.lines import LinesBySplit
from pipeline.export.formats.llama_factory import TAGS
from pipeline.export.formats.ms_swift import sampling
from pipeline.export.formats.trl import PicturedRows, message, pictures
from pipeline.export.output import GrowingFile
from pipeline.export.unit import ExportedVideo, Unit
from stages.rows import Row


class Preferences(Format):
    """Of each row in which a person changed labels or description.

    `llama_factory_<split>.jsonl` with `dataset_info.json`, `ms_swift_<split>.jsonl`,
    `trl_<split>.parquet`, and `emoprefer_<split>.csv` with the columns `name,a1,a2,preference`.
    """

    purpose = "pairs of a person's answer and the model's: DPO rows, and EmoPrefer's CSV"
    has_row_clips = True
    media = "cut"

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._llama = LinesBySplit(self.output, "llama_factory_{split}.jsonl")
        self._swift = LinesBySplit(self.output, "ms_swift_{split}.jsonl")
        self._trl = PicturedRows(
            self.output, "trl_{split}.parquet", ("prompt", "chosen", "rejected")
        )
        self._tables: dict[str, GrowingFile] = {}

    @classmethod
    def reason_against(cls, unit: Unit) -> str:
        if unit.row["review"] != "corrected":
            return "nobody corrected it"
        said = unit.machine.description or "", frozenset(unit.machine.labels)
        if said == (unit.description, frozenset(unit.labels)):
            return "its labels and description are the model's own"
        return conversation.reason_against(unit) or conversation.without_picture(unit)

    def add(self, video: ExportedVideo) -> None:
        for unit in video.units:
            chosen, rejected = conversation.answer(unit), conversation.written(unit.machine)
            self._compare(unit, chosen, rejected)
            asked = conversation.question(unit)
            pair: Row = {
                "id": unit.unit_id,
                "messages": [{"role": "user", "content": f"<video>\n{asked}"}],
                "chosen": {"role": "assistant", "content": chosen},
                "rejected": {"role": "assistant", "content": rejected},
                "videos": [unit.clip.uri],
            }
            self._llama.add(unit.split, pair)
            self._swift.add(
                unit.split,
                {
                    "id": unit.unit_id,
                    "messages": [*pair["messages"], pair["chosen"]],
                    "rejected_response": rejected,
                    "videos": pair["videos"],
                    "chat_template_kwargs": sampling(unit),
                },
            )
            self._trl.add(
                unit.split,
                {
                    "id": unit.unit_id,
                    "prompt": message("user", asked),
                    "chosen": message("assistant", chosen),
                    "rejected": message("assistant", rejected),
                    "images": pictures(self, unit),
                },
            )

    def finish(self) -> None:
        self._llama.close()
        self._swift.close()
        self._trl.close()
        for table in self._tables.values():
            table.close()
        told = {
            f"microemo_preferences_{split}": {
                "file_name": self._llama.name(split),
                "formatting": "sharegpt",
                "ranking": True,
                "columns": {
                    "messages": "messages",
                    "chosen": "chosen",
                    "rejected": "rejected",
                    "videos": "videos",
                },
                "tags": TAGS,
            }
            for split in self._llama.splits
        }
        self.output.write_json("dataset_info.json", told)

    def _compare(self, unit: Unit, chosen: str, rejected: str) -> None:
        """A line of EmoPrefer's table; which answer comes first follows from the id."""
        is_first = hashlib.sha256(unit.unit_id.encode("utf-8", "replace")).digest()[0] < 128
        answers = (chosen, rejected) if is_first else (rejected, chosen)
        if unit.split not in self._tables:
            self._tables[unit.split] = self.output.growing(f"emoprefer_{unit.split}.csv")
            self._tables[unit.split].write("name,a1,a2,preference\n")
        cells = [unit.name, *answers, "a1" if is_first else "a2"]
        self._tables[unit.split].write(csv_line(cells))
