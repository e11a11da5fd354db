"""Forms that are for those who take part in an alliance."""

from django.shortcuts import render


class MembersOnly:
    """A form whose alliance cannot be chosen is not shown; the page says whom to ask instead."""

    def show(self, form, *, status: int = 200):
        if form.fields["alliance"].queryset.exists():
            return super().show(form, status=status)
        context = self.get_context_data(form=form, founds=self.request.user.has_perm("alliances.add_alliance"))
        return render(self.request, "alliances/no_alliance.html", context, status=status)
