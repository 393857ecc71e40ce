"""The formats that rows are exported to, each a module with a class of its own."""

from importlib import import_module

from pipeline.export.formats.format import Format

FORMATS = {
    "elan": ("elan", "Elan"),
    "fiftyone": ("fiftyone", "FiftyOne"),
    "hugging-face": ("hugging_face", "HuggingFace"),
    "label-studio": ("label_studio", "LabelStudio"),
    "llama-factory": ("llama_factory", "LlamaFactory"),
    "megc-vqa": ("megc_vqa", "MegcVqa"),
    "mer-csv": ("mer_csv", "MerCsv"),
    "merr": ("merr", "Merr"),
    "ms-swift": ("ms_swift", "MsSwift"),
    "openface": ("openface", "OpenFace"),
    "preferences": ("preferences", "Preferences"),
    "srt": ("subtitles", "Srt"),
    "table": ("table", "Table"),
    "trl": ("trl", "Trl"),
    "webvtt": ("subtitles", "WebVtt"),
}
"""By the name that a user gives: the module below this folder, and its class."""


def format_named(name: str) -> type[Format]:
    """The class of a format; its module is imported only now."""
    module, kind = FORMATS[name]
    found: type[Format] = getattr(import_module(f"{__name__}.{module}"), kind)
    return found
