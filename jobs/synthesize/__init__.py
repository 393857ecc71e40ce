"""Make dialogue clips whose truth is known: who feels what, and which movement of the face shows it
when."""
