"""Tell what kind of device took a picture, from the make and model it wrote."""

import re

DEVICES = PHONE, DRONE, ACTION, SCANNER, CAMERA = "phone", "drone", "action", "scanner", "camera"

_SCANNERS = re.compile(
    r"scan|perfection|flextight|imacon|noritsu|frontier|plustek|opticfilm|microtek|coolscan|super coolscan"
    r"|^LS-\d|SP-?\d{3,4}$|silverfast|vuescan|pacific image|reflecta|scitex|creo iqsmart",
    re.IGNORECASE,
)
_SCAN_PROGRAMS = re.compile(
    r"vuescan|silverfast|epson ?scan|nikon ?scan|scangear|flexcolor|ez controller", re.IGNORECASE
)
_ACTION = re.compile(r"gopro|insta360|arashi|osmo|dji pocket|akaso|sjcam", re.IGNORECASE)
_DRONE_MAKES = re.compile(r"^(dji|autel|parrot|skydio|yuneec|fimi|powervision|hubsan)", re.IGNORECASE)
_DRONE_MODELS = re.compile(r"^(L[12]D-20c|FC\d{3,4}|EVO |ANAFI|Mavic|Phantom|M3[05]0)", re.IGNORECASE)
_PHONE_MAKES = re.compile(
    r"^(apple|huawei|honor|xiaomi|redmi|poco|blackshark|oppo|oneplus|realme|vivo|iqoo|meizu|zte|nubia|smartisan|google"
    r"|htc|lge|lg electronics|motorola|nokia|hmd|tecno|infinix|itel|fairphone|nothing|essential|blackberry"
    r"|research in motion|palm|sony ?ericsson|sharp|coolpad|gionee|letv|leeco|lenovo|hisense|360)\b",
    re.IGNORECASE,
)
_PHONE_MODELS = re.compile(
    r"^(iphone|ipad|sm-|gt-|galaxy|sgh-|xq-|pixel|xperia|lt\d\di?$|mi \d|redmi)", re.IGNORECASE
)
_SONY_PHONES = re.compile(r"^sony\b.* [c-h]\d{4}$", re.IGNORECASE)
_CAMERAS_BY_PHONE_MAKERS = re.compile(
    r"^(nx\d|nx mini|ek-|wb\d|st\d|pl\d|es\d|dsc-|ilce-|slt-|quicktake|l[12]d-)", re.IGNORECASE
)


def device(make: str | None, model: str | None, *, software: str | None = None) -> str | None:
    """Name the kind of device: "phone", "drone", "action", "scanner" or "camera"; None where none is named.

    Args:
        make, model: As EXIF has them.
        software: Scanning programs leave their own name where the scanner leaves none.
    """
    make, model = (make or "").strip(), (model or "").strip()
    if any(_SCANNERS.search(name) for name in (make, model)) or _SCAN_PROGRAMS.search(software or ""):
        return SCANNER
    if not make and not model:
        return None
    if _ACTION.search(f"{make} {model}"):
        return ACTION
    if _DRONE_MAKES.search(make) or _DRONE_MODELS.search(model):
        return DRONE
    if _CAMERAS_BY_PHONE_MAKERS.search(model):
        return CAMERA
    is_phone = _PHONE_MAKES.search(make) or _PHONE_MODELS.search(model) or _SONY_PHONES.search(f"{make} {model}")
    return PHONE if is_phone else CAMERA
