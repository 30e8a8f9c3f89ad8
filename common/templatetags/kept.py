"""``{% kept "foot" … %}`` … ``{% endkept %}``: a part of a page that is drawn once for as long as it holds.

Drawn anew for each language and for each of the values that follow the name; of those there are few, and the part shows
nothing else that differs between visitors. With “if …” at the end it is kept only where that is true, with “unless …” only
where it is not: filters are drawn once for everybody who has chosen nothing yet.

It holds until a table changes of which the request has read until then. With “alone” behind the name only what is read
while it is drawn counts: of the frame of a page, which shows nothing else but its values. With “unseen” behind the name it
shows rows, too, that no stranger may see yet (``freshness.unseen``).
"""

from django import template
from django.utils.translation import get_language

from common import memory

register = template.Library()


@register.tag
def kept(parser, token):
    name, *values = token.split_contents()[1:]
    condition, wanted = None, True
    if values[-2:-1] in (["if"], ["unless"]):
        condition, wanted = parser.compile_filter(values.pop()), values.pop() == "if"
    alone, unseen = values[:1] == ["alone"], values[:1] == ["unseen"]
    nodelist = parser.parse(["endkept"])
    parser.delete_first_token()
    values = [parser.compile_filter(value) for value in values[alone or unseen :]]
    return KeptNode(nodelist, name, values, condition, wanted, {"alone": alone, "shows_unseen": unseen})


class KeptNode(template.Node):
    def __init__(self, nodelist, name, values, condition, wanted, reading):
        self.nodelist, self.name, self.values = nodelist, name, values
        self.condition, self.wanted, self.reading = condition, wanted, reading

    def render(self, context):
        if self.condition is not None and bool(self.condition.resolve(context)) != self.wanted:
            return self.nodelist.render(context)
        key = ("part", self.name, get_language(), *(value.resolve(context) for value in self.values))
        return memory.kept(key, lambda: self.nodelist.render(context), **self.reading)
