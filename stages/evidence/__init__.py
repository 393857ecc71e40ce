"""What the face and the voice of a window show, measured."""
