"""Makes a whole file of the set parts: photographs' sizes and colours, boxes, outline, output intent, identity.

The photographs themselves are still stand-ins; each gets a marker in place of its data, for which ``splice``
later puts the coded picture. Sources: ISO 15930-7 (PDF/X-4), ISO 15930-4 (PDF/X-1a:2003), ISO 14289-1 (PDF/UA-1),
ISO 32000-1, XMP part 1.
"""

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, Stream, String

from contest.publishing.album.editions import Recipe
from contest.publishing.album.profiles import OutputProfile
from contest.publishing.album.sheets import Sheet, Sheets

PT_PER_MM: Final = 72 / 25.4
# Names of the two graphics states between which black type overprints, so that no white line opens around it.
OVER, KNOCK = Name("/OverprintOn"), Name("/OverprintOff")
FILLING: Final = frozenset({"k", "rg", "g", "cs", "sc", "scn"})
# How each standard wants its name in the metadata.
CLAIMS: Final = {
    "PDF/X-4": '<pdfxid:GTS_PDFXVersion xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">{claim}</pdfxid:GTS_PDFXVersion>',
    "PDF/X-1a:2003": '<pdfx:GTS_PDFXVersion xmlns:pdfx="http://ns.adobe.com/pdfx/1.3/">{claim}</pdfx:GTS_PDFXVersion>',
    "PDF/UA-1": '<pdfuaid:part xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">1</pdfuaid:part>',
}
_NUMBERED: Final = re.compile(r"(C?)(\d+)")


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """What a stand-in becomes.

    Attributes:
        width_px: As stored; ``height_px`` likewise.
        profile: ICC profile to declare; None for the press's own CMYK.
        is_inverted: Whether the stored values are inverted, as Adobe's CMYK is.
        digest: SHA-256 of the file whose data will stand here, hexadecimal.
    """

    width_px: int
    height_px: int
    components: int
    profile: bytes | None
    is_inverted: bool
    digest: str


def finish(
    parts: Sequence[Path],
    *,
    sheets: Sheets,
    recipe: Recipe,
    output: OutputProfile,
    photographs: Mapping[str, Photograph],
    ids: tuple[str, str],
    built_at: datetime,
) -> tuple[bytes, dict[str, bytes]]:
    """Finish set parts up to the photographs' data.

    Args:
        parts: What the typesetter wrote, in order.
        output: The press it is made for, in a file in printing inks.
        photographs: By picture id, as on the sheets.
        ids: The file's two ids, see ``identity``.
        built_at: Aware moment, for the file's dates.

    Returns:
        The file, small, with a marker as each photograph's data; and the marker of each picture.
    """
    # No text of a person can contain a marker: it follows from hashes of everything in the book.
    markers = {picture: f"album-{ids[1]}-{n:06d}".encode() for n, picture in enumerate(photographs)}
    with ExitStack() as held:
        pdf = held.enter_context(pikepdf.open(parts[0]))
        for part in parts[1:]:
            _append(pdf, held.enter_context(pikepdf.open(part)), is_tagged=recipe.is_tagged)
        colours = _Colours(pdf)
        for ident, image in stand_ins(pdf):
            _dress(image, photographs[ident], colours)
            image.write(markers[ident], filter=Name.DCTDecode)
        _set_boxes(pdf, sheets)
        _set_labels(pdf, sheets.sheets, is_bound=sheets.is_bound)
        _set_outline(pdf, sheets)
        if recipe.is_tagged:
            _set_reading(pdf)
        if recipe.is_inked:
            _set_overprint(pdf)
            _set_intent(pdf, output)
        _set_identity(pdf, sheets.title, sheets.language, claim=recipe.claim, document=ids[0], built_at=built_at)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=True,
            force_version=recipe.version,
            fix_metadata_version=False,
            static_id=True,
        )
    return out.getvalue(), markers


