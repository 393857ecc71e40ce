"""How each point of a face moves against its head, in pixels of a patch."""
