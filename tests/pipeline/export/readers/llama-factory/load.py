"""Rows as LLaMA-Factory's own loader and the plugin of a video model take them."""

import json
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

# Only used where sound is put into a batch, and it must fit the build of torch.
torchaudio = ModuleType("torchaudio")
torchaudio.__spec__ = ModuleSpec("torchaudio", None)
sys.modules["torchaudio"] = torchaudio

from llamafactory.data.loader import _load_single_dataset  # noqa: E402
from llamafactory.data.mm_plugin import get_mm_plugin  # noqa: E402
from llamafactory.data.parser import get_dataset_list  # noqa: E402
from llamafactory.hparams import DataArguments, ModelArguments  # noqa: E402
from transformers import Seq2SeqTrainingArguments  # noqa: E402

name, fps, most = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
(described,) = get_dataset_list([name], ".")
rows = _load_single_dataset(
    described,
    ModelArguments(model_name_or_path="none"),
    DataArguments(dataset=name, dataset_dir="."),
    Seq2SeqTrainingArguments(output_dir="unused", use_cpu=True),
)
kind = "qwen2_omni" if name.endswith("_sound") else "qwen2_vl"
plugin = get_mm_plugin(kind, image_token="<i>", video_token="<v>", audio_token="<a>")
for row in rows:
    videos, audios = row["_videos"] or [], row["_audios"] or []
    plugin._validate_messages(row["_prompt"] + row["_response"], [], videos, audios)
    frames = plugin._regularize_videos(
        videos, image_max_pixels=65536, image_min_pixels=256, video_fps=fps, video_maxlen=most
    )["videos"]
    told = {
        "prompt": row["_prompt"],
        "response": row["_response"],
        "frames": [len(each) for each in frames],
        "audios": len(audios),
    }
    print(json.dumps({"read": told}))
