"""`microemo train`: a MicroEmo from labelled videos."""
