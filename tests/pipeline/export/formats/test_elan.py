"""EAF documents: what their schema (version 3.0) asks, and what stands in them."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.export.order import Order
from pipeline.export.run import Exported, export
from tests.pipeline.export.hard_texts import (
    HARD_DESCRIPTION,
    HARD_LABELS,
    HARD_SPEAKER,
    HARD_TEXT,
)

Make = Callable[..., Any]
Export = Callable[..., tuple[Path, Exported]]
ATTRIBUTES = {  # of the schema, those of the elements that are written: required, then optional
    "ANNOTATION_DOCUMENT": ("AUTHOR DATE VERSION", "FORMAT"),
    "HEADER": ("", "MEDIA_FILE TIME_UNITS"),
    "MEDIA_DESCRIPTOR": ("MEDIA_URL MIME_TYPE", "RELATIVE_MEDIA_URL"),
    "PROPERTY": ("", "NAME"),
    "TIME_ORDER": ("", ""),
    "TIME_SLOT": ("TIME_SLOT_ID", "TIME_VALUE"),
    "TIER": ("TIER_ID LINGUISTIC_TYPE_REF", "PARTICIPANT ANNOTATOR PARENT_REF"),
    "ANNOTATION": ("", ""),
    "ALIGNABLE_ANNOTATION": ("ANNOTATION_ID TIME_SLOT_REF1 TIME_SLOT_REF2", ""),
    "REF_ANNOTATION": ("ANNOTATION_ID ANNOTATION_REF", ""),
    "ANNOTATION_VALUE": ("", ""),
    "LINGUISTIC_TYPE": ("LINGUISTIC_TYPE_ID", "TIME_ALIGNABLE CONSTRAINTS GRAPHIC_REFERENCES"),
    "CONSTRAINT": ("STEREOTYPE", "DESCRIPTION"),
}
ORDER = ("HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE", "CONSTRAINT")


def _tiers(document: ET.Element) -> dict[str, list[str]]:
    return {
        tier.attrib["TIER_ID"]: [value.text or "" for value in tier.iter("ANNOTATION_VALUE")]
        for tier in document.iter("TIER")
    }


def test_the_document_keeps_the_order_and_the_keys_of_the_schema(exported: Export) -> None:
    out, _ = exported("elan")
    root = ET.parse(out / "a.eaf").getroot()
    places = [ORDER.index(child.tag) for child in root]
    assert places == sorted(places)
    assert datetime.fromisoformat(root.attrib["DATE"]).tzinfo
    assert {"AUTHOR", "DATE", "VERSION"} <= root.attrib.keys()
    slots = {slot.attrib["TIME_SLOT_ID"]: slot for slot in root.iter("TIME_SLOT")}
    kinds = [kind.attrib["LINGUISTIC_TYPE_ID"] for kind in root.iter("LINGUISTIC_TYPE")]
    tiers = [tier.attrib["TIER_ID"] for tier in root.iter("TIER")]
    ids = [
        one.attrib["ANNOTATION_ID"]
        for one in (*root.iter("ALIGNABLE_ANNOTATION"), *root.iter("REF_ANNOTATION"))
    ]
    assert all(len(set(names)) == len(names) for names in (kinds, tiers, ids))
    assert all(tier.attrib["LINGUISTIC_TYPE_REF"] in kinds for tier in root.iter("TIER"))
    assert all(tier.attrib.get("PARENT_REF", tiers[0]) in tiers for tier in root.iter("TIER"))
    stereotypes = [one.attrib["STEREOTYPE"] for one in root.iter("CONSTRAINT")]
    for kind in root.iter("LINGUISTIC_TYPE"):
        assert kind.attrib.get("CONSTRAINTS", stereotypes[0]) in stereotypes
    assert len({*ids, *slots, *stereotypes}) == len(ids) + len(slots) + len(stereotypes)
    assert all(one.attrib["ANNOTATION_REF"] in ids for one in root.iter("REF_ANNOTATION"))
    for one in root.iter("ALIGNABLE_ANNOTATION"):
        begin, end = (
            int(slots[one.attrib[f"TIME_SLOT_REF{side}"]].attrib["TIME_VALUE"]) for side in (1, 2)
        )
        assert begin < end


def test_elements_have_the_attributes_of_the_schema_and_no_others(exported: Export) -> None:
    out, _ = exported("elan")
    for element in ET.parse(out / "a.eaf").getroot().iter():
        required, optional = (set(names.split()) for names in ATTRIBUTES[element.tag])
        own = {name for name in element.attrib if not name.startswith("{")}
        assert required <= own <= required | optional, element.tag


def test_texts_stand_in_it_as_they_are(exported: Export) -> None:
    out, _ = exported("elan")
    tiers = _tiers(ET.parse(out / "a.eaf").getroot())
    assert tiers[HARD_SPEAKER] == [HARD_TEXT]
    assert tiers[f"emotion@{HARD_SPEAKER}"] == ["; ".join(HARD_LABELS)]
    assert tiers[f"description@{HARD_SPEAKER}"] == [HARD_DESCRIPTION]
    assert tiers["unknown speaker"] == [""]
    assert "emotion@unknown speaker" not in tiers


def test_what_overlaps_in_a_tier_has_one_more(exported: Export) -> None:
    out, _ = exported("elan")
    tiers = _tiers(ET.parse(out / "a.eaf").getroot())
    assert tiers[f"{HARD_SPEAKER} (2)"] == ["Over."]
    assert tiers[f"emotion@{HARD_SPEAKER} (2)"] == ["fear"]


def test_events_and_faces_have_tiers_by_track(exported: Export) -> None:
    out, _ = exported("elan")
    tiers = _tiers(ET.parse(out / "a.eaf").getroot())
    assert tiers["micro-expressions of face 0"] == [
        "micro, inner and outer brows raised, AU1+2, apex 2.200 s"
    ]
    assert tiers["movements of face 0"][0] == "macro, smile, AU12, apex 5.500 s"
    assert tiers["face 0"] == ["track 0 of a#0"]


def test_what_xml_cannot_hold_is_left_out_and_told(
    write_run: Make, make_annotation: Make, make_utterance: Make, tmp_path: Path
) -> None:
    spoken = [make_utterance(0, 1.0, 1.0, text="a\x00b\x1bc\ufffe")]
    run = write_run([make_annotation("a", utterances=spoken)], failures=[])
    told = export(run, str(tmp_path / "out"), Order("elan"))
    tiers = _tiers(ET.parse(tmp_path / "out" / "a.eaf").getroot())
    assert tiers["unknown speaker"] == ["abc"]
    assert told.advice == ("3 characters that XML does not allow are left out",)


def test_media_are_named_as_elan_looks_for_them(exported: Export) -> None:
    out, _ = exported("elan")
    (media,) = ET.parse(out / "a.eaf").getroot().iter("MEDIA_DESCRIPTOR")
    assert media.attrib == {"MEDIA_URL": "file:///videos/a.mp4", "MIME_TYPE": "video/mp4"}
