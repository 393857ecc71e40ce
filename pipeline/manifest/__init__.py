"""From what a person names (files, folders, globs, lists, tables, URIs) to source rows."""

from pipeline.manifest.inputs import Sources, resolve_inputs

__all__ = ["Sources", "resolve_inputs"]
