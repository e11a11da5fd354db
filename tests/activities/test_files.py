"""Photos and papers of a record: what is kept, what is refused, who sees them."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.activities.test_services import nothing_is_kept, refusal_of
from tests.activities.typed import facts_of, typed
from tests.factories.activities import ActivityFactory, AttachmentFactory, PhotoFactory
from yiqiao_portal.activities.choices import State
from yiqiao_portal.activities.models import Activity, Attachment, Photo
from yiqiao_portal.activities.services import remove_file, update_activity
from yiqiao_portal.audit.models import Entry
from yiqiao_portal.core import recycle
from yiqiao_portal.core.exceptions import Conflict

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
NEW = "/activities/new/theme_day/"
HUGE_SENTENCE = "照片尺寸过大，超过 5000 万像素。请缩小后重新上传。"


def jpeg(name="a.jpg", **options):
    target = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(target, "JPEG", **options)
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def paper(name="签到表.pdf", content=PDF):
    return SimpleUploadedFile(name, content, "application/pdf")


def huge_png(side=30_000):
    """A one-bit picture of 30,000 × 30,000 in a hundred thousand bytes (promises.md I01)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    line = bytes(1 + side // 8) * 100
    data = b"".join(packer.compress(line) for _ in range(side // 100)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return SimpleUploadedFile("全景.png", whole, "image/png")


def with_position():
    exif = Image.Exif()
    exif[0x010E] = "zhang-san-was-here"
    exif.get_ifd(0x8825)[1] = "N"
    return jpeg(exif=exif)


@pytest.fixture
def stored(settings):
    """stored(): the files that lie in the media folder."""
    return lambda: sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


# --- what is kept ---


def test_a_photo_is_kept_clean_under_a_name_of_ours(cast, recorded, stored):
    before = set(stored())

    [photo] = recorded(photos=[with_position()]).photos.all()

    made = set(stored()) - before
    assert {path.name for path in made} == {f"{photo.token.hex}.jpg", f"{photo.token.hex}-small.jpg"}
    assert (photo.width, photo.height, photo.created_by) == (80, 60, cast.branch)
    for path in made:
        content = path.read_bytes()
        assert (b"zhang-san" in content, b"Exif" in content, dict(Image.open(path).getexif())) == (False, False, {})


def test_a_paper_keeps_its_name_as_a_label_only(recorded):
    row = recorded(attachments=[paper("../../etc/签到表\u202e.PDF")])

    [attachment] = row.attachments.all()
    assert (attachment.name, attachment.size) == ("签到表.pdf", len(PDF))
    assert attachment.file.name == f"attachments/{attachment.token.hex[:2]}/{attachment.token.hex}.pdf"


def test_files_are_added_by_a_change(cast, recorded, draft):
    row = recorded(photos=[jpeg()])

    row = update_activity(row, draft(photos=[jpeg()], attachments=[paper()]), by=cast.branch, version=1)

    assert (row.photos.count(), row.attachments.count()) == (2, 1)


# --- what is refused ---


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"photos": [b""] * 10}, ("每条记录最多 9 张照片，请选出最说明问题的几张。", "photos")),
        ({"attachments": [b""] * 10}, ("每条记录最多 9 个附件，请合并后再上传。", "attachments")),
    ],
)
def test_nine_of_each_at_most(recorded, files, said):
    assert refusal_of(recorded, **files) == said
    assert nothing_is_kept()


def test_nine_in_all_however_often_they_come(cast, draft):
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT)
    PhotoFactory.create_batch(8, activity=row)

    message, field = refusal_of(update_activity, row, draft(photos=[b"", b""]), by=cast.branch, version=1)

    row.refresh_from_db()
    assert (field, message[:12]) == ("photos", "每条记录最多 9 张照片")
    assert (row.version, row.photos.count()) == (1, 8)


