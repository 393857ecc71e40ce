"""NumPy archives as the MER challenges publish them, read without unpickling anything."""
