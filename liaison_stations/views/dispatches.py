"""An order to a department on a page of its own: the case, its clock and the next act of the department."""

from django.shortcuts import render

from common.access import found

from .. import rules
from ..models import Dispatch
from ..story import story_of_order

PAGE = Dispatch.objects.select_related(
    "unit", "proposed_unit", "by", "opinion__station__area", "opinion__station__parent__parent", "opinion__area"
).prefetch_related("pictures__file")  # fmt: skip


def detail(request, pk):
    order = order_for(request, pk)
    handles = request.user.is_superuser or rules.handles(request.user, order)
    context = {
        "order": order,
        "opinion": order.opinion,
        "handles": handles,
        "pictures": order.opinion.pictures.all(),
        "story": story_of_order(order),
    }
    return render(request, "liaison_stations/opinions/order.html", context)


def order_for(request, pk) -> Dispatch:
    return found(PAGE, request.user, pk=pk)
