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
_LABELLED = re.compile(r'\s*\{\s*"AIGC"\s*:')
_MIDJOURNEY = re.compile(r"\bJob ID: [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_SWARM = re.compile(r'^\s*\{\s*"sui_image_params"\s*:')
_KEYED = {
    "use_stable_diffusion_model": (re.compile(r"\S"), "Stable Diffusion"),
    "fooocus_scheme": (re.compile(r"\S"), "Fooocus"),
    "Description": (_MIDJOURNEY, "Midjourney"),
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

_WRITTEN = (
    (_PARAMETERS, "Stable Diffusion"),
    (_SWARM, "SwarmUI"),
    (_COMFY, "ComfyUI"),
    (_MIDJOURNEY, "Midjourney"),
)


def find_generator(
    *, text: Iterable[tuple[str, str]], comments: Iterable[str | None], programs: Iterable[str | None]
) -> str | None:
    """Name the generator whose traces a file carries.

    Args:
        text: PNG text chunks and comments, (key, text).
        comments: EXIF's UserComment and ImageDescription, in which JPEG outputs carry the parameters.
        programs: EXIF Software, Make, Model and XMP CreatorTool.

    Returns:
        A name to show, or None.
    """
    text = list(text)
    for key, value in text:
        pattern, name = _KEYED.get(key, (None, None))
        if pattern is not None and pattern.search(value):
            return name
    for comment in (*comments, *(value for key, value in text if key in ("comment", "parameters"))):
        for pattern, name in _WRITTEN if comment else ():
            if pattern.search(comment or ""):
                return name
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
    """Give the text of an ``AIGC`` chunk or comment, the label of GB 45438-2025 outside of XMP.

    A comment holds the whole of it, ``{"AIGC": {"Label": ...}}``.
    """
    for key, value in text:
        if key == "AIGC" or (key == "comment" and _LABELLED.match(value)):
            return value
    return None
