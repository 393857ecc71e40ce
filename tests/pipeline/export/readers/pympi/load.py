"""Loads an EAF document by pympi-ling, writes it anew and loads that: its tiers as JSON."""

import json
import sys
from pathlib import Path

from pympi.Elan import Eaf

first = Eaf(sys.argv[1])
again = Path(sys.argv[2])
first.to_file(str(again))
for document in (first, Eaf(str(again))):
    print(
        json.dumps(
            {
                "read": {
                    "tiers": {
                        name: [list(one[:3]) for one in document.get_annotation_data_for_tier(name)]
                        for name in document.get_tier_names()
                    },
                    "parents": {
                        name: document.get_parameters_for_tier(name).get("PARENT_REF")
                        for name in document.get_tier_names()
                    },
                    "media": [one["MEDIA_URL"] for one in document.get_linked_files()],
                }
            }
        )
    )
