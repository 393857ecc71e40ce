"""A reader for each kind of list of labels that people have."""
