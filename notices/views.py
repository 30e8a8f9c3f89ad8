"""The notice centre: what I was told, newest first, and how I want to be told."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.access import found
from common.paging import keyset_page

from . import actions
from .forms import ChoicesForm
from .models import Choices, Notice


def notice_list(request):
    page = keyset_page(Notice.objects.of(request.user), request.GET, order=("-created_at", "-pk"))
    return render(request, "notices/list.html", {"page": page})


@require_POST
def read(request, pk):
    """Open a notice: it counts as read, and its page is shown."""
    notice = found(Notice.objects, request.user, pk=pk)
    actions.read(notice)
    return redirect(notice.link or "notices:list")


@require_POST
def read_all(request):
    actions.read_all(request.user)
    return redirect("notices:list")


def preferences(request):
    """Which notices reach me through which channels."""
    data = request.POST if request.method == "POST" else None
    form = ChoicesForm(Choices.objects.of(request.user), data)
    if form.is_valid():
        is_daily = form.cleaned_data.get("is_daily", form.choices.is_daily)
        actions.choose(request.user, ways=form.ways(), is_daily=is_daily)
        messages.success(request, _("Saved. This holds for what comes from now on."))
        return redirect("notices:preferences")
    return render(request, "notices/preferences.html", {"form": form})
