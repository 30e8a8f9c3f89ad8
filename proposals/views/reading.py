"""What everybody may read: the list, enclosures, the register of commitments, key suggestions; for deputies the topics."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import pgettext

from common import clock, memory, uploads
from common.access import found, known, read_later, require
from common.early_cache import public_page
from common.paging import keyset_page

from .. import rules
from ..forms.reading import CommitmentSearch, KeyItemSearch, SuggestionSearch, TopicSearch, years_of
from ..models import Commitment, KeyItem, Progress, ReplyFile, Suggestion, SuggestionFile, Topic
from .lines import KEYS, commitment_lines, suggestion_lines

PUBLIC_PROMISE = (  # what rules ask of it
    Commitment.objects.public()
    .select_related("suggestion")
    .only("suggestion__published_on", "suggestion__publication")
)


@login_not_required
@public_page("year", "category", "result", "state")
def suggestion_list(request):
    """Published suggestions; who signs in may ask for all they may see."""
    form = SuggestionSearch(request.GET, user=request.user)
    chosen = form.chosen()
    text = chosen.get("q", "")
    columns = {"year": "year", "category": "category", "result": "meaning", "state": "state"}
    filters = {column: chosen[name] for name, column in columns.items() if name in chosen}
    if chosen.get("scope"):
        suggestions, order, counted_as = Suggestion.objects.visible_to(request.user), ("-pk",), None
    else:
        suggestions, order = Suggestion.objects.public(), ("-published_on", "-pk")
        counted_as = None if text else ("suggestions", *filters.items())
    suggestions = suggestions.filter(**filters).matching(text, reader=request.user)
    page = keyset_page(suggestions.only(*KEYS), request.GET, order=order, counted_as=counted_as)
    context = {
        "form": form,
        "page": page,
        "lines": suggestion_lines(page.rows),
        "report_years": report_years(request.user),
    }
    return _answer(request, "proposals/reading/list.html", context)


def report_years(user) -> list[int]:
    """The years whose report this visitor may read, newest first."""
    years = years_of(Suggestion.objects.assigned(), "year", "assigned")
    may_read_all = user.has_perm("proposals.view_overview")
    return [year for year in years if may_read_all or year < clock.today().year]


def _answer(request, template, context):
    """The page; one that was asked for with wrong filters is never kept, for there are as many as one likes."""
    response = render(request, template, context)
    if context["form"].errors:
        add_never_cache_headers(response)
    return response


# Files


@login_not_required
def file(request, pk):
    """An enclosure of a suggestion, for who may read the suggestion's text."""
    enclosure = get_object_or_404(SuggestionFile.objects.select_related("suggestion", "file"), pk=pk)
    _require_text(request.user, enclosure.suggestion)
    return uploads.answer(enclosure.file)


@login_not_required
def reply_file(request, pk):
    """An enclosure of a letter, for who may read the letter."""
    letters = ReplyFile.objects.select_related("reply__assignment__suggestion__committee", "file")
    enclosure = get_object_or_404(letters, pk=pk)
    if not request.user.has_perm("proposals.view_reply", enclosure.reply):
        raise Http404
    return uploads.answer(enclosure.file)


@login_not_required
def progress_picture(request, pk, stored_pk, size):
    """A picture that shows how far a promise is."""
    progress = get_object_or_404(Progress.objects.select_related("commitment__suggestion"), pk=pk)
    picture = get_object_or_404(progress.pictures, pk=stored_pk)
    found(Commitment.objects, request.user, pk=progress.commitment_id)
    _require_text(request.user, progress.commitment.suggestion)
    return uploads.answer(picture, size=size)


def _require_text(user, suggestion):
    """404 unless ``user`` may read the suggestion itself, not only its summary."""
    if not user.has_perm("proposals.read_suggestion", suggestion):
        raise Http404


# The register of commitments


@login_not_required
@public_page("unit", "committee", "year", "state")
def commitments(request):
    """The register of what was promised: counters, each of which opens the list it counts."""
    form = CommitmentSearch(request.GET)
    chosen, today = form.chosen(), clock.today()
    state = chosen.pop("state", "")
    register = register_of(request.user, chosen)
    counts = memory.kept(
        ("commitments", request.user.pk or "public", today, *chosen.items()), lambda: register.counts(today)
    )
    listed = register.counted_as(state, today) if state else register
    page = keyset_page(listed.only("due_on"), request.GET, order=("due_on", "pk"), size=15)
    narrowed = {name: form[name].value() for name in chosen}
    counters = [
        {"number": counts[key or "all"], "label": label, "url": f"?{urlencode(narrowed | {'state': key})}"}
        for key, label in (
            ("", pgettext("commitments", "promised")),
            ("kept", pgettext("commitments", "kept and verified")),
            ("late", pgettext("commitments", "late")),
        )
    ]
    context = {
        "form": form,
        "page": page,
        "lines": commitment_lines(page.rows),
        "counters": counters,
        "number": counts[state or "all"],
    }
    return _answer(request, "proposals/reading/commitments.html", context)


