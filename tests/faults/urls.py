"""What the faults need and no portal has: a write that takes its time, a letter by its number."""

import datetime as dt
import time

from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from common.models import Holiday
from config.urls import *  # noqa: F403
from config.urls import urlpatterns
from notices import actions


@csrf_exempt
@login_not_required
@transaction.atomic
def write(request, number):
    """Two rows or none, a while apart: a holiday and the first line of its history."""
    with transaction.atomic():
        day = Holiday(day=dt.date(2100, 1, 1) + dt.timedelta(days=number), name=str(number))
        day.skip_history_when_saving = True
        day.save()
        time.sleep(0.05)
        del day.skip_history_when_saving
        day.save()
    return HttpResponse(status=201)


@csrf_exempt
@login_not_required
def tell(request, number):
    """Somebody is told something by e-mail."""
    user, _created = User.objects.get_or_create(
        username=f"told{number}", defaults={"name": f"第{number}位", "email": f"told{number}@example.cn"}
    )
    actions.tell(user, kind="test.told", subject="请看一件事", key=f"test:{number}")
    return HttpResponse(status=201)


urlpatterns += [path("write/<int:number>/", write), path("tell/<int:number>/", tell)]
