"""Heads of people who do not exist, and how they are drawn and moved."""
