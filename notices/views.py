"""The notice centre: what I was told, newest first."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from common.access import found
from common.paging import keyset_page

from . import actions
from .models import Notice


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
