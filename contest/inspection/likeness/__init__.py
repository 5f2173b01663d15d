"""What a picture resembles: hashes of the whole, features of its parts, and searching among both.

`record` and `search` are for anybody; `hashes` and `features` run in the sandbox's child alone, `features` being
the one place that loads OpenCV.
"""
