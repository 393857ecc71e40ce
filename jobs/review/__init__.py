"""People look at the rows of a dataset, and what they decided of them."""
