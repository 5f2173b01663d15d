"""Entries and their pictures, from upload to screening."""
