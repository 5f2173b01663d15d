"""The minutes of a judging as a PDF to be signed: what is in them, and how they are set."""