def _append(pdf: Pdf, part: Pdf, *, is_tagged: bool) -> None:
    """Add a part's pages and, of a tagged one, hang what it is made of under the whole (ISO 32000-1, 14.7)."""
    before = len(pdf.pages)
    pdf.pages.extend(part.pages)
    if not is_tagged:
        return
    whole, more = pdf.Root.StructTreeRoot, pdf.copy_foreign(part.Root.StructTreeRoot)
    first = int(whole.ParentTreeNextKey)
    for page in pdf.pages[before:]:
        if "/StructParents" in page.obj:
            page.obj.StructParents += first
    for index, entry in enumerate(more.ParentTree.Nums):
        whole.ParentTree.Nums.append(entry if index % 2 else first + int(entry))
    whole.ParentTreeNextKey = first + int(more.ParentTreeNextKey)
    document = whole.K[0]
    for element in more.K[0].K:
        element.P = document
        document.K.append(element)


def identity(
    digest: str, photographs: Mapping[str, Photograph], *, asked: str, built_at: datetime
) -> tuple[str, str]:
    """Give the file's two ids, 32 hexadecimal digits each: of what is shown, and of this making of it.

    They depend on the arguments alone.
    """
    shown = hashlib.sha256(digest.encode())
    for picture, photograph in sorted(photographs.items()):
        shown.update(f"{picture}={photograph.digest}\n".encode())
    made = hashlib.sha256(shown.digest() + f"{asked} {built_at.isoformat()}".encode())
    return shown.hexdigest()[:32], made.hexdigest()[:32]


