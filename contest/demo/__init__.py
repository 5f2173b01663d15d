"""The demonstration contest: pictures made in code and the story they tell.

Only this package may import Pillow beside the sandbox child; the web process never imports ``scenes``.
"""
