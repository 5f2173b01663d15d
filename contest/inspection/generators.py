"""Traces that picture generators leave in metadata.

Every pattern is anchored to the place where its program writes: a bare list of names finds cameras
("Gemini", "ImageNumber") as often as generators.
"""

import re
from collections.abc import Iterable

_GENERATOR_NAMES = re.compile(
    r"(?:^|\b)(midjourney|stable diffusion|stablediffusion|dall[-·e ]*e\b|comfyui|automatic1111|invokeai|novelai"
    r"|adobe firefly|leonardo\.ai|ideogram|dreamstudio|bing image creator|wombo dream|craiyon|jimeng|即梦|文心一格"
    r"|通义万相|可灵|豆包)",
    re.IGNORECASE,
)
_PARAMETERS = re.compile(r"\bSteps: \d+, .*\b(?:Sampler|Seed|CFG scale): ", re.DOTALL)
_COMFY = re.compile(r'"class_type"\s*:|"last_node_id"\s*:')
_KEYED = {
    "parameters": (_PARAMETERS, "Stable Diffusion"),
    "prompt": (_COMFY, "ComfyUI"),
    "workflow": (_COMFY, "ComfyUI"),
    "sd-metadata": (re.compile(r'"model"'), "InvokeAI"),
    "invokeai_metadata": (re.compile(r"\{"), "InvokeAI"),
    "invokeai_graph": (re.compile(r"\{"), "InvokeAI"),
    "Dream": (re.compile(r'^".*" .*-s\s?\d+'), "InvokeAI"),
    "Comment": (
        re.compile(r'"(?:uc|sampler)"\s*:.*"(?:steps|scale)"|"steps"\s*:.*"(?:uc|sampler)"\s*:', re.DOTALL),
        "NovelAI",
    ),
}


def find_generator(
    *, text: Iterable[tuple[str, str]], user_comment: str | None, programs: Iterable[str | None]
) -> str | None:
    """Name the generator whose traces a file carries.

    Args:
        text: PNG text chunks and comments, (key, text).
        user_comment: EXIF's UserComment, in which JPEG outputs carry the parameters.
        programs: EXIF Software, Make, Model and XMP CreatorTool.

    Returns:
        A name to show, or None.
    """
    for key, value in text:
        pattern, name = _KEYED.get(key, (None, None))
        if pattern is not None and pattern.search(value):
            return name
    for comment in (user_comment, *(value for key, value in text if key == "comment")):
        if comment and _PARAMETERS.search(comment):
            return "Stable Diffusion"
        if comment and _COMFY.search(comment):
            return "ComfyUI"
    for program in programs:
        if program is None:
            continue
        if program.startswith(("workflow:", "prompt:")) and _COMFY.search(program):
            return "ComfyUI"
        found = _GENERATOR_NAMES.search(program)
        if found:
            return found[1]
    return None


def find_aigc_text(text: Iterable[tuple[str, str]]) -> str | None:
    """Give the text of an ``AIGC`` chunk or comment, the label of GB 45438-2025 outside of XMP."""
    for key, value in text:
        if key == "AIGC" or (key == "comment" and value.lstrip().startswith('{"AIGC"')):
            return value
    return None
