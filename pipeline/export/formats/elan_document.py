"""An EAF document, version 3.0: tiers and annotations as ELAN writes them.

Source: the description of the format, "EAF - ELAN Annotation Format, schema version 3.0".
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pipeline.export.formats.xml_text import for_xml

_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_AUTHOR = "MicroEmo"
_SYMBOLIC = "Symbolic_Association"
_KINDS = {"speech": None, "event": None, "face": None, "emotion": _SYMBOLIC}
_KINDS |= {"description": _SYMBOLIC}
"""Linguistic types, and the constraint of those that stand below others."""
_CONSTRAINTS = {
    "Time_Subdivision": "Time subdivision of parent annotation's time interval, no time gaps "
    "allowed within this interval",
    "Symbolic_Subdivision": "Symbolic subdivision of a parent annotation. Annotations refering to "
    "the same parent are ordered",
    _SYMBOLIC: "1-1 association with a parent annotation",
    "Included_In": "Time alignable annotations within the parent annotation's time interval, gaps "
    "are allowed",
}


@dataclass(frozen=True)
class Placed:
    """An annotation with a time.

    Attributes:
        start_ms, end_ms: milliseconds of the clip.
        value: its text.
        below: by kind, what is associated with it.
    """

    start_ms: int
    end_ms: int
    value: str
    below: Mapping[str, str]


@dataclass(frozen=True)
class Tier:
    """Annotations of one kind.

    Attributes:
        name: of the tier.
        kind: a linguistic type: `speech`, `event` or `face`.
        participant: who it is about.
        placed: may overlap, and come in any order.
    """

    name: str
    kind: str
    participant: str = ""
    placed: list[Placed] = field(default_factory=list)


class Document:
    """An EAF document in the making.

    Attributes:
        left_out: characters that XML does not allow.
    """

    def __init__(self, media_uri: str, mime: str) -> None:
        """
        Args:
            media_uri: where the clip is; `./` and a path: from the folder of the document on.
            mime: of the clip.
        """
        self.left_out = 0
        self._media = {"MEDIA_URL": self._clean(media_uri), "MIME_TYPE": mime}
        if media_uri.startswith("./"):
            self._media["RELATIVE_MEDIA_URL"] = self._media["MEDIA_URL"]
        self._slots: list[int] = []
        self._annotations = 0
        self._names: set[str] = set()
        self._tiers: list[ET.Element] = []

    def add(self, tier: Tier) -> None:
        """Add a tier, and those below it; more of its name where annotations overlap."""
        for lane in _lanes(tier.placed):
            self._add(replace(tier, placed=lane))

    def written(self, made_at: datetime) -> bytes:
        """The document as XML, UTF-8.

        Args:
            made_at: with a time zone.
        """
        root = ET.Element(
            "ANNOTATION_DOCUMENT",
            {
                "AUTHOR": _AUTHOR,
                "DATE": made_at.isoformat(timespec="seconds"),
                "FORMAT": "3.0",
                "VERSION": "3.0",
                "xmlns:xsi": _XSI,
                "xsi:noNamespaceSchemaLocation": _SCHEMA,
            },
        )
        header = ET.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
        ET.SubElement(header, "MEDIA_DESCRIPTOR", self._media)
        last = ET.SubElement(header, "PROPERTY", {"NAME": "lastUsedAnnotationId"})
        last.text = str(self._annotations)
        order = ET.SubElement(root, "TIME_ORDER")
        for number, time_ms in enumerate(self._slots, 1):
            slot = {"TIME_SLOT_ID": f"ts{number}", "TIME_VALUE": str(time_ms)}
            ET.SubElement(order, "TIME_SLOT", slot)
        root.extend(self._tiers)
        _add_kinds(root)
        ET.indent(root, "  ")
        return bytes(ET.tostring(root, "utf-8", xml_declaration=True))

    def _add(self, tier: Tier) -> None:
        name = self._named(tier.name)
        about = {"PARTICIPANT": self._clean(tier.participant)} if tier.participant else {}
        element = self._tier(name, tier.kind, about)
        ids = [self._aligned(element, placed) for placed in tier.placed]
        for kind in (kind for kind, constraint in _KINDS.items() if constraint):
            having = [
                (own, placed.below[kind])
                for own, placed in zip(ids, tier.placed, strict=True)
                if kind in placed.below
            ]
            if having:
                child = self._tier(
                    self._named(f"{kind}@{name}"), kind, {**about, "PARENT_REF": name}
                )
                for own, value in having:
                    self._associated(child, own, value)

    def _tier(self, name: str, kind: str, more: Mapping[str, str]) -> ET.Element:
        attributes = {"TIER_ID": name, "LINGUISTIC_TYPE_REF": kind, "ANNOTATOR": _AUTHOR, **more}
        element = ET.Element("TIER", attributes)
        self._tiers.append(element)
        return element

    def _aligned(self, tier: ET.Element, placed: Placed) -> str:
        self._slots += [placed.start_ms, placed.end_ms]
        slots = (f"ts{len(self._slots) - 1}", f"ts{len(self._slots)}")
        references = {"TIME_SLOT_REF1": slots[0], "TIME_SLOT_REF2": slots[1]}
        return self._annotation(tier, "ALIGNABLE_ANNOTATION", references, placed.value)

    def _associated(self, tier: ET.Element, parent: str, value: str) -> None:
        self._annotation(tier, "REF_ANNOTATION", {"ANNOTATION_REF": parent}, value)

    def _annotation(
        self, tier: ET.Element, tag: str, references: Mapping[str, str], value: str
    ) -> str:
        self._annotations += 1
        own = f"a{self._annotations}"
        holder = ET.SubElement(tier, "ANNOTATION")
        element = ET.SubElement(holder, tag, {"ANNOTATION_ID": own, **references})
        ET.SubElement(element, "ANNOTATION_VALUE").text = self._clean(value)
        return own

    def _named(self, wanted: str) -> str:
        """The name, or where it is taken the first of ` (2)`, ` (3)` ... that is not."""
        plain = " ".join(self._clean(wanted).split())
        name, number = plain, 1
        while name in self._names:
            number += 1
            name = f"{plain} ({number})"
        self._names.add(name)
        return name

    def _clean(self, text: str) -> str:
        clean = for_xml(text)
        self.left_out += len(text) - len(clean)
        return clean


def _lanes(placed: Iterable[Placed]) -> list[list[Placed]]:
    """Parted so that none of a lane overlaps another."""
    lanes: list[list[Placed]] = []
    for one in sorted(placed, key=lambda one: (one.start_ms, one.end_ms)):
        free = next((lane for lane in lanes if lane[-1].end_ms <= one.start_ms), None)
        if free is None:
            lanes.append([one])
        else:
            free.append(one)
    return lanes


def _add_kinds(root: ET.Element) -> None:
    for kind, constraint in _KINDS.items():
        ET.SubElement(
            root,
            "LINGUISTIC_TYPE",
            {
                "LINGUISTIC_TYPE_ID": kind,
                "TIME_ALIGNABLE": "false" if constraint else "true",
                "GRAPHIC_REFERENCES": "false",
                **({"CONSTRAINTS": constraint} if constraint else {}),
            },
        )
    for name, told in _CONSTRAINTS.items():
        ET.SubElement(root, "CONSTRAINT", {"STEREOTYPE": name, "DESCRIPTION": told})
