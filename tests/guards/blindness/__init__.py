"""Blindness by test: canaries that must not appear, and worlds that must not differ."""
