"""Bodies that no browser of ours sends: foreign encodings, half characters, too much of all (promises.md 6.4)."""

from urllib.parse import quote_from_bytes, urlencode

import pytest

from tests.activities.typed import typed
from yiqiao_portal.activities.models import Activity

NEW = "/activities/new/theme_day/"
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=b0undary"


@pytest.fixture
def branch(cast, client_for):
    return client_for(cast.branch, raise_request_exception=False)


def parts(fields: dict[str, bytes]) -> bytes:
    """A multipart body."""
    lines = [
        b'--b0undary\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in fields.items()
    ]
    return b"".join(lines) + b"--b0undary--\r\n"


def fields(cast, **changes) -> dict[str, bytes]:
    return {name: value.encode() for name, value in typed(cast.party).items()} | changes


def urlencoded(values: dict[str, bytes]) -> bytes:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in values.items()).encode()


def said(answer) -> tuple[int, int]:
    """The status, and how many records there are."""
    return answer.status_code, Activity.objects.count()


GBK = "清洁家园".encode("gbk")


@pytest.mark.parametrize(("body", "content_type"), [(urlencoded, FORM), (parts, PARTS)])
def test_gbk_bytes_are_garbled_and_refused_with_the_rest_kept(cast, branch, body, content_type):
    answer = branch.generic("POST", NEW, body(fields(cast, title=GBK)), content_type)

    assert said(answer) == (400, 0)
    assert "个字是乱码，请从原文件重新复制，粘贴后再提交。" in answer.context["form"].errors["title"][0]
    assert "分组清理河道两岸。" in answer.content.decode()


def test_gbk_that_says_so_is_read_or_refused_but_never_garbled(cast, branch):
    values = {name: value.decode().encode("gbk") for name, value in fields(cast).items()}

    multipart = branch.generic("POST", NEW, parts(values), f"{PARTS}; charset=gbk")
    plain = branch.generic("POST", NEW, urlencoded(values), f"{FORM}; charset=gbk")

    assert (multipart.status_code, plain.status_code) == (302, 400)
    assert Activity.objects.get().title == "清洁家园"


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xff\xfe", b"\xf0\x9f\x98"])
@pytest.mark.parametrize(("body", "content_type"), [(urlencoded, FORM), (parts, PARTS)])
def test_half_characters(cast, branch, raw, body, content_type):
    title = "家".encode() + raw

    answer = branch.generic("POST", NEW, body(fields(cast, title=title)), content_type)

    assert said(answer) == (400, 0)
    assert "第 2 个字是乱码" in answer.context["form"].errors["title"][0]


ENCODINGS = [
    "unicode_escape",
    "raw_unicode_escape",
    "utf-7",
    "utf-16",
    "idna",
    "punycode",
    "hex",
    "rot13",
    "base64",
    "x" * 99,
]


@pytest.mark.parametrize("charset", ENCODINGS)
def test_no_encoding_brings_half_characters_in(cast, branch, charset):
    values = fields(cast, title=b"\\ud800", host=b"+2AA-", do=b"draft\\ud800", **{"agenda-0-title": b"\\ud800"})
    values["roll"] = values["organisation"] = b"\\ud800"

    answer = branch.generic("POST", NEW, parts(values), f"{PARTS}; charset={charset}")

    assert said(answer) == (400, 0)
    assert "提交的文字编码不能识别，请在平台页面上重新填写后提交。" in answer.content.decode()


MANY = [
    "title",
    "organisation",
    "held_on",
    "expected",
    "partners",
    "roll",
    "do",
    "agenda-TOTAL_FORMS",
    "idempotency_key",
]


@pytest.mark.parametrize("name", MANY)
def test_nul_hurts_nobody(cast, branch, name):
    answer = branch.generic("POST", NEW, urlencoded(fields(cast, **{name: b"1\x00"})), FORM)

    assert answer.status_code in {302, 400}
    assert all("\x00" not in row.title for row in Activity.objects.all())


def test_nul_in_the_name_of_a_field(cast, branch):
    answer = branch.generic("POST", NEW, urlencoded(fields(cast)) + b"&roll-%00=1&%00=%00", FORM)

    assert said(answer) == (302, 1)


# --- too much ---


@pytest.mark.parametrize(("body", "content_type"), [(urlencoded, FORM), (parts, PARTS)])
def test_ten_megabytes_of_text_are_413(cast, branch, logged_errors, body, content_type):
    answer = branch.generic("POST", NEW, body(fields(cast, content=b"a" * (10 << 20))), content_type)

    assert said(answer) == (413, 0)
    assert "提交的文字或文件太大：文字总量不超过 5MB，照片每张不超过 8MB。请精简后再提交。" in answer.content.decode()
    assert {record.name for record in logged_errors} <= {"django.security.RequestDataTooBig"}


def test_four_thousand_fields_are_413(cast, branch, logged_errors):
    body = urlencoded(fields(cast)) + b"".join(b"&f%d=1" % number for number in range(4000))

    assert said(branch.generic("POST", NEW, body, FORM)) == (413, 0)


def test_a_hundred_and_one_files_are_413(cast, branch, logged_errors):
    file = b'--b0undary\r\nContent-Disposition: form-data; name="photos"; filename="%d.jpg"\r\n\r\nx\r\n'

    answer = branch.generic("POST", NEW, b"".join(file % n for n in range(101)) + parts(fields(cast)), PARTS)

    assert said(answer) == (413, 0)


# --- no form at all ---

BASE64 = b'--b0undary\r\nContent-Disposition: form-data; name="title"\r\nContent-Transfer-Encoding: base64'
BODIES = [
    (b"", FORM),
    (b"", PARTS),
    (b"", ""),
    (b"{}", "application/json"),
    (b"\x00\x01\x02", "application/octet-stream"),
    (b"=&&=&;", FORM),
    (b"%", FORM),
    (b"--b0undary", PARTS),
    (b"--other\r\n\r\n", PARTS),
    (b"title=a", "multipart/form-data"),
    (b"title=a", "multipart/form-data; boundary=" + "x" * 500),
    (BASE64 + b"\r\n\r\n%%%\r\n--b0undary--", PARTS),
]


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_a_body_that_is_no_form_is_400(cast, branch, number):
    body, content_type = BODIES[number]

    answer = branch.generic("POST", NEW, body, content_type)

    assert said(answer) == (400, 0)
    assert answer.content.decode()


def test_a_longer_list_of_the_same_field_takes_the_last(cast, branch):
    body = urlencode([("title", "先"), *typed(cast.party).items(), ("title", "后")]).encode()

    assert branch.generic("POST", NEW, body, FORM).status_code == 302
    assert Activity.objects.get().title == "后"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"])
def test_other_verbs_change_nothing(cast, branch, method):
    answer = branch.generic(method, NEW, urlencoded(fields(cast)), FORM)

    assert answer.status_code in {200, 405}
    assert Activity.objects.count() == 0
