"""Pictures and papers go through a view that asks who may see the activity; there is no public folder."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.views.generic import View

from yiqiao_portal.core.views.edit import ConfirmPage

from .. import services
from ..models import Attachment, Photo
from .writing import EditableOnly

SANDBOX = "sandbox; default-src 'none'"


class FileView(View):
    """Serve one file of an activity within reach."""

    http_method_names = ["get", "head"]
    permission = "activities.view_activity"
    model = None

    def get(self, request, token):
        row = get_object_or_404(self.model.objects.visible_to(request.user).select_related("activity"), token=token)
        if not request.user.has_perm(self.permission, row.activity):
            raise PermissionDenied
        response = self.answer(row)
        response["Cache-Control"] = "private, no-store"
        response["Content-Security-Policy"] = SANDBOX
        return response


class PhotoFile(FileView):
    """A cleaned picture, shown in the page."""

    model = Photo
    small = False

    def answer(self, photo):
        return FileResponse((photo.small if self.small else photo.image).open(), content_type="image/jpeg")


class AttachmentFile(FileView):
    """A paper, always downloaded."""

    model = Attachment

    def answer(self, attachment):
        return FileResponse(attachment.file.open(), as_attachment=True, filename=attachment.name)


class FileRemove(EditableOnly, ConfirmPage):
    """Take a file off a record that may still be changed."""

    permission = "activities.change_activity"
    label = "删除"
    danger = True

    def get_queryset(self):
        return super().get_queryset().select_related("activity")

    def guarded(self):
        return self.object.activity

    def act(self):
        services.remove_file(self.object, by=self.request.user)

    def consequence(self):
        return "删除后不能恢复；记录的其他内容不变。"

    def done_url(self):
        return self.object.activity.get_absolute_url()


class PhotoRemove(FileRemove):
    model = Photo


class AttachmentRemove(FileRemove):
    model = Attachment
