"""The English sentence for each finding: what was found and what to do, for the person who can do it.

The names in ``%(name)s`` are the finding's parameters. Translated where they are shown, never here.
"""

N_ = str
"""Marks a message for the catalogues' extraction."""

FINDING_SENTENCES: dict[str, str] = {
    "F01.format_not_accepted": N_(
        "This is a %(given)s file; this contest accepts %(accepted)s. Export the picture in that format and"
        " upload it again."
    ),
    "F01.heif_not_accepted": N_(
        "This is a HEIC picture; this contest accepts %(accepted)s. On an iPhone choose Settings, Camera, Formats,"
        " Most Compatible, or export the picture as JPEG, and upload it again."
    ),
    "F01.unknown_format": N_(
        "This file is not a picture we know; this contest accepts %(accepted)s. Please choose the photograph itself."
    ),
    "F01.not_supported_here": N_(
        "This server cannot open %(given)s pictures yet. Please export the picture as JPEG and upload it again."
    ),
    "F02.empty": N_("The file is empty. Please choose it again on your device and upload it once more."),
    "F02.unreadable": N_("The file is damaged or incomplete. Please upload it again from the original."),
    "F02.pixels_missing": N_(
        "Part of the picture seems to be missing. Please open the file, look at it, and upload the original again."
    ),
    "F03.too_many_pixels": N_(
        "The picture has %(given_mp)s megapixels; up to %(limit_mp)s can be processed. Please export it smaller."
    ),
    "F03.too_many_scans": N_(
        "The file is built in a way that would take too long to open. Please export the picture again as a"
        " standard JPEG."
    ),
    "F03.too_many_parts": N_(
        "The file has far more parts than a photograph needs. Please export the picture again as a standard JPEG."
    ),
    "F03.too_many_directories": N_(
        "The file's metadata are built in a way that cannot be read safely. Please export the picture again."
    ),
    "F03.too_much_metadata": N_(
        "The file carries more metadata than a photograph needs. Please export the picture again."
    ),
    "F03.metadata_inflates": N_(
        "The file's metadata grow beyond all measure when opened. Please export the picture again."
    ),
    "F03.too_much_memory": N_(
        "The picture is too large to be processed in this form. Please export it as a standard (baseline) JPEG."
    ),
    "F04.extra_data": N_(
        "%(given_kb)s KB of other data follow the picture. The jury never sees them; you need not do anything."
    ),
    "F04.foreign_data": N_(
        "A %(kind)s file is hidden behind the picture. Please export the photograph again and upload it without it."
    ),
    "F05.too_few_bytes": N_(
        "The file has %(given_mb)s MB; this contest asks for at least %(limit_mb)s MB. Export the picture again with"
        " higher quality or at full size."
    ),
    "F05.too_many_bytes": N_(
        "The file has %(given_mb)s MB; this contest accepts up to %(limit_mb)s MB. Export the picture again with"
        " somewhat lower quality."
    ),
    "F05.bytes_or_long_side": N_(
        "The file has %(given_mb)s MB and a long side of %(given_px)s px; this contest asks for at least %(limit_mb)s MB"
        " or %(limit_px)s px. Export the picture again at full size."
    ),
    "F05.no_alternative": N_(
        "The file (%(given)s) meets none of the sizes this contest accepts: %(accepted)s. Export the picture again to"
        " meet one of them."
    ),
    "F06.long_side_too_small": N_(
        "The long side has %(given_px)s px; this contest needs %(limit_px)s px. Export the picture again at full size."
    ),
    "F06.long_side_too_large": N_(
        "The long side has %(given_px)s px; this contest accepts up to %(limit_px)s px. Export the picture smaller."
    ),
    "F06.short_side_too_small": N_(
        "The short side has %(given_px)s px; this contest needs %(limit_px)s px. Export the picture again at full size."
    ),
    "F06.too_wide": N_(
        "The picture is %(given_px)s px wide; this contest accepts up to %(limit_px)s px. Export the picture smaller."
    ),
    "F06.too_high": N_(
        "The picture is %(given_px)s px high; this contest accepts up to %(limit_px)s px. Export the picture smaller."
    ),
    "F07.low_ppi": N_(
        "Printed %(print_mm)s mm long, the picture has %(given_ppi)s ppi; %(good_ppi)s are recommended. If you have a"
        " larger version, please upload that one. The DPI value written in the file plays no part."
    ),
    "F07.fair_ppi": N_(
        "Printed %(print_mm)s mm long, the picture has %(given_ppi)s ppi; %(good_ppi)s are recommended. The DPI value"
        " written in the file plays no part."
    ),
    "F08.several_pictures": N_("The file holds %(given)s pictures. Please upload a single still photograph."),
    "F09.cmyk": N_(
        "The picture is in CMYK. Its colours were converted for the screen: please check the preview, or upload an"
        " RGB version."
    ),
    "F09.lab": N_(
        "The picture is in Lab. Its colours were converted for the screen: please check the preview, or upload an"
        " RGB version."
    ),
    "F09.transparent": N_("The picture has transparent parts; they are shown on white. Please check the preview."),
    "F09.sixteen_bits": N_("The picture has 16 bits per colour; the jury sees it in 8 bits, as screens show it."),
    "F10.no_profile": N_("The file names no colour profile; it is taken as sRGB. Please check the preview."),
    "F10.wide_without_profile": N_(
        "The file says that its colours are not sRGB but carries no profile. Please check the preview, or export the"
        " picture with its profile."
    ),
    "F10.broken_profile": N_(
        "The colour profile is damaged; the picture is taken as sRGB. Please check the preview."
    ),
    "F10.unusual_profile": N_(
        "The colour profile “%(name)s” is uncommon. The colours were converted to sRGB: please check the preview."
    ),
    "F11.turned": N_(
        "The picture is stored in another position (EXIF orientation %(orientation)s) and is shown upright."
    ),
    "F12.strongly_compressed": N_(
        "The picture is strongly compressed (JPEG quality about %(quality)s). Please upload the original file."
    ),
    "F13.messenger_copy": N_(
        "This looks like a copy sent through a chat app (long side %(given_px)s px). Please upload the original file"
        " from the camera or phone; in WeChat, tick “Full Image” when sending."
    ),
    "C01.no_camera_data": N_(
        "No camera data (EXIF) were found. If you have a version that keeps them, please upload that one; film and"
        " scans are fine, just tell us the date."
    ),
    "C02.camera_data_damaged": N_(
        "The camera data (EXIF) are damaged. If you have the original file, please upload that one."
    ),
    "C02.texts_damaged": N_(
        "Texts in the file (%(blocks)s) are damaged and could not be read. Title and author are taken from what you"
        " enter here; you need not do anything."
    ),
    "C03.no_date": N_("The date of capture is missing. Please enter it."),
    "C04.before_the_window": N_(
        "Taken on %(taken)s; this contest accepts pictures taken from %(edge)s on. If the camera's clock was wrong,"
        " please tell us the real date."
    ),
    "C04.after_the_window": N_(
        "Taken on %(taken)s; this contest accepts pictures taken up to and including %(edge)s. If the camera's clock"
        " was wrong, please tell us the real date."
    ),
    "C04.near_the_edge": N_(
        "Taken on %(taken)s by the camera's clock, within a time zone's reach of %(edge)s. This is for information."
    ),
    "C05.implausible_date": N_(
        "The camera's clock looks wrong (%(given)s). Please tell us the real date of capture."
    ),
    "C06.gps_differs": N_("Taken on %(taken)s by the camera's clock, but on %(other)s by GPS (UTC)."),
    "C06.changed_before_taken": N_(
        "Taken on %(taken)s by the camera's clock, but changed on %(other)s already: one of the dates was altered or"
        " a clock was wrong."
    ),
    "C06.xmp_differs": N_(
        "Taken on %(taken)s by the camera's data, but on %(other)s by the editing program's (XMP)."
    ),
    "C07.no_camera_named": N_(
        "The file names no camera. Programs for panoramas and HDR drop it; if you have the original file, keep it"
        " ready."
    ),
    "C07.screenshot": N_("This looks like a picture of a screen (%(size)s px). Please upload the photograph itself."),
    "C07.other_device": N_(
        "This category is for one kind of device; this picture was taken with %(camera)s. Please choose the category"
        " that fits."
    ),
    "C07.device_unknown": N_(
        "This category is for one kind of device, and the file does not name its camera. If you have a version that"
        " keeps the camera data (EXIF), please upload that one."
    ),
    "C08.outside_region": N_(
        "The GPS position is %(beyond_km)s km outside %(region)s. If it is wrong, please tell us where the picture was"
        " taken."
    ),
    "C09.scan": N_("This is a scanned photograph; keep the negative, slide or print at hand."),
    "C09.scan_without_date": N_("This is a scanned photograph. Please enter the date on which it was taken."),
    "E01.edited": N_(
        "Edited with %(software)s. That is fine as far as the rules allow it: tone, colour and crop, mostly."
    ),
    "E02.panorama": N_("The picture carries traces of stitching (panorama)."),
    "E02.focus_stack": N_("The picture carries traces of focus stacking."),
    "E02.hdr": N_("The picture carries traces of an HDR merge."),
    "E02.composite": N_("The picture declares that it was put together from several exposures."),
    "E03.declared_generated": N_(
        "The file declares itself to be AI-generated (%(kind)s); this contest accepts photographs only."
    ),
    "E03.declared_composite": N_(
        "The file declares parts made by AI (%(kind)s). Please tell the organizer what was changed."
    ),
    "E03.declared_edited": N_("The file declares how it was edited (%(kind)s). This is for information."),
    "E04.content_credentials": N_(
        "Content Credentials found, written by %(program)s: %(actions)s. Their signature was not checked."
    ),
    "E04.credentials_damaged": N_("Content Credentials were found but cannot be read. This is for information."),
    "E05.generator_traces": N_(
        "The file carries traces of a picture generator (%(generator)s); this contest accepts photographs only."
    ),
    "E06.aigc_label": N_(
        "The file carries China's label for AI-generated content; this contest accepts photographs only."
    ),
    "E06.aigc_suspected": N_(
        "The file carries China's label for content that may be AI-generated. If it is a photograph, please tell the"
        " organizer how it was made."
    ),
    "E07.thumbnail_differs": N_(
        "The small preview inside the file shows another picture or another crop (%(bits)s of 64 bits differ). Compare"
        " it with the original."
    ),
    "B01.identity_in_metadata": N_(
        "The file's metadata name you, your camera or the place. The jury does not see them; you need not do"
        " anything."
    ),
    "B02.name_in_title": N_(
        "The title gives away whose work it is. Please write a title without name, phone or unit."
    ),
    "B02.name_in_caption": N_(
        "The text about the work gives away whose it is. Please write it without name, phone or unit."
    ),
    "B02.name_in_file_name": N_(
        "The file's name holds your name, phone or unit. The jury does not see it; you need not do anything."
    ),
    "B03.border": N_(
        "The picture has a border of about %(given_px)s px. If the rules forbid borders, please upload it without one."
    ),
    "B04.phone_frame": N_(
        "Below the picture there is a band with lettering, such as phones add. Please upload the picture without it:"
        " in the camera app's settings, switch the watermark off, or remove it in the gallery app's editor."
    ),
    "D01.same_file_same_author": N_(
        "You have already uploaded this photograph, in entry %(entry)s. Please choose another one."
    ),
    "D02.same_file_other_author": N_("The very same file was entered by another author, in entry %(entry)s."),
    "D02.same_pixels_other_author": N_(
        "The same picture, equal in every pixel, was entered by another author, in entry %(entry)s."
    ),
    "D03.alike_same_author": N_(
        "This picture is very similar to one in your entry %(entry)s. Please check that both are meant."
    ),
    "D04.alike_other_author": N_(
        "This picture is very similar to one by another author, in entry %(entry)s. Compare the two under Look-alikes."
    ),
    "D05.alike_earlier_year": N_(
        "This picture is very similar to one of an earlier year, %(archived)s. Compare the two under Look-alikes."
    ),
    "S01.too_few_pictures": N_(
        "A series has %(least)s to %(most)s pictures here; this one has %(given)s. Please add pictures."
    ),
    "S01.too_many_pictures": N_(
        "A series has %(least)s to %(most)s pictures here; this one has %(given)s. Please take some out."
    ),
    "S02.alike": N_(
        "Pictures %(first)s and %(second)s of the series are nearly the same. Please check that both are meant."
    ),
    "S02.several_cameras": N_("The series was taken with several cameras: %(cameras)s."),
    "S02.long_span": N_("The series was taken between %(first)s and %(last)s."),
    "R01.same_capture": N_("Entry and original file agree in what they say of the exposure: %(fields)s."),
    "R01.differs": N_("Entry and original file differ in what they say of the exposure: %(fields)s."),
    "R01.nothing_to_compare": N_(
        "Entry and original file say too little of the exposure to be compared. Please compare the pictures."
    ),
}
