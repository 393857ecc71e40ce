"""From what a person names (files, folders, globs, lists, tables, URIs) to source rows."""

from pipeline.manifest.inputs import Sources, resolve_inputs
from pipeline.manifest.transcripts import with_table

__all__ = ["Sources", "resolve_inputs", "with_table"]
