"""What is taken out of rows before any format sees them."""

from pipeline.export.privacy.pseudonyms import Pseudonyms
from pipeline.export.privacy.scrubbing import Scrubber, speakers_of

__all__ = ["Pseudonyms", "Scrubber", "speakers_of"]
