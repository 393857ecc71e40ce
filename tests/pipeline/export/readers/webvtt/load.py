"""Loads WebVTT and SRT files by webvtt-py: their cues as JSON."""

import json
import sys

import webvtt

for name in sys.argv[1:]:
    read = webvtt.from_srt if name.endswith(".srt") else webvtt.read
    cues = [
        {"start": one.start, "end": one.end, "raw": one.raw_text, "voice": one.voice}
        for one in read(name)
    ]
    print(json.dumps({"read": cues}))
