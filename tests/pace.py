"""How fast this machine is at this moment: what is limited in processor time is limited in multiples of it.

The same machine has been 2.6 times slower from one hour to the next. A limit in seconds would have to be so wide that
it limits nothing.
"""

import hashlib
import io
import time

from PIL import Image


def pace_s() -> float:
    """Give the processor seconds of a fixed piece of work, half of it Python's own, half of it of pictures."""
    began = time.process_time()
    for _ in range(10):
        hashlib.sha256(b"".join(str(number).encode() for number in range(100_000))).digest()
    picture = Image.effect_noise((2000, 1500), 60).convert("RGB")
    for _ in range(3):
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=90)
        Image.open(file).resize((1200, 900), Image.Resampling.LANCZOS)
    return time.process_time() - began
