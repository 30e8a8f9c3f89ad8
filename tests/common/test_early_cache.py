"""Public pages as ready bytes: who gets them, what never gets in, and that every change shows at once."""

import datetime as dt
import gzip
import threading
import time
from types import SimpleNamespace

import brotli
import pytest
from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts.models import Unit
from common import early_cache, import_undo, imports, preferences
from common.early_cache import EarlyAnswers, KeptPage, Shelf, best_encoding, public_page
from config.urls import urlpatterns as addresses
from deputies import actions
from deputies.models import DeputyGroup, Mandate

from .. import factories
from ..forms import form_of
from . import tables

pytestmark = pytest.mark.django_db(transaction=True)
LIST = reverse("deputies:list")


@pytest.fixture(autouse=True)
def kept_for_a_minute(settings):
    settings.PAGE_CACHE_SECONDS = 60


@pytest.fixture
def visitor():
    """Somebody without a session."""
    return Client()


def is_kept(response):
    """Whether it was given out as it lay there: no template was rendered."""
    assert response.status_code == 200
    return not response.templates


def keep(client, address):
    client.get(address)
    assert is_kept(client.get(address)), address


# Who gets what


def test_the_second_stranger_gets_the_bytes_of_the_first(visitor):
    first, second = visitor.get("/"), visitor.get("/")
    assert (is_kept(first), is_kept(second)) == (False, True)
    assert second.content == first.content
    same = [
        "Content-Type",
        "Content-Length",
        "Content-Language",
        "Content-Security-Policy",
        "X-Frame-Options",
    ]
    same += ["X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "ETag", "Vary"]
    assert {name: second[name] for name in same} == {name: first[name] for name in same}
    assert second["Cache-Control"] == "no-cache"
    assert {name.strip() for name in second["Vary"].split(",")} == {"Cookie", "Accept-Encoding"}
    assert second["X-Request-ID"] != first["X-Request-ID"]


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("", None, bytes),
        ("identity", None, bytes),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("gzip;q=1.0, br;q=0", "gzip", gzip.decompress),
    ],
)
def test_each_browser_gets_the_best_encoding_it_reads(accepted, encoding, unpack, visitor):
    plain = visitor.get("/").content
    packed = visitor.get("/", headers={"Accept-Encoding": accepted})
    assert packed.get("Content-Encoding") == encoding
    assert unpack(packed.content) == plain
    assert int(packed["Content-Length"]) == len(packed.content)


def test_who_has_the_page_already_is_told_that_it_holds(visitor):
    etag = visitor.get("/")["ETag"]
    again = visitor.get("/", headers={"If-None-Match": etag, "Accept-Encoding": "br"})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    several = f'"other", {etag.removeprefix("W/")}'
    assert visitor.get("/", headers={"If-None-Match": several}).status_code == 304
    assert visitor.get("/", headers={"If-None-Match": '"other"'}).status_code == 200
    factories.AreaFactory()
    factories.MandateFactory()
    assert visitor.get("/", headers={"If-None-Match": etag}).status_code == 200


def test_head_gets_the_headers_alone_and_keeps_nothing(visitor):
    assert not is_kept(visitor.head("/"))
    assert not is_kept(visitor.head("/"))
    page, head = visitor.get("/"), visitor.head("/")
    assert is_kept(head)
    assert (head.content, head["Content-Length"]) == (b"", str(len(page.content)))


def test_a_part_of_a_page_is_the_whole(visitor):
    keep(visitor, "/")
    part = visitor.get("/", headers={"Range": "bytes=0-9"})
    assert part.status_code == 200
    assert part.content == visitor.get("/").content


