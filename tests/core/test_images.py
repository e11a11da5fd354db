"""Photos as phones and strangers send them (promises.md 6.2): a clean small JPEG, or a sentence with the remedy."""

import contextlib
import io
import os
import struct
import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from yiqiao_portal.core.images import clean_photo
from yiqiao_portal.core.sandbox import Refused

SECRET = b"zhang-san-was-here"
RED, BLUE = (200, 30, 30), (30, 30, 200)


def encoded(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def two_halves(size: tuple[int, int] = (40, 20), mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    return picture.convert(mode)


def stored(data: bytes, **options) -> Image.Image:
    return Image.open(io.BytesIO(clean_photo(data, **options).jpeg))


def close(found: tuple, expected: tuple) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(found, expected, strict=True))


def refusal(data: bytes) -> Refused:
    started = time.monotonic()
    with pytest.raises(Refused) as caught:
        clean_photo(data)
    assert time.monotonic() - started < 5
    assert "请" in caught.value.message
    return caught.value


def test_a_photo_becomes_a_small_jpeg_with_a_thumbnail_and_a_name_of_ours():
    photo = clean_photo(io.BytesIO(encoded(two_halves((4000, 3000)))))

    assert (photo.width, photo.height) == (1600, 1200)
    assert Image.open(io.BytesIO(photo.jpeg)).size == (1600, 1200)
    assert Image.open(io.BytesIO(photo.thumbnail)).size == (160, 120)
    assert photo.name.endswith(".jpg")
    assert len(photo.name) == 36
    assert len(photo.jpeg) < 60_000


def test_a_small_photo_is_not_blown_up_and_the_long_side_may_be_chosen():
    data = encoded(two_halves((300, 500)))

    assert stored(data).size == (300, 500)
    assert stored(data, long_side=100).size == (60, 100)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_other_kinds_are_taken(kind):
    photo = stored(encoded(two_halves(), kind))

    assert (photo.format, photo.mode) == ("JPEG", "RGB")
    assert close(photo.getpixel((5, 10)), RED)


def png_of_ones(width: int, height: int) -> bytes:
    """A 1-bit PNG packed line by line, so that the test never holds the picture."""
    maker = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    packed = b"".join(maker.compress(line * 100) for _ in range(height // 100)) + maker.flush()
    chunks = [(b"IHDR", struct.pack(">2I5B", width, height, 1, 0, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(c)) + n + c + struct.pack(">I", zlib.crc32(n + c)) for n, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("side", [30_000, 12_000])
def test_i01_pixels_are_counted_before_they_are_decoded(side):
    data = png_of_ones(side, side)
    assert len(data) < 120_000

    started = time.monotonic()
    refused = refusal(data)

    assert time.monotonic() - started < 4
    assert (refused.code, refused.status) == ("too_many_pixels", 413)
    assert "缩小" in refused.message


@pytest.mark.parametrize(
    "tail", [b"<html><script>alert(1)</script>", b"<?php system($_GET[1]); ?>", b"PK\3\4" + bytes(30)]
)
def test_i02_what_is_hidden_behind_or_inside_the_picture_is_gone(tail):
    data = encoded(two_halves(), comment=SECRET + tail) + tail + SECRET

    photo = clean_photo(data)

    assert SECRET in data
    assert SECRET not in photo.jpeg + photo.thumbnail
    assert tail not in photo.jpeg + photo.thumbnail


@pytest.mark.parametrize(
    ("data", "code", "remedy"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "not_photo_svg", "JPG、PNG 或 WebP"),
        (b"\0\0\0\x18ftypheic" + bytes(64), "not_photo_heic", "请在相机设置中选“兼容性最佳”"),
        (b"\0\0\0\x18ftypavif" + bytes(64), "not_photo_avif", "JPG、PNG 或 WebP"),
        (encoded(two_halves(), "TIFF"), "not_photo_tiff", "JPG、PNG 或 WebP"),
        (encoded(two_halves(), "BMP"), "not_photo_bmp", "JPG、PNG 或 WebP"),
        (encoded(two_halves(), "GIF"), "not_photo_gif", "JPG、PNG 或 WebP"),
        (encoded(two_halves(), "ICO"), "not_photo_unknown", "JPG、PNG 或 WebP"),
        (b"%PDF-1.7\n", "not_photo_pdf", "JPG、PNG 或 WebP"),
        (b"", "not_photo_empty", "重新拍摄"),
        (b"\x00\x01\x02\x03", "not_photo_unknown", "JPG、PNG 或 WebP"),
    ],
)
def test_i03_other_kinds_are_told_by_content(data, code, remedy):
    refused = refusal(data)

    assert refused.code == code
    assert remedy in refused.message


def test_i03_of_moving_pictures_the_first_is_kept():
    frames = [Image.new("RGB", (40, 20), colour) for colour in (RED, BLUE)]
    for kind in ("PNG", "WEBP"):
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])

        assert close(stored(data).getpixel((5, 5)), RED)


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (40, 20), (4, 10)),
        (2, (40, 20), (36, 10)),
        (3, (40, 20), (36, 10)),
        (4, (40, 20), (4, 10)),
        (5, (20, 40), (10, 4)),
        (6, (20, 40), (10, 4)),
        (7, (20, 40), (10, 36)),
        (8, (20, 40), (10, 36)),
    ],
)
def test_i04_the_photo_stands_upright(orientation, size, red_at):
    exif = Image.Exif()
    exif[0x0112] = orientation

    photo = stored(encoded(two_halves(), exif=exif))

    assert photo.size == size
    assert close(photo.getpixel(red_at), RED)


