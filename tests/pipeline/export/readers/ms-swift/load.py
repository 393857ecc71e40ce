"""Rows as ms-swift's own loader gives them, and as its templates take them."""

import json
import sys

from swift.dataset import load_dataset
from swift.template import TemplateInputs

rows, _ = load_dataset(sys.argv[1:], strict=True, num_proc=1)
for row in rows:
    whole = TemplateInputs.from_dict(dict(row))
    inputs = whole.chosen
    told = {
        "messages": inputs.messages,
        "videos": inputs.videos,
        "audios": inputs.audios,
        "chat_template_kwargs": inputs.chat_template_kwargs,
        "rejected": whole.rejected and whole.rejected.messages[-1]["content"],
    }
    print(json.dumps({"read": told}))