def test_each_language_is_kept_apart(visitor):
    english = Client()
    english.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "en"
    keep(visitor, "/")
    assert not is_kept(english.get("/"))
    assert is_kept(english.get("/"))
    assert english.get("/")["Content-Language"] == "en"
    assert visitor.get("/")["Content-Language"] == "zh-hans"
    visitor.cookies[django_settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert is_kept(visitor.get("/"))


def test_cookies_of_others_make_no_difference(visitor):
    plain = visitor.get("/").content
    visitor.cookies["_statistics_of_the_city"] = "7"
    again = visitor.get("/")
    assert is_kept(again)
    assert again.content == plain


def test_a_host_that_is_not_ours_gets_nothing_and_keeps_nothing(visitor, settings):
    settings.ALLOWED_HOSTS = ["portal.example"]
    assert visitor.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert visitor.get("/", headers={"Host": "portal.example"}).status_code == 200
    assert visitor.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_strangers_without_https_are_sent_there_all_the_same(visitor, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 3600
    keep_by_https = [visitor.get("/", secure=True) for _time in range(2)]
    assert is_kept(keep_by_https[1])
    assert keep_by_https[1]["Strict-Transport-Security"] == "max-age=3600"
    assert visitor.get("/").status_code == 301


def test_nothing_is_kept_where_the_settings_say_so(settings):
    settings.PAGE_CACHE_SECONDS = 0
    visitor = Client()
    assert [is_kept(visitor.get("/")) for _time in range(2)] == [False, False]


# Before Django


@pytest.fixture
def ask():
    """``ask("/", HTTP_COOKIE="…")``: status, headers and body the web server is given, and whether Django was asked."""
    asked_django = []

    def django(environ, start_response):
        asked_django.append(environ)
        return WSGIHandler()(environ, start_response)

    server = EarlyAnswers(django)

    def asked(address, **environ):
        asked_django.clear()
        told = []
        environ = RequestFactory().get(address).environ | {"HTTP_HOST": "testserver"} | environ
        answer = server(environ, lambda status, headers: told.append((status, dict(headers))))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        [[status, headers]] = told
        return SimpleNamespace(status=status, headers=headers, body=body, of_django=bool(asked_django))

    return asked


def test_the_web_server_gets_a_kept_page_without_asking_django(ask, caplog, django_assert_num_queries):
    page = factories.MandateFactory().deputy.get_absolute_url()
    first = ask(page)
    with django_assert_num_queries(0), caplog.at_level("INFO", logger="portal"):
        second = ask(page)
    assert (first.of_django, second.of_django) == (True, False)
    assert (second.status, second.body) == (first.status, first.body)
    numbers = [one.headers.pop("X-Request-ID") for one in (first, second)]
    assert first.headers == second.headers
    assert numbers[0] != numbers[1]
    [line] = [record.fields for record in caplog.records if record.message == "request"]
    assert line | {"ms": 0} == {"method": "GET", "path": page, "status": 200, "ms": 0, "user": None}


def test_before_django_browsers_are_told_the_same_as_behind_it(ask, visitor):
    etag = ask("/").headers["ETag"]
    for environ in [
        {"HTTP_ACCEPT_ENCODING": "br"},
        {"HTTP_IF_NONE_MATCH": etag},
        {"REQUEST_METHOD": "HEAD"},
        {"HTTP_COOKIE": "_statistics=7"},
    ]:
        before, behind = (
            ask("/", **environ),
            visitor.generic(environ.get("REQUEST_METHOD", "GET"), "/", **environ),
        )
        assert not before.of_django, environ
        assert before.status == f"{behind.status_code} {behind.reason_phrase}"
        assert before.body == behind.content
        assert before.headers.keys() == behind.headers.keys()


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "POST"},
        {"HTTP_COOKIE": f"{django_settings.SESSION_COOKIE_NAME}=x"},
        {"HTTP_COOKIE": f"{django_settings.LANGUAGE_COOKIE_NAME}=en"},
        {"HTTP_COOKIE": "messages=x"},
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"HTTP_HOST": "evil.example"},
        {"QUERY_STRING": "x=1"},
        {"wsgi.url_scheme": "https"},
        {"SCRIPT_NAME": "/portal"},
    ],
)
def test_whoever_is_no_stranger_or_asks_something_else_comes_to_django(environ, ask):
    ask("/")
    assert not ask("/").of_django
    assert ask("/", **environ).of_django


