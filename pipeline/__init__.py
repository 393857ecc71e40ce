"""How a run is put together and kept safe. Knows Ray; knows no model."""
