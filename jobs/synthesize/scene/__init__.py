"""Where people stand, what is behind them, and what the camera makes of it."""