def register_of(user, chosen):
    """The promises this visitor may know, of the unit, committee and year that were chosen."""
    columns = {"unit": "unit", "committee": "suggestion__committee", "year": "due_on__year"}
    filters = {columns[name]: chosen[name] for name in columns if name in chosen}
    register = Commitment.objects.filter(**filters)
    return register.visible_to(user).promised() if user.is_authenticated else register.public()


@login_not_required
@public_page()
def commitment(request, pk):
    """One promise: how far it is, how often it was put off, who saw it done."""
    whole = Commitment.objects.for_lists().select_related("verified_by")
    if request.user.is_authenticated:
        commitment = found(whole, request.user, pk=pk)
        reads_text = request.user.has_perm("proposals.read_suggestion", commitment.suggestion)
    else:
        seen = known("commitment", PUBLIC_PROMISE, pk)
        commitment = read_later(whole, pk)
        reads_text = rules.is_published_in_full.test(request.user, seen.suggestion)
    context = {
        "pk": pk,
        "commitment": commitment,
        "reads_text": reads_text,
        "today": clock.today(),
        "progress": SimpleLazyObject(lambda: progress_of(commitment) if reads_text else ()),
        "changes": SimpleLazyObject(lambda: commitment.changes.exclude(move="promise")),
    }
    return render(request, "proposals/reading/commitment.html", context)


def progress_of(commitment):
    return commitment.progress.prefetch_related("pictures").order_by("-pk")


# Key suggestions


@login_not_required
@public_page("year")
def key_items(request):
    """What the council of chairpersons chose in a year; the newest where none is named."""
    form = KeyItemSearch(request.GET)
    years = years_of(KeyItem.objects, "year")
    year = form.chosen().get("year") or (years[0] if years else None)
    context = {"form": form, "year": year, "items": KeyItem.objects.of_year(year).for_lists()}
    return _answer(request, "proposals/reading/key_items.html", context)


@login_not_required
@public_page()
def key_item(request, pk):
    """Who leads its supervision and its handling, which suggestions it bundles, what came of it."""
    user = request.user
    seen = known("key item", KeyItem.objects.only("pk"), pk)
    item = read_later(KeyItem.objects.select_related("committee__unit"), pk)
    follows = user.has_perm("proposals.follow_keyitem", seen)
    context = {
        "pk": pk,
        "item": item,
        "lines": SimpleLazyObject(lambda: lines_of(item, user)),
        "follows": follows,
        "steps": SimpleLazyObject(lambda: item.steps.all() if follows else ()),
    }
    return render(request, "proposals/reading/key_item.html", context)


def lines_of(item, user) -> list[str]:
    suggestions = list(item.suggestions.only(*KEYS).order_by("pk"))
    return suggestion_lines(suggestions, visible_among(suggestions, user))


def visible_among(suggestions, user) -> set[int]:
    """The keys of those this person may see; of the others only the number is told."""
    keys = [suggestion.pk for suggestion in suggestions]
    return set(Suggestion.objects.visible_to(user).filter(pk__in=keys).values_list("pk", flat=True))


# Topics, for deputies and the congress's staff


def topics(request):
    """The topic list of a year; the newest where none is named."""
    require(request.user, "proposals.view_topic")
    form = TopicSearch(request.GET)
    chosen = form.chosen()
    years = years_of(Topic.objects.listed(), "year", "listed")
    year = chosen.get("year") or (years[0] if years else None)
    topics = Topic.objects.listed().filter(year=year).matching(chosen.get("q", "")).with_claims()
    page = keyset_page(
        topics.select_related("category", "contact_unit"), request.GET, order=("number", "pk"), size=50
    )
    deputy = rules.deputy_of(request.user)
    taken = deputy.topic_claims.held().values_list("topic", flat=True) if deputy else ()
    context = {"form": form, "year": year, "page": page, "taken": set(taken)}
    return render(request, "proposals/reading/topics.html", context)


def topic(request, pk):
    """One topic, who works on it, and whether this deputy may take it."""
    topic = found(
        Topic.objects.with_claims().select_related("category", "proposed_by", "contact_unit"),
        request.user,
        pk=pk,
    )
    claims = topic.claims.held().select_related("deputy", "group", "suggestion")
    deputy = rules.deputy_of(request.user)
    own = next((claim for claim in claims if deputy and claim.deputy_id == deputy.pk), None)
    may_claim = topic.is_free and own is None and request.user.has_perm("proposals.claim_topic")
    context = {"topic": topic, "claims": claims, "own": own, "may_claim": may_claim}
    return render(request, "proposals/reading/topic.html", context)