def test_a_refused_file_leaves_nothing_in_the_folder_either(recorded, stored):
    before = stored()

    message, field = refusal_of(recorded, photos=[jpeg()], attachments=[paper("程序.pdf", b"MZ\x90\x00\x03")])

    assert (field, message.startswith("不能上传这种文件。")) == ("attachments", True)
    assert (stored(), nothing_is_kept()) == (before, True)


def test_nor_does_a_submission_that_is_refused(recorded, stored):
    before = stored()

    refusal_of(recorded, photos=[jpeg()], submit=True, host="")

    assert (stored(), nothing_is_kept()) == (before, True)


def test_a_picture_of_thirty_thousand_pixels_is_413_and_the_words_stay(cast, client_for, stored):
    before = stored()

    answer = client_for(cast.branch).post(NEW, typed(cast.party, photos=huge_png()))

    page = answer.content.decode()
    assert (answer.status_code, answer.context["form"].errors) == (413, {"photos": [HUGE_SENTENCE]})
    assert HUGE_SENTENCE in page
    assert "分组清理河道两岸。" in page
    assert (Activity.objects.count(), stored()) == (0, before)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.result, entry.reason) == ("upload.rejected", "denied", "too_many_pixels")


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.jpg", b"", 400),
        ("a.jpg", b"not a picture", 400),
        ("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", 400),
        ("a.heic", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", 400),
        ("a.jpg", b"\xff\xd8\xff" + b"\x00" * (8 << 20), 413),
    ],
)
def test_what_is_no_photo(cast, client_for, name, content, status):
    file = SimpleUploadedFile(name, content, "image/jpeg")

    answer = client_for(cast.branch).post(NEW, typed(cast.party, photos=file))

    assert (answer.status_code, Activity.objects.count()) == (status, 0)
    assert list(answer.context["form"].errors) == ["photos"]
    assert "清洁家园" in answer.content.decode()


def test_a_paper_beyond_twenty_megabytes_is_413(cast, client_for):
    file = paper(content=PDF + b"\x00" * (20 << 20))

    answer = client_for(cast.branch).post(NEW, typed(cast.party, attachments=file))

    assert (answer.status_code, Activity.objects.count()) == (413, 0)
    assert answer.context["form"].errors == {"attachments": ["附件超过 20 MB。请压缩图片或拆成几份后重新上传。"]}


def test_several_files_come_in_one_field(cast, client_for):
    files = {"photos": [jpeg("1.jpg"), jpeg("2.jpg")], "attachments": [paper("1.pdf"), paper("2.pdf")]}

    answer = client_for(cast.branch).post(NEW, typed(cast.party) | files)

    assert answer.status_code == 302
    assert (Photo.objects.count(), Attachment.objects.count()) == (2, 2)


# --- who sees them ---

READERS = {"town", "leader", "branch"}
ROLES = ["town", "leader", "branch", "sub_branch", "other_branch", "grid", "unit", "liaison", "sysadmin", "stranger"]


@pytest.fixture
def addresses(cast):
    """The three addresses of the files of a record of 渔浦社区, with 示例单位一 as partner."""

    def make(state):
        row = ActivityFactory(organisation=cast.party, state=state, partners=[cast.partner])
        photo, attachment = PhotoFactory(activity=row), AttachmentFactory(activity=row)
        base = "/activities/photos"
        return row, [
            f"{base}/{photo.token}.jpg",
            f"{base}/{photo.token}/small.jpg",
            f"/activities/attachments/{attachment.token}/",
        ]

    return make


@pytest.mark.parametrize("state", State)
def test_files_are_seen_with_their_record(cast, client_for, addresses, state):
    _, urls = addresses(state)
    readers = READERS | ({"liaison"} if state in {State.SUBMITTED, State.CONFIRMED} else set())

    seen = {role: {client_for(getattr(cast, role)).get(url).status_code for url in urls} for role in ROLES}

    assert seen == {role: {200 if role in readers else 404} for role in ROLES}


