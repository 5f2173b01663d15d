"""Makes a press file of a set book: real sizes and colours for the photographs, boxes, output intent, identity.

The photographs themselves are still stand-ins; each gets a marker in place of its data, for which ``splice``
later puts the original's coded picture. Sources: ISO 15930-7 (PDF/X-4), ISO 32000-1, XMP part 1.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from contest.publishing.album import profiles
from contest.publishing.album.plan import AlbumPlan

PT_PER_MM: Final = 72 / 25.4
PDF_X: Final = "PDF/X-4"


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
    path: Path, *, plan: AlbumPlan, photographs: Mapping[str, Photograph], built_at: datetime
) -> tuple[bytes, dict[str, bytes]]:
    """Finish a set book up to the photographs' data.

    Args:
        path: What the typesetter wrote.
        photographs: By picture id, as in the plan.
        built_at: Aware moment, for the file's dates.

    Returns:
        The file, small, with a marker as each photograph's data; and the marker of each picture. Its
        identity depends on plan, photographs and moment alone.
    """
    ids = identity(plan, photographs, built_at=built_at)
    # No text of a person can contain a marker: it follows from hashes of everything in the book.
    markers = {picture: f"album-{ids[1]}-{n:06d}".encode() for n, picture in enumerate(photographs)}
    with pikepdf.open(path) as pdf:
        colours = _Colours(pdf)
        for ident, image in stand_ins(pdf):
            _dress(image, photographs[ident], colours)
            image.write(markers[ident], filter=Name.DCTDecode)
        _set_boxes(pdf, plan)
        _set_intent(pdf)
        _set_identity(pdf, plan, document=ids[0], built_at=built_at)
        out = io.BytesIO()
        pdf.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=True,
            force_version="1.6",
            fix_metadata_version=False,
            static_id=True,
        )
    return out.getvalue(), markers


def identity(plan: AlbumPlan, photographs: Mapping[str, Photograph], *, built_at: datetime) -> tuple[str, str]:
    """Give the file's two ids, 32 hexadecimal digits each: of the book, and of this making of it."""
    book = hashlib.sha256(plan.digest().encode())
    for picture, photograph in sorted(photographs.items()):
        book.update(f"{picture}={photograph.digest}\n".encode())
    made = hashlib.sha256(book.digest() + built_at.isoformat().encode())
    return book.hexdigest()[:32], made.hexdigest()[:32]


def stand_ins(pdf: Pdf) -> Iterator[tuple[str, pikepdf.Object]]:
    """Find each stand-in once, with the picture id in its JPEG comment."""
    seen = set()
    for page in pdf.pages:
        for image in page.resources.get("/XObject", Dictionary()).values():
            is_image = isinstance(image, Stream) and image.get("/Subtype") == Name.Image
            if not is_image or image.objgen in seen:
                continue
            seen.add(image.objgen)
            raw = image.read_raw_bytes()
            length = int.from_bytes(raw[4:6], "big")
            yield raw[6 : 4 + length].decode(), image


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


def _set_boxes(pdf: Pdf, plan: AlbumPlan) -> None:
    design = plan.design
    width, height = design.width_mm * PT_PER_MM, design.height_mm * PT_PER_MM
    edge, bleed = design.margin_mm * PT_PER_MM, design.bleed_mm * PT_PER_MM

    def around(more: float) -> Array:
        low, right, top = edge - more, edge + width + more, edge + height + more
        return Array([round(value, 4) for value in (low, low, right, top)])

    for page in pdf.pages:
        page.obj.MediaBox = around(edge)
        page.obj.TrimBox = around(0)
        page.obj.BleedBox = around(bleed)
    labels = Array()
    for index, page_plan in enumerate(plan.pages):
        is_cover = page_plan.label.startswith("C")
        number = int(page_plan.label.removeprefix("C"))
        style = Dictionary(S=Name.D, St=number)
        if is_cover:
            style.P = String("C")
        labels.append(index)
        labels.append(style)
    pdf.Root.PageLabels = Dictionary(Nums=labels)
    pdf.Root.PageLayout = Name.TwoPageRight
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _set_intent(pdf: Pdf) -> None:
    profile = pdf.make_stream(profiles.press_profile(), N=4)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFX,
        OutputConditionIdentifier=String(profiles.CONDITION),
        OutputCondition=String(profiles.CONDITION_NAME),
        RegistryName=String("http://www.color.org"),
        Info=String(profiles.CONDITION_NAME),
        DestOutputProfile=profile,
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _set_identity(pdf: Pdf, plan: AlbumPlan, *, document: str, built_at: datetime) -> None:
    moment = built_at.replace(microsecond=0)
    producer = f"Typst {version('typst')}, pikepdf {version('pikepdf')}"
    stamp = moment.strftime("D:%Y%m%d%H%M%S") + (moment.strftime("%z")[:3] + "'" + moment.strftime("%z")[3:] + "'")
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(plan.title),
            Creator=String("Contest album"),
            Producer=String(producer),
            CreationDate=String(stamp),
            ModDate=String(stamp),
            Trapped=Name("/False"),
            GTS_PDFXVersion=String(PDF_X),
        )
    )
    pdf.Root.Metadata = pdf.make_stream(
        _xmp(plan.title, producer=producer, moment=moment.isoformat(), document=document).encode(),
        Type=Name.Metadata,
        Subtype=Name.XML,
    )


def _xmp(title: str, *, producer: str, moment: str, document: str) -> str:
    uuid = "-".join((document[:8], document[8:12], document[12:16], document[16:20], document[20:]))
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<xmp:CreatorTool>Contest album</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:{uuid}</xmpMM:DocumentID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<xmpMM:VersionID>1</xmpMM:VersionID>
<pdf:Producer>{escape(producer)}</pdf:Producer>
<pdf:Trapped>False</pdf:Trapped>
<pdfxid:GTS_PDFXVersion>{PDF_X}</pdfxid:GTS_PDFXVersion>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