def test_what_a_proxy_says_of_https_is_part_of_what_is_asked_for(ask, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_SSL_REDIRECT = True
    by_https = {"HTTP_X_FORWARDED_PROTO": "https"}
    ask("/", **by_https)
    assert not ask("/", **by_https).of_django
    assert ask("/", HTTP_X_FORWARDED_PROTO="https,http").of_django
    for environ in [{}, {"HTTP_X_FORWARDED_PROTO": "http"}] * 2:
        assert ask("/", **environ).status == "301 Moved Permanently"


def test_before_django_a_change_shows_at_once(ask, office):
    ask("/accessibility/")
    preferences.change("portal.name", "新的", by=office)
    assert "新的" in ask("/accessibility/").body.decode()


# What never gets in


def test_a_signed_in_page_is_kept_for_nobody_and_a_kept_page_given_to_nobody_signed_in(deputy_user, sign_in):
    deputy = sign_in(deputy_user)
    stranger = Client()
    for _time in range(2):
        assert deputy_user.name in deputy.get("/accessibility/").content.decode()
    assert not is_kept(stranger.get("/accessibility/"))
    assert deputy_user.name not in stranger.get("/accessibility/").content.decode()
    assert deputy_user.name in deputy.get("/accessibility/").content.decode()
    deputy.logout()
    assert deputy_user.name not in deputy.get("/accessibility/").content.decode()


@pytest.mark.parametrize("cookie", [django_settings.SESSION_COOKIE_NAME, "messages"])
def test_who_has_a_session_or_a_message_is_no_stranger(cookie, visitor):
    keep(visitor, "/")
    visitor.cookies[cookie] = "whatever"
    assert not is_kept(visitor.get("/"))


def test_who_says_who_they_are_is_no_stranger(visitor):
    keep(visitor, "/")
    assert not is_kept(visitor.get("/", headers={"Authorization": "Basic eDp5"}))


@pytest.mark.parametrize(
    "query",
    [
        "?x=1",
        "?q=南湖",
        "?level=mayor",
        "?group=0",
        "?level=city&area=3605",
        "?level=city&level=city",
        "?level=%63ity",
        "?level=city&",
        "?after=x",
    ],
)
def test_a_query_is_kept_only_if_there_are_few_such(query, visitor):
    factories.AreaFactory()
    visitor.get(f"{LIST}{query}")
    assert not is_kept(visitor.get(f"{LIST}{query}"))


def test_one_filter_is_kept(visitor):
    factories.AreaFactory()
    for query in ["?level=city", "?area=3605"]:
        keep(visitor, f"{LIST}{query}")


def test_pages_with_a_form_that_writes_are_not_kept(visitor):
    for address in [reverse("account_login"), reverse("home:language")]:
        visitor.get(address)
        assert not is_kept(visitor.get(address)), address


def plain(request):
    return HttpResponse("words")


def with_cookie(request):
    response = HttpResponse("words")
    response.set_cookie("seen", "1")
    return response


def with_form(request):
    return HttpResponse(get_token(request))


def with_message(request):
    request.session["told"] = True
    return HttpResponse("words")


def with_message_told_at_once(request):
    messages.info(request, "saved")
    return HttpResponse("".join(map(str, messages.get_messages(request))))


def missing(request):
    return HttpResponse("words", status=404)


def moved(request):
    return HttpResponse(status=302, headers={"Location": "/"})


def in_parts(request):
    return StreamingHttpResponse([b"words"])


def private(request):
    response = HttpResponse("words")
    patch_cache_control(response, private=True)
    return response


def no_store(request):
    response = HttpResponse("words")
    patch_cache_control(response, no_store=True)
    return response


def over_at_once(request):
    response = HttpResponse("words")
    patch_cache_control(response, max_age=0)
    return response


def for_fragments(request):
    response = HttpResponse("words")
    patch_vary_headers(response, ["HX-Request"])
    return response


def with_nonce(request):
    return HttpResponse("words", headers={"Content-Security-Policy": "script-src 'nonce-abc'"})


def encoded(request):
    return HttpResponse(gzip.compress(b"words"), headers={"Content-Encoding": "gzip"})


def changes_meanwhile(request):
    """Somebody changes what it shows after it was read."""
    other = threading.Thread(target=lambda: (factories.DeputyGroupFactory(), connection.close()))
    before = DeputyGroup.objects.count()
    other.start()
    other.join()
    DeputyGroup.objects.update(liaison=len(asked))
    return HttpResponse(str(before))


asked = []  # which of these views were asked, in order


def counted(view, mark):
    def answer(request):
        asked.append(view)
        return view(request)

    return login_not_required(mark(answer))


VIEWS = [
    with_cookie,
    with_form,
    with_message,
    with_message_told_at_once,
    missing,
    moved,
    in_parts,
    private,
    no_store,
    over_at_once,
]
VIEWS += [for_fragments, with_nonce, encoded, changes_meanwhile]
urlpatterns = [
    path("plain/", counted(plain, public_page())),
    path("unmarked/", counted(plain, lambda view: view)),
    *[path(f"{view.__name__}/", counted(view, public_page())) for view in VIEWS],
    *addresses,
]


@pytest.fixture
def views(settings):
    """Pages that should not get in, though they say that they are public."""
    settings.ROOT_URLCONF = __name__
    asked.clear()
    return asked


def test_a_page_is_public_only_if_it_says_so(views, visitor):
    for address in ["/plain/", "/unmarked/"] * 2:
        visitor.get(address)
    assert len(views) == 3


def test_what_is_sent_is_never_kept(views, visitor):
    for method in [visitor.post, visitor.post, visitor.options, visitor.get, visitor.post]:
        method("/plain/")
    assert len(views) == 5


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_what_belongs_to_one_visitor_or_one_moment_is_not_kept(view, views, visitor):
    for _time in range(2):
        Client.get(visitor, f"/{view.__name__}/")
        visitor.cookies.clear()
    assert views == [view, view]


def test_a_form_s_secret_of_one_visitor_is_given_to_no_other(views, visitor):
    visitor.cookies[django_settings.CSRF_COOKIE_NAME] = "a" * 32
    for _time in range(2):
        Client.get(visitor, "/with_form/")
    assert views == [with_form, with_form]


def test_a_kept_page_asks_the_database_nothing(visitor, django_assert_max_num_queries):
    keep(visitor, "/")
    with django_assert_max_num_queries(0):
        assert is_kept(visitor.get("/"))


# Every change shows at once


@pytest.fixture
def deputy():
    group = factories.DeputyGroupFactory(name="旧组", committee=factories.CommitteeFactory(unit__name="旧委"))
    return factories.MandateFactory(group=group, deputy__name="旧人", deputy__post="旧职").deputy


def edited_in_the_staff_area(deputy, office, sign_in):
    client, address = sign_in(office), reverse("admin:deputies_deputy_change", args=[deputy.pk])
    form = form_of(client.get(address)) | {"post": "新的"}
    assert client.post(address, form).status_code == 302
    return [LIST, deputy.get_absolute_url()]


def imported(deputy, office, sign_in):
    data = tables.csv([["代码", "名称"], ["360502", "新的"]])
    batch = imports.preview(imports.KINDS["areas"], data, "区划.csv", {}, by=office)
    imports.confirm(batch, by=office)
    return ["/", LIST, f"{LIST}?level=city"]


def correction_accepted(deputy, office, sign_in):
    correction = factories.CorrectionFactory(deputy=deputy, old_value="旧职", new_value="新的")
    actions.accept(correction, by=office)
    return [LIST, deputy.get_absolute_url()]


def group_renamed(deputy, office, sign_in):
    DeputyGroup.objects.update(name="新的")
    group = DeputyGroup.objects.get()
    return [
        "/",
        LIST,
        reverse("deputies:groups"),
        group.get_absolute_url(),
        group.committee.get_absolute_url(),
    ]


def committee_renamed(deputy, office, sign_in):
    Unit.objects.filter(name="旧委").update(name="新的")
    return [reverse("deputies:groups"), DeputyGroup.objects.get().get_absolute_url()]


def setting_changed(deputy, office, sign_in):
    preferences.change("portal.name", "新的", by=office)
    return ["/", LIST, reverse("home:accessibility"), deputy.get_absolute_url(), reverse("deputies:groups")]


@pytest.mark.parametrize(
    "change",
    [
        edited_in_the_staff_area,
        imported,
        correction_accepted,
        group_renamed,
        committee_renamed,
        setting_changed,
    ],
)
def test_every_public_page_shows_a_change_at_once(change, deputy, office, sign_in, visitor):
    group = DeputyGroup.objects.get()
    pages = ["/", LIST, f"{LIST}?level=city", reverse("home:accessibility"), reverse("deputies:groups")]
    pages += [deputy.get_absolute_url(), group.get_absolute_url(), group.committee.get_absolute_url()]
    for page in pages:
        keep(visitor, page)
    for page in change(deputy, office, sign_in):
        response = visitor.get(page)
        assert not is_kept(response), page
        assert "新的" in response.content.decode(), page
        assert is_kept(visitor.get(page))


def test_an_import_taken_back_is_gone_at_once(office, visitor, deputy):
    data = tables.csv([["代码", "名称"], ["360521", "分宜县"]])
    batch = imports.preview(imports.KINDS["areas"], data, "区划.csv", {}, by=office)
    imports.confirm(batch, by=office)
    keep(visitor, LIST)
    assert "分宜县" in visitor.get(LIST).content.decode()
    import_undo.undo(batch, by=office)
    assert "分宜县" not in visitor.get(LIST).content.decode()


def test_a_mandate_that_ended_is_gone_at_once(office, visitor, deputy):
    for page in [LIST, deputy.get_absolute_url()]:
        keep(visitor, page)
    actions.end(Mandate.objects.get(), by=office, note="辞职", on=dt.date(2025, 3, 1))
    assert deputy.name not in visitor.get(LIST).content.decode()
    assert visitor.get(deputy.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("verb", ["take away", "withdraw"])
def test_a_photo_is_gone_at_once_when_it_is_taken_away_or_the_consent_withdrawn(
    verb, office, visitor, deputy
):
    actions.change_photo(deputy, factories.picture(), by=office)
    actions.give_consent(deputy, kind="photo", by=office, note="档案1")
    photo = reverse("deputies:photo", args=[deputy.pk, "small"])
    keep(visitor, LIST)
    assert photo in visitor.get(LIST).content.decode()
    if verb == "withdraw":
        actions.withdraw_consent(deputy, kind="photo", by=office, note="来信")
    else:
        actions.change_photo(deputy, None, by=office)
    assert photo not in visitor.get(LIST).content.decode()


def test_a_page_is_made_anew_after_a_minute_in_any_case(visitor, settings):
    settings.PAGE_CACHE_SECONDS = 0.01
    visitor.get("/")
    time.sleep(0.02)
    assert not is_kept(visitor.get("/"))


# The shelf


def page(size):
    return KeptPage("", 0, "", {}, {"": b"x" * size}, "/", None)


def test_what_was_not_asked_for_longest_goes_first(monkeypatch):
    monkeypatch.setattr(early_cache, "MOST_PAGES", 2)
    shelf = Shelf()
    shelf.put("a", page(1))
    shelf.put("b", page(1))
    shelf.get("a")
    shelf.put("c", page(1))
    assert list(shelf.pages) == ["a", "c"]


def test_the_shelf_holds_no_more_bytes_than_it_may(monkeypatch):
    monkeypatch.setattr(early_cache, "MOST_BYTES", 10)
    shelf = Shelf()
    for size in [4, 4, 4]:
        shelf.put(size, page(size))
    shelf.put("a", page(8))
    assert (list(shelf.pages), shelf.bytes) == (["a"], 8)
    shelf.put("b", page(11))
    assert (list(shelf.pages), shelf.bytes) == ([], 0)


def test_encodings_are_read_as_browsers_write_them():
    assert [best_encoding(text) for text in ["", "*", "BR", "gzip;q=0.5", "gzip; q=0.0", "deflate"]] == [
        "",
        "",
        "br",
        "gzip",
        "",
        "",
    ]
