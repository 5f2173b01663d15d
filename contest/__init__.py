"""A photo contest from the call for entries to the printed album."""
