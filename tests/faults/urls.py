"""What the faults need and no portal has: a write that takes its time, a letter by its number."""

import time

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from config.urls import *  # noqa: F403
from config.urls import urlpatterns
from deputies.admin.people import DeputyAdmin
from deputies.models import Deputy
from notices import actions


class SlowForm(DeputyAdmin):
    """The office's own form, with time to be killed between the record and the log, and between that and the answer."""

    def changeform_view(self, *given):
        answer = super().changeform_view(*given)
        time.sleep(0.05)  # it is committed
        return answer

    def save_related(self, *given):
        time.sleep(0.05)
        super().save_related(*given)


@csrf_exempt
@login_not_required
def tell(request, number):
    """Somebody is told something by e-mail."""
    user, _created = User.objects.get_or_create(
        username=f"told{number}", defaults={"name": f"第{number}位", "email": f"told{number}@example.cn"}
    )
    actions.tell(user, kind="test.told", subject="请看一件事", key=f"test:{number}")
    return HttpResponse(status=201)


urlpatterns += [
    path("write/", admin.site.admin_view(SlowForm(Deputy, admin.site).add_view)),
    path("tell/<int:number>/", tell),
]
