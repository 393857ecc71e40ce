"""The clips that an export names: the sources themselves, their copies, or cuts of them."""
