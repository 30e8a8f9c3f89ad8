"""``python -m bench.pages`` makes what the measuring needs in a portal that holds the demonstration, and tells of it.

It prints the pages that ``home.bench`` registers with addresses, cookies and queries, and makes people who can sign in.
"""

import json
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 what follows needs the apps
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.sign_in import PASSWORD, PEOPLE  # noqa: E402
from common import memory  # noqa: E402
from home.bench import PAGES  # noqa: E402

SIGN_INS = {"unit_officer": "unit"}  # whose name in the demonstration is not that of the role


def main():
    people = [f"hall{number}" for number in range(PEOPLE)]
    password = make_password(PASSWORD)
    User.objects.bulk_create(User(username=name, name="与会者", password=password) for name in people)
    print(json.dumps({"pages": [told(page) for page in PAGES], "people": people}))


def told(page) -> dict:
    client = Client(headers={"host": "127.0.0.1"})
    if page.by:
        user = User.objects.get(username=SIGN_INS.get(page.by, page.by))
        client.force_login(user, "accounts.backends.PhoneOrNameBackend")
    address = page.address()
    for _time in range(2):  # a session writes its first step; templates are read
        response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{page.name} {address} answers {response.status_code}")
    memory.forget()
    begin = time.perf_counter()
    client.get(address)
    after_a_change = time.perf_counter() - begin
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    return {
        "name": page.name,
        "address": address,
        "against": page.against,
        "cookie": f"{settings.SESSION_COOKIE_NAME}={cookie.value}" if cookie else "",
        "queries": len(queries),
        "after_a_change_ms": round(after_a_change * 1000, 1),
        "kept": page.kept and not page.by,
    }


if __name__ == "__main__":
    main()
