"""What stations keep about a person. That somebody belonged to a station and received citizens stays, under the neutral name."""

from common.personal import Kept, register
from deputies.models import Deputy

from .models import Attendance, Residency


def _of(model):
    return lambda person: model.objects.filter(deputy__in=person.of(Deputy))


register(Kept(Attendance, _of(Attendance), blank={}), Kept(Residency, _of(Residency), blank={"leads_at": ""}))
