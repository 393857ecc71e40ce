"""`microemo review`."""
