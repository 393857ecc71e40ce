"""From the movement of a face to events: expressions long and short, blinks, speech."""
