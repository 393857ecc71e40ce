"""What is done to a row. Rows in, rows out; nothing here knows Ray or the run."""
