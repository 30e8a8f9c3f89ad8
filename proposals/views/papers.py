"""The printed forms: which there are of a suggestion, and each on a sheet that prints on A4."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from common import audit, clock
from common.access import found

from .. import papers, rules
from ..forms.reading import CommitmentSearch
from ..models import Commitment, KeyItem, Suggestion
from ..papers import sheets
from .reading import register_of


def index(request, pk):
    """Every form of a suggestion that this person may print."""
    suggestion = found(Suggestion.objects.known_to(request.user), request.user, pk=pk)
    context = {"suggestion": suggestion, "offers": papers.offered(request.user, suggestion)}
    return render(request, "proposals/papers/index.html", context)


def paper(request, kind, pk):
    """One form; 404 for one that does not exist or is not for this person."""
    form = papers.FORMS.get(kind)
    record = get_object_or_404(form.model, pk=pk) if form else None
    if record is None or not form.may_print(request.user, record):
        raise Http404
    audit.record("suggestion.printed", about=record)
    about = record if isinstance(record, KeyItem) else rules.suggestion_of(record)
    return render(request, "proposals/papers/paper.html", {"paper": form.compose(record), "about": about})


def promises(request):
    """The register of commitments as a list to be printed, narrowed by the same filters."""
    chosen = CommitmentSearch(request.GET).chosen()
    register = register_of(request.user, chosen)
    if state := chosen.get("state"):
        register = register.counted_as(state, clock.today())
    audit.record("suggestion.printed", about=Commitment)
    paper = sheets.promises(register.order_by("due_on", "pk"))
    return render(request, "proposals/papers/paper.html", {"paper": paper})