def stand_ins(pdf: Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Find each stand-in once, with the picture id in its JPEG comment; a picture's others are made the first."""
    first: dict[str, pikepdf.Object] = {}
    idents: dict[tuple[int, int], str] = {}
    for page in pdf.pages:
        images = page.resources.get("/XObject", Dictionary())
        for name, image in images.items():
            if not isinstance(image, Stream) or image.get("/Subtype") != Name.Image:
                continue
            if image.objgen not in idents:
                raw = image.read_raw_bytes()
                idents[image.objgen] = raw[6 : 4 + int.from_bytes(raw[4:6], "big")].decode()
            ident = idents[image.objgen]
            if ident not in first:
                first[ident] = image
            elif first[ident].objgen != image.objgen:
                images[name] = first[ident]
    yield from first.items()


class _Colours:
    """Colour spaces, each profile stored once."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.known: dict[bytes, Array] = {}

    def of(self, photograph: Photograph) -> Array | Name:
        if photograph.profile is None:
            return Name.DeviceCMYK
        key = hashlib.sha256(photograph.profile).digest()
        if key not in self.known:
            stream = self.pdf.make_stream(photograph.profile, N=photograph.components)
            self.known[key] = self.pdf.make_indirect(Array([Name.ICCBased, stream]))
        return self.known[key]


def _dress(image: pikepdf.Object, photograph: Photograph, colours: _Colours) -> None:
    image.Width, image.Height = photograph.width_px, photograph.height_px
    image.BitsPerComponent = 8
    image.ColorSpace = colours.of(photograph)
    image.Intent = Name.RelativeColorimetric
    if photograph.is_inverted:
        image.Decode = Array([1, 0] * photograph.components)


def _set_boxes(pdf: Pdf, sheets: Sheets) -> None:
    width, height = sheets.width_mm * PT_PER_MM, sheets.height_mm * PT_PER_MM
    edge, bleed = sheets.margin_mm * PT_PER_MM, sheets.bleed_mm * PT_PER_MM

    def around(more: float) -> Array:
        low, right, top = edge - more, edge + width + more, edge + height + more
        return Array([round(value, 4) for value in (low, low, right, top)])

    for page in pdf.pages:
        page.obj.MediaBox = around(edge)
        page.obj.TrimBox = around(0)
        page.obj.BleedBox = around(bleed)


def _set_labels(pdf: Pdf, sheets: Sequence[Sheet], *, is_bound: bool) -> None:
    labels = Array()
    for index, sheet in enumerate(sheets):
        numbered = _NUMBERED.fullmatch(sheet.label)
        style = Dictionary(S=Name.D, St=int(numbered[2])) if numbered else Dictionary(P=String(sheet.label))
        if numbered and numbered[1]:
            style.P = String(numbered[1])
        labels.append(index)
        labels.append(style)
    pdf.Root.PageLabels = Dictionary(Nums=labels)
    if is_bound and all(len(sheet.panels) == 1 for sheet in sheets):
        pdf.Root.PageLayout = Name.TwoColumnRight


def _set_reading(pdf: Pdf) -> None:
    """Say that it can be read aloud, under its title and in the order of its tags (ISO 14289-1, 7.1 and 7.18.3)."""
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, Direction=Name.L2R)
    for page in pdf.pages:
        page.obj.Tabs = Name.S


def _set_outline(pdf: Pdf, sheets: Sheets) -> None:
    """Make the outline from the book's contents, in place of the typesetter's, which lists every heading."""
    with pdf.open_outline() as outline:
        outline.root.clear()
        for heading, index in sheets.outline():
            item = OutlineItem(heading.text, index)
            (outline.root[-1].children if heading.level > 1 and outline.root else outline.root).append(item)


def _set_overprint(pdf: Pdf) -> None:
    """Let type in black alone print over what is under it (ISO 32000-1, 8.6.7); all else knocks out."""
    states = {
        OVER: pdf.make_indirect(Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1)),
        KNOCK: pdf.make_indirect(Dictionary(Type=Name.ExtGState, OP=False, op=False, OPM=0)),
    }
    for page in pdf.pages:
        steps, has_changed = _overprinting(pikepdf.parse_content_stream(page))
        if not has_changed:
            continue
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(steps))
        if "/ExtGState" not in page.resources:
            page.resources.ExtGState = Dictionary()
        for name, state in states.items():
            page.resources.ExtGState[name] = state


def _overprinting(steps: Sequence[Any]) -> tuple[list[Any], bool]:
    """Put a graphics state around each text object set in black alone."""
    found: list[Any] = []
    is_black, saved, has_changed = False, [], False
    for step in steps:
        operands, operator = list(step.operands), str(step.operator)
        if operator == "q":
            saved.append(is_black)
        elif operator == "Q":
            is_black = saved.pop()
        elif operator in FILLING:
            is_black = operator == "k" and [float(part) for part in operands] == [0, 0, 0, 1]
        if operator == "BT" and is_black:
            found.append(([OVER], pikepdf.Operator("gs")))
            has_changed = True
        found.append((operands, step.operator))
        if operator == "ET" and is_black:
            found.append(([KNOCK], pikepdf.Operator("gs")))
    return found, has_changed


def _set_intent(pdf: Pdf, output: OutputProfile) -> None:
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(output.condition),
        OutputCondition=String(output.name),
        Info=String(output.name),
        DestOutputProfile=pdf.make_stream(output.data, N=4),
    )
    if output.is_registered:
        intent.RegistryName = String("http://www.color.org")
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _set_identity(pdf: Pdf, title: str, language: str, *, claim: str, document: str, built_at: datetime) -> None:
    moment = built_at.replace(microsecond=0)
    producer = f"Typst {version('typst')}, pikepdf {version('pikepdf')}"
    stamp = moment.strftime("D:%Y%m%d%H%M%S") + (moment.strftime("%z")[:3] + "'" + moment.strftime("%z")[3:] + "'")
    info = Dictionary(
        Title=String(title),
        Creator=String("Contest album"),
        Producer=String(producer),
        CreationDate=String(stamp),
        ModDate=String(stamp),
        Trapped=Name("/False"),
    )
    if claim.startswith("PDF/X"):
        info.GTS_PDFXVersion = String(claim)
    pdf.trailer.Info = pdf.make_indirect(info)
    pdf.Root.Metadata = pdf.make_stream(
        _xmp(
            title,
            language=language,
            claim=CLAIMS.get(claim, "").format(claim=claim),
            producer=producer,
            moment=moment.isoformat(),
            document=document,
        ).encode(),
        Type=Name.Metadata,
        Subtype=Name.XML,
    )


def _xmp(title: str, *, language: str, claim: str, producer: str, moment: str, document: str) -> str:
    uuid = "-".join((document[:8], document[8:12], document[12:16], document[16:20], document[20:]))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>Contest album</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:{uuid}</xmpMM:DocumentID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<xmpMM:VersionID>1</xmpMM:VersionID>
<pdf:Producer>{escape(producer)}</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>
{claim}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
