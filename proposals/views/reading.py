"""What everybody may read: the list, a suggestion's page, letters, the register of commitments."""

from django.http import Http404


def suggestion_list(request):
    raise Http404


def detail(request, pk):
    raise Http404
