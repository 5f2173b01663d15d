"""What the written file says of itself: photographs' data, output intent, identity, outline, what is forbidden."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from contest.publishing.album.editions import Recipe
from contest.publishing.album.jpeg import BLOCK
from contest.publishing.album.preflight.report import Finding, error
from contest.publishing.album.profiles import OutputProfile
from contest.publishing.album.sheets import Sheet, Sheets

_KIND_AND_SPACE: Final = slice(12, 20)


def data_findings(
    path: Path, places: Mapping[str, tuple[int, int, int]], numbers: Mapping[str, str]
) -> Iterator[Finding]:
    """Read each photograph's data back from the written file.

    Args:
        numbers: The work's number of each picture.
    """
    with path.open("rb") as file:
        for picture, (offset, length, expected) in places.items():
            file.seek(offset)
            checksum, left = 0, length
            while left and (block := file.read(min(BLOCK, left))):
                checksum = zlib.crc32(block, checksum)
                left -= len(block)
            if left or checksum != expected:
                yield error("picture_data", work=numbers[picture])


def file_findings(pdf: Pdf, *, sheets: Sheets, recipe: Recipe, output: OutputProfile) -> Iterator[Finding]:
    """Check what stands once in a file."""
    if len(pdf.pages) != len(sheets.sheets):
        yield error("sheet_count", found=len(pdf.pages), planned=len(sheets.sheets))
    if recipe.is_inked:
        yield from _intent_findings(pdf, output)
    if pdf.pdf_version > recipe.version:
        yield error("version", found=pdf.pdf_version, most=recipe.version)
    yield from _identity_findings(pdf, recipe)
    names = pdf.Root.get("/Names", Dictionary())
    forbidden = {
        "encryption": pdf.is_encrypted,
        "forms": "/AcroForm" in pdf.Root,
        "javascript": "/JavaScript" in names or "/OpenAction" in pdf.Root,
        "embedded_files": "/EmbeddedFiles" in names,
    }
    for what, is_there in forbidden.items():
        if is_there:
            yield error("forbidden", what=what)
    planned = [(heading.text, index) for heading, index in sheets.outline()]
    if list(_outlined(pdf)) != planned:
        yield error("outline")
    labels = [page.label for page in pdf.pages]
    if labels != [sheet.label for sheet in sheets.sheets]:
        yield error("labels")
    if recipe.is_tagged:
        yield from _tag_findings(pdf, sheets.sheets)


def _intent_findings(pdf: Pdf, output: OutputProfile) -> Iterator[Finding]:
    intents = [each for each in pdf.Root.get("/OutputIntents", []) if each.get("/S") == Name.GTS_PDFX]
    profile = intents[0].get("/DestOutputProfile") if len(intents) == 1 else None
    data = bytes(profile.read_bytes()) if isinstance(profile, pikepdf.Stream) else b""
    if data != output.data or data[_KIND_AND_SPACE] != b"prtrCMYK":
        yield error("output_intent")


def _identity_findings(pdf: Pdf, recipe: Recipe) -> Iterator[Finding]:
    metadata = bytes(pdf.Root.Metadata.read_bytes()) if "/Metadata" in pdf.Root else b""
    needed = {
        "xmpMM:DocumentID": b"xmpMM:DocumentID" in metadata,
        "pdf:Trapped": b"pdf:Trapped" in metadata,
        "ID": len(pdf.trailer.get("/ID", [])) == 2,  # noqa: PLR2004 - of the book and of this making
        "Trapped": pdf.docinfo.get("/Trapped") in {Name("/True"), Name("/False")},
        "Title": bool(pdf.docinfo.get("/Title")),
    }
    if recipe.claim.startswith("PDF/X"):
        needed["GTS_PDFXVersion"] = (
            pdf.docinfo.get("/GTS_PDFXVersion") == recipe.claim and f">{recipe.claim}<".encode() in metadata
        )
    if recipe.is_tagged:
        needed |= {
            "pdfuaid:part": b"pdfuaid:part" in metadata,
            "Lang": bool(pdf.Root.get("/Lang")),
            "MarkInfo": bool(pdf.Root.get("/MarkInfo", Dictionary()).get("/Marked")),
            "DisplayDocTitle": bool(pdf.Root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle")),
        }
    for key, is_there in needed.items():
        if not is_there:
            yield error("identity", key=key)


def _outlined(pdf: Pdf) -> Iterator[tuple[str, int]]:
    """Give the outline's entries in reading order, each with the index of the page it leads to."""
    pages = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
    waiting = [pdf.Root.get("/Outlines", Dictionary()).get("/First")]
    while waiting:
        item = waiting.pop()
        if item is None:
            continue
        waiting += [item.get("/Next"), item.get("/First")]
        target = item.get("/Dest") or item.get("/A", Dictionary()).get("/D")
        if isinstance(target, Dictionary):
            target = target.get("/D")
        index = pages.get(target[0].objgen, -1) if isinstance(target, Array) else -1
        yield str(item.Title), index


def _tag_findings(pdf: Pdf, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """Every photograph is a figure with words; ISO 14289-1, 7.3."""
    figures: list[str] = []
    waiting: list[pikepdf.Object] = [pdf.Root.get("/StructTreeRoot", Dictionary())]
    while waiting:
        node = waiting.pop()
        if node.get("/S") == Name.Figure:
            figures.append(str(node.get("/Alt", "")))
        kids = node.get("/K", Array())
        waiting += [kid for kid in (kids if isinstance(kids, Array) else [kids]) if isinstance(kid, Dictionary)]
    planned = [spot.alt for sheet in sheets for spot in sheet.placements()]
    if sorted(figures) != sorted(planned) or not all(planned):
        yield error("alt_missing", found=sum(map(bool, figures)), planned=len(planned))
