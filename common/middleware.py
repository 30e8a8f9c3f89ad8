"""What holds for every request: what a browser may load, its language, its size, who is to be named for it, a move that was refused."""

from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from . import audit
from .workflow import MoveRefused


def chosen_language(cookies) -> str:
    """Chinese unless the visitor switched: an office's old browser often claims English without anybody's wish."""
    chosen = cookies.get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class ChosenLanguageMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = chosen_language(request.COOKIES)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class ContentPolicyMiddleware:
    """What a browser may load, as the settings say. Put together once: no view says otherwise, and nothing has a nonce."""

    def __init__(self, get_response):
        self.get_response = get_response
        self.policy = build_policy()

    def __call__(self, request):
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in (404, 500)):  # Django's own, with their own style
            response.headers.setdefault(HEADER, self.policy)
        return response


class RequestSizeMiddleware:
    """Refuse a request that says it is larger than anything the portal takes, before a byte of it is read."""

    LIMIT = 25 * 1024 * 1024

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > self.LIMIT:
            return render(request, "413.html", status=413)
        return self.get_response(request)


class AuditMiddleware:
    """What is recorded while a request is answered came from its visitor and its address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with audit.during(request):
            return self.get_response(request)


class MoveRefusedMiddleware:
    """Show why a move was refused, and the page afresh."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, MoveRefused):
            return None
        messages.warning(request, str(exception))
        back = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
            back = "/"
        return redirect(back)