def test_i04_position_author_and_profile_are_gone():
    exif = Image.Exif()
    exif[0x013B] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 4.0, 12.5), 3: "E", 4: (120.0, 12.0, 30.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = encoded(two_halves(), exif=exif, icc_profile=profile, comment=SECRET)
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)

    photo = stored(data)

    assert dict(photo.getexif()) == {}
    assert set(photo.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def broken_crc() -> bytes:
    data = bytearray(encoded(two_halves(), "PNG"))
    data[data.index(b"IDAT") + 10] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: encoded(two_halves((400, 300)))[:2000], id="truncated-jpeg"),
        pytest.param(lambda: encoded(two_halves((400, 300)), "WEBP")[:60], id="truncated-webp"),
        pytest.param(lambda: b"\x89PNG\r\n\x1a\n", id="signature-only"),
        pytest.param(broken_crc, id="crc"),
    ],
)
def test_i05_damaged_photos_are_refused(data):
    assert refusal(data()).code == "broken_photo"


def with_alpha(mode: str) -> Image.Image:
    picture = two_halves(mode="RGBA")
    picture.putalpha(Image.new("L", picture.size, 255))
    picture.paste((0, 0, 0, 0), (20, 0, 40, 20))
    return picture.convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_i05_what_is_transparent_becomes_white(mode):
    photo = stored(
        encoded(with_alpha("LA" if mode == "LA" else "RGBA").quantize() if mode == "PA" else with_alpha(mode), "PNG")
    )

    assert close(photo.getpixel((36, 10)), (255, 255, 255))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(lambda: encoded(Image.new("CMYK", (40, 20), (0, 255, 255, 0))), (255, 0, 0), id="cmyk"),
        pytest.param(lambda: encoded(Image.new("I;16", (40, 20), 40_000), "PNG"), (156, 156, 156), id="16-bit"),
        pytest.param(lambda: encoded(Image.new("1", (40, 20), 1), "PNG"), (255, 255, 255), id="1-bit"),
        pytest.param(lambda: encoded(two_halves().quantize(2), "PNG"), RED, id="palette"),
        pytest.param(lambda: encoded(two_halves(), icc_profile=os.urandom(10_000)), RED, id="bad-profile"),
        pytest.param(lambda: encoded(two_halves(), exif=b"Exif\0\0" + os.urandom(500)), RED, id="bad-exif"),
    ],
)
def test_i05_unusual_photos_keep_their_colours(data, expected):
    assert close(stored(data()).getpixel((8, 10)), expected)


def test_i07_eight_megabytes_are_the_limit():
    data = encoded(two_halves())
    refused = refusal(data + bytes(8 * 1024 * 1024))

    assert (refused.code, refused.status) == ("too_large", 413)
    assert "8 MB" in refused.message
    assert stored(data + bytes(8 * 1024 * 1024 - len(data))).size == (40, 20)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_no_damage_raises_anything_else(data):
    content = bytearray(encoded(two_halves(), data.draw(st.sampled_from(["JPEG", "PNG", "WEBP"]))))
    for at in data.draw(st.lists(st.integers(12, len(content) - 1), min_size=1, max_size=8)):
        content[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(Refused):
        assert clean_photo(bytes(content)).jpeg[:2] == b"\xff\xd8"
