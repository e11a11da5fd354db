"""What a file is by its first bytes, whatever its name and its sender say."""

import re

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
MARKUP = (
    (re.compile(rb"<svg[\s>]", re.IGNORECASE), "svg"),
    (re.compile(rb"<(!doctype\s+html|html|table|body|meta)[\s>]", re.IGNORECASE), "html"),
    (re.compile(rb"^<\?xml"), "xml"),
)
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(data: bytes) -> str:
    """empty, zip, ole, encrypted, pdf, jpeg, png, webp, gif, bmp, tiff, heic, avif, svg, html, xml, text or unknown."""
    if not data.strip():
        return "empty"
    for signature, kind in SIGNATURES:
        if data.startswith(signature):
            return kind
    return _container(data) or _textual(data[:4096])


def _container(data: bytes) -> str:
    if data.startswith(OLE):
        return "encrypted" if "EncryptedPackage".encode("utf-16-le") in data else "ole"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp":
        return "heic" if data[8:12] in HEIC_BRANDS else "avif" if data[8:12] in AVIF_BRANDS else "unknown"
    return ""


def _textual(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, kind in MARKUP:
        if pattern.search(head):
            return kind
    return "unknown" if BINARY.search(head) else "text"
