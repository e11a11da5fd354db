"""Progress notes: short, with pictures if one likes, seen with their project."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from alliances.choices import ProjectState
from alliances.models import Progress, ProgressPhoto
from alliances.services.projects import MOST_PHOTOS, add_progress
from tests.alliances.started import project_of
from tests.factories import alliances as make
from yiqiao_portal.core.exceptions import Conflict, DomainError
from yiqiao_portal.core.sandbox import Refused

KEY = "5f0c7c1e-3f6e-4c43-9d9e-0c2b8f4f2f98"


def picture(name: str = "a.jpg") -> SimpleUploadedFile:
    """A small photo with a note about its author in it."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = "王丙"
    Image.new("RGB", (60, 40), "green").save(file, "JPEG", exif=exif)
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def note(**changes) -> dict:
    return {"text": "完成清淤 300 米。", "day": make.day(0)} | changes


@pytest.mark.parametrize(("actor", "unit"), [("liaison", "partner"), ("unit", "unit_org"), ("town", "partner")])
def test_lead_and_helpers_report_for_themselves(cast, actor, unit):
    made = add_progress(project_of(cast), note(), by=getattr(cast, actor))

    assert (made.organisation, made.photos.count()) == (getattr(cast, unit), 0)


@pytest.mark.parametrize("actor", ["branch", "other_branch"])
def test_nobody_else_reports(cast, actor):
    with pytest.raises(DomainError, match="只有牵头单位"):
        add_progress(project_of(cast), note(), by=getattr(cast, actor))


@pytest.mark.parametrize(
    ("day", "words"), [(1, "不能晚于今天"), (-21, "不能早于项目开始日期")], ids=["tomorrow", "before it began"]
)
def test_days_that_cannot_be(cast, day, words):
    with pytest.raises(DomainError, match=words) as refused:
        add_progress(project_of(cast), note(day=make.day(day)), by=cast.liaison)

    assert refused.value.field == "day"


@pytest.mark.parametrize("state", [ProjectState.DONE, ProjectState.STOPPED])
def test_what_is_over_gets_no_notes(cast, state):
    with pytest.raises(Conflict, match="不能再补充"):
        add_progress(project_of(cast, state), note(), by=cast.liaison)


def test_only_the_cleaned_picture_is_kept(cast):
    made = add_progress(project_of(cast), note(), by=cast.liaison, photos=[picture(), picture()])

    photos = list(made.photos.all())
    assert [(photo.width, photo.height) for photo in photos] == [(60, 40)] * 2
    assert all(b"Exif" not in photo.image.read() for photo in photos)


@pytest.mark.parametrize("photos", [[SimpleUploadedFile("a.jpg", b"no picture")], [picture()] * (MOST_PHOTOS + 1)])
def test_a_refused_picture_leaves_no_note(cast, photos):
    with pytest.raises((Refused, DomainError)) as refused:
        add_progress(project_of(cast), note(), by=cast.liaison, photos=photos)

    assert (refused.value.field, Progress.objects.count()) == ("photos", 0)


def test_three_fields_and_two_are_enough(cast, client_for):
    project, client = project_of(cast), client_for(cast.unit)
    url = reverse("alliances:progress_new", args=[project.pk])

    shown = client.get(url).context["form"]
    answers = [client.post(url, note(idempotency_key=KEY)).headers["Location"] for _ in range(2)]

    assert (list(shown.fields), shown["day"].value()) == (["text", "day", "photos"], make.day(0))
    assert (answers, Progress.objects.count()) == ([Progress.objects.get().get_absolute_url()] * 2, 1)


def test_typed_words_stay_when_the_picture_is_refused(cast, client_for):
    url = reverse("alliances:progress_new", args=[project_of(cast).pk])
    broken = SimpleUploadedFile("a.jpg", b"no picture", content_type="image/jpeg")

    response = client_for(cast.liaison).post(url, note(idempotency_key=KEY, photos=broken))

    assert (response.status_code, list(response.context["form"].errors)) == (400, ["photos"])
    assert response.context["form"]["text"].value() == "完成清淤 300 米。"


@pytest.mark.parametrize(
    ("actor", "code"), [("liaison", 200), ("unit", 200), ("branch", 200), ("other_branch", 404), ("sysadmin", 404)]
)
@pytest.mark.parametrize("name", ["progress_photo", "progress_photo_small"])
def test_pictures_are_for_those_who_see_the_project(cast, client_for, actor, code, name):
    made = add_progress(project_of(cast), note(), by=cast.liaison, photos=[picture()])

    response = client_for(getattr(cast, actor)).get(reverse(f"alliances:{name}", args=[made.photos.get().token]))

    assert response.status_code == code
    if code == 200:
        assert response.headers["Cache-Control"] == "private, no-store"
        assert Image.open(io.BytesIO(b"".join(response))).format == "JPEG"


def test_the_page_shows_notes_with_pictures_newest_first(cast, client_for):
    project = project_of(cast)
    add_progress(project, note(day=make.day(-2), text="先勘查。"), by=cast.unit)
    add_progress(project, note(), by=cast.liaison, photos=[picture()])

    page = client_for(cast.branch).get(project.get_absolute_url()).content.decode()

    photo = ProgressPhoto.objects.get()
    assert page.index("完成清淤 300 米。") < page.index("先勘查。")
    assert reverse("alliances:progress_photo_small", args=[photo.token]) in page


def test_a_note_written_by_mistake_goes_with_its_pictures(cast, client_for):
    made = add_progress(project_of(cast), note(), by=cast.unit, photos=[picture()])
    token, client = made.photos.get().token, client_for(cast.unit)

    client.post(reverse("alliances:progress_remove", args=[made.pk]))

    assert (Progress.objects.alive().count(), Progress.objects.removed().count()) == (0, 1)
    assert client.get(reverse("alliances:progress_photo", args=[token])).status_code == 404


def test_a_note_of_another_unit_is_not_taken_back(cast, client_for):
    made = add_progress(project_of(cast), note(), by=cast.liaison)

    assert client_for(cast.unit).post(reverse("alliances:progress_remove", args=[made.pk])).status_code == 403
    assert Progress.objects.alive().count() == 1
