"""A bare Django application with the middleware of ``startproject``: what a page costs before there is a portal.

Four pages: ten constant kilobytes, a list of 25 rows with two dates each in one query, one row of it, and the list for
somebody signed in. ``python -m bench.reference`` makes its tables and prints the cookie of a session.
"""

import datetime as dt
import json
import os

import django
import environ
from django.conf import settings
from django.core.wsgi import get_wsgi_application

BASE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title></head>
<body><nav><a href="/constant">Start</a> {% if user.is_authenticated %}{{ user.username }}{% endif %}</nav>
{% for message in messages %}<p>{{ message }}</p>{% endfor %}{% block main %}{% endblock %}</body></html>"""
LIST = """{% extends "base.html" %}{% block title %}Items{% endblock %}{% block main %}<ul>{% for item in items %}
<li><a href="{% url 'item' item.pk %}">{{ item.title }}</a> <b>{{ item.status }}</b> {{ item.number }}
<time>{{ item.created_at|date:"Y-m-d H:i" }}</time> <time>{{ item.changed_at|date:"Y-m-d H:i" }}</time></li>
{% endfor %}</ul>{% endblock %}"""
ITEM = """{% extends "base.html" %}{% block title %}{{ item.title }}{% endblock %}{% block main %}<h1>{{ item.title }}</h1>
<p>{{ item.body|linebreaks }}</p><time>{{ item.created_at|date:"Y-m-d H:i" }}</time>{% endblock %}"""
TEMPLATES = {"base.html": BASE, "list.html": LIST, "item.html": ITEM}

settings.configure(
    SECRET_KEY="a bare application has no secrets",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": environ.Env.db_url_config(os.environ["DATABASE_URL"]) | {"CONN_MAX_AGE": 60}},
    INSTALLED_APPS=[
        "bench",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", TEMPLATES)],
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
            },
        }
    ],
)
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402 what follows needs them
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.shortcuts import get_object_or_404, render  # noqa: E402
from django.urls import path  # noqa: E402
from django.utils import timezone  # noqa: E402

PAGES = {"constant": "/constant", "list": "/list", "item": "/item/250", "list, signed in": "/mine"}
ROWS = 500
TEN_KILOBYTES = "<!doctype html><p>" + "真代实表 " * 787


class Item(models.Model):
    title = models.CharField(max_length=100)
    body = models.TextField()
    status = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        app_label = "bench"
        indexes = [models.Index(fields=["-created_at", "-id"], name="item_newest")]

    def __str__(self):
        return self.title


def constant(request):
    return HttpResponse(TEN_KILOBYTES)


def newest(request):
    return render(request, "list.html", {"items": Item.objects.order_by("-created_at", "-pk")[:25]})


def item(request, pk):
    return render(request, "item.html", {"item": get_object_or_404(Item, pk=pk)})


urlpatterns = [
    path("constant", constant),
    path("list", newest),
    path("item/<int:pk>", item, name="item"),
    path("mine", login_required(newest)),
]
application = get_wsgi_application()


def main():
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Item)
    now = timezone.now()
    Item.objects.bulk_create(
        Item(
            title=f"关于第{n}号道路照明的建议",
            body="路灯坏了。\n\n" * 10,
            status="open",
            number=n,
            created_at=now - dt.timedelta(hours=n),
            changed_at=now,
        )
        for n in range(ROWS)
    )
    user = User.objects.create_user("reader")
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.create()
    cookies = {"list, signed in": f"sessionid={session.session_key}"}
    print(json.dumps([{"name": n, "address": a, "cookie": cookies.get(n, "")} for n, a in PAGES.items()]))


if __name__ == "__main__":
    main()