def test_files_of_a_removed_record_are_gone(cast, client_for, addresses):
    row, urls = addresses(State.DRAFT)
    recycle.remove(row, by=cast.branch, action="activity.remove")

    assert {client_for(cast.branch).get(url).status_code for url in urls} == {404}


def test_nobody_sees_them_without_signing_in(client, addresses):
    _, urls = addresses(State.CONFIRMED)

    assert {(answer.status_code, answer.url.split("?")[0]) for answer in map(client.get, urls)} == {
        (302, "/accounts/login/")
    }


def test_files_are_served_harmless(cast, client_for, addresses):
    _, urls = addresses(State.CONFIRMED)
    client = client_for(cast.branch)

    heads = [client.get(url).headers for url in urls]

    assert {(h["Content-Security-Policy"], h["Cache-Control"], h["X-Content-Type-Options"]) for h in heads} == {
        ("sandbox; default-src 'none'", "private, no-store", "nosniff")
    }
    assert [h["Content-Type"] for h in heads] == ["image/jpeg", "image/jpeg", "application/pdf"]
    assert "attachment; filename*=utf-8''%E7%AD%BE%E5%88%B0%E8%A1%A8.pdf" in heads[2]["Content-Disposition"]


# --- taking them off ---


@pytest.mark.parametrize("factory", [PhotoFactory, AttachmentFactory])
def test_taking_a_file_off_removes_it_from_the_folder(
    cast, client_for, stored, django_capture_on_commit_callbacks, factory
):
    before = stored()
    row = factory(activity__organisation=cast.party, activity__state=State.DRAFT)
    kind = row._meta.model_name
    url = f"/activities/{kind}s/{row.pk}/remove/"

    with django_capture_on_commit_callbacks(execute=True):
        answer = client_for(cast.branch).post(url)

    assert (answer.status_code, answer.url) == (302, f"/activities/{row.activity_id}/")
    assert (type(row).objects.count(), stored()) == (0, before)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.fields) == ("activity.remove_file", [kind])


@pytest.mark.parametrize("state", [State.SUBMITTED, State.CONFIRMED])
def test_not_off_a_record_that_is_handed_in(cast, client_for, state):
    photo = PhotoFactory(activity__organisation=cast.party, activity__state=state)
    client = client_for(cast.branch)

    answers = [client.get(url).status_code for url in [f"/activities/photos/{photo.pk}/remove/"]]
    answers.append(client.post(f"/activities/photos/{photo.pk}/remove/").status_code)

    assert (answers, Photo.objects.count()) == ([409, 409], 1)
    with pytest.raises(Conflict, match="不能再删文件"):
        remove_file(photo, by=cast.branch)


@pytest.mark.parametrize(("role", "status"), [("leader", 403), ("other_branch", 404), ("liaison", 404), ("grid", 404)])
def test_nobody_else_takes_files_off(cast, client_for, role, status):
    activity = ActivityFactory(organisation=cast.party, state=State.DRAFT, partners=[cast.partner])
    photo = PhotoFactory(activity=activity)

    answer = client_for(getattr(cast, role)).post(f"/activities/photos/{photo.pk}/remove/")

    assert (answer.status_code, Photo.objects.count()) == (status, 1)


def test_a_change_without_files_leaves_them(cast, client_for):
    row = ActivityFactory(organisation=cast.party, state=State.DRAFT)
    PhotoFactory(activity=row)

    answer = client_for(cast.branch).post(f"/activities/{row.pk}/edit/", facts_of(row))

    assert (answer.status_code, row.photos.count()) == (302, 1)


def test_not_off_a_record_that_was_handed_in_meanwhile(cast):
    photo = PhotoFactory(activity__organisation=cast.party, activity__state=State.DRAFT)
    Activity.objects.filter(pk=photo.activity_id).update(state=State.SUBMITTED)

    with pytest.raises(Conflict, match="不能再删文件"):
        remove_file(photo, by=cast.branch)
