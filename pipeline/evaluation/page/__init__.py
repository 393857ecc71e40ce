"""A verdict as one HTML page: figures, plots and tables, without a script or a network."""
