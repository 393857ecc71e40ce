"""Finds faces, follows them through a window, and cuts out steady, aligned crops."""

from stages.faces.config import FacesConfig
from stages.faces.stage import FacesStage

__all__ = ["FacesConfig", "FacesStage"]
