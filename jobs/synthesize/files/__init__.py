"""The files of a synthetic set: clips, subtitles, the table of what is true, and the card."""
