"""Photos as they are stored: opened in the sandbox, turned upright, made small, stripped of everything but the picture.

What is stored is never the uploaded file but a new JPEG, so nothing hidden in the original (position, author, a second
file behind the first) can reach another reader.
"""

import io
import struct
import uuid
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin

from yiqiao_portal.core import sandbox
from yiqiao_portal.core.sandbox import MIB, Limits, Refused, RefusedTooLarge, Sentences
from yiqiao_portal.core.sniff import sniff

SIZE_LIMIT = 8 * MIB
PIXEL_LIMIT = 50_000_000
LONG_SIDE = 1600
QUALITY = 72
THUMBNAIL_SIDE = 160
FORMATS = ["JPEG", "PNG", "WEBP"]
KINDS = {"jpeg", "png", "webp"}
LIMITS = Limits(cpu=10, wall=15, output=24 * MIB)
SIZES = struct.Struct(">4I")  # width, height, bytes of the picture, bytes of the thumbnail
BROKEN = "照片不完整或已损坏，无法打开。请重新拍摄或重新保存后上传。"
TOO_BIG = "照片超过 8 MB。请在手机相册中选择较小的尺寸，或截图后上传。"
TOO_MANY_PIXELS = "照片尺寸过大，超过 5000 万像素。请缩小后重新上传。"
EMPTY = "照片文件是空的。请重新拍摄或重新选择后上传。"
APPLE = "这是苹果手机的高效格式，无法读取。请在相机设置中选“兼容性最佳”，重新拍摄，或截图后上传。"
OTHER = "这不是可用的照片格式。请选择 JPG、PNG 或 WebP 照片上传。"
PROBLEMS = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, EOFError, struct.error)

# The child can open no file later, so the readers must be there from the start. A JPEG of two pictures (many phones
# make them) needs the MPO reader.
Image.preinit()
READERS = (JpegImagePlugin, MpoImagePlugin, PngImagePlugin, WebPImagePlugin)


@dataclass(frozen=True)
class CleanPhoto:
    """A stored photo: JPEG bytes with their size in pixels, a thumbnail of at most 160 pixels, and a name we made."""

    jpeg: bytes
    width: int
    height: int
    thumbnail: bytes
    name: str


def clean_photo(file: BinaryIO | bytes, *, long_side: int = LONG_SIDE, quality: int = QUALITY) -> CleanPhoto:
    """A JPEG, PNG or WebP upload as a small upright JPEG without metadata.

    Raises Refused or RefusedTooLarge (8 MB, 50 million pixels) with the remedy, never anything else. Name, extension
    and content type of the upload are not looked at.
    """
    data = sandbox.read_limited(file, SIZE_LIMIT, TOO_BIG)
    kind = sniff(data)
    if kind not in KINDS:
        raise Refused({"empty": EMPTY, "heic": APPLE}.get(kind, OTHER), code=f"not_photo_{kind}")
    options = {"long_side": long_side, "quality": quality}
    sentences = Sentences(broken=BROKEN, heavy=TOO_MANY_PIXELS)
    answer = sandbox.run("yiqiao_portal.core.images:rebuild", data, options, sentences=sentences, limits=LIMITS)
    width, height, size, _ = SIZES.unpack_from(answer)
    jpeg, thumbnail = answer[SIZES.size : SIZES.size + size], answer[SIZES.size + size :]
    return CleanPhoto(jpeg, width, height, thumbnail, f"{uuid.uuid4().hex}.jpg")


def rebuild(data: bytes, options: dict) -> bytes:
    """Entry of the sandbox: sizes, then the new picture, then its thumbnail."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands in _check, and refuses where Pillow would only warn
    try:
        with warnings.catch_warnings(action="ignore"):
            picture = _small(data, options["long_side"])
    except PROBLEMS as error:
        raise Refused(BROKEN, code="broken_photo") from error
    small = picture.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    jpeg, thumbnail = _jpeg(picture, options["quality"]), _jpeg(small, QUALITY)
    return SIZES.pack(*picture.size, len(jpeg), len(thumbnail)) + jpeg + thumbnail


def _small(data: bytes, long_side: int) -> Image.Image:
    """The upright picture in RGB within the long side, free of metadata."""
    _check(data)
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    picture.draft("RGB", (long_side * 2, long_side * 2))  # a JPEG is decoded at a fraction of its size
    picture.load()
    profile = picture.info.get("icc_profile")
    picture = _without_depth(picture)
    picture.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    return _flat(_in_srgb(_upright(picture), profile))


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; a picture with a damaged note about that stays as it is."""
    try:
        return ImageOps.exif_transpose(picture)
    except PROBLEMS:
        return picture


def _check(data: bytes) -> None:
    """Pixels counted from the header before a single one is decoded, then the checksums."""
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > PIXEL_LIMIT:
        raise RefusedTooLarge(TOO_MANY_PIXELS, code="too_many_pixels")
    picture.verify()


def _without_depth(picture: Image.Image) -> Image.Image:
    """8 bits a channel, alpha where there was any: palette, 1-bit and 16-bit pictures cannot be resized well."""
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in {"RGB", "L", "CMYK"} and "transparency" not in picture.info:
        return picture
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours of the camera's profile as the web shows them; a profile that cannot be read is passed over."""
    if not profile or picture.mode not in {"RGB", "CMYK"}:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, *PROBLEMS):
        return picture


def _flat(picture: Image.Image) -> Image.Image:
    """RGB on white, in a new picture that carries no information of the old."""
    flat = Image.new("RGB", picture.size, "white")
    if picture.mode == "RGBA":
        flat.paste(picture, mask=picture.getchannel("A"))
    else:
        flat.paste(picture.convert("RGB"))
    return flat


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()
