"""Columns that follow from others: the pinyin a name is sorted by, the bigrams a word is found by; and sealed ones."""

import json

from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Lookup
from django.db.models.expressions import Col
from django.db.models.lookups import In, IsNull
from django.utils.functional import cached_property

from . import ciphers
from .pinyin import initials, pinyin_key
from .text import bigrams, masked


class PinyinField(models.CharField):
    """The sort key of a personal name, filled from ``source`` when empty; families differ, so staff may change it."""

    def __init__(self, *args, source="name", **kwargs):
        self.source = source
        super().__init__(*args, **{"max_length": 200, "blank": True, "db_index": True} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance, add):
        value = getattr(model_instance, self.attname) or pinyin_key(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


class LettersField(models.CharField):
    """What somebody types for a name: its pinyin in one word (``liangxin``), or its initials (``lx``)."""

    def __init__(self, *args, source="pinyin", only_initials=False, **kwargs):
        self.source, self.only_initials = source, only_initials
        super().__init__(
            *args, **{"max_length": 200, "editable": False, "default": "", "db_index": True} | kwargs
        )

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source, "only_initials": self.only_initials}

    def pre_save(self, model_instance, add):
        key = getattr(model_instance, self.source)
        value = initials(key) if self.only_initials else key.replace(" ", "")
        setattr(model_instance, self.attname, value)
        return value


class BoundedTextField(models.TextField):
    """A text no longer than ``max_length``, whoever writes it: Django's own asks forms alone."""

    def __init__(self, *args, max_length, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    @cached_property
    def validators(self):
        return [*super().validators, MaxLengthValidator(self.max_length)]


class BigramField(models.TextField):
    """Bigrams of ``sources``, made anew at every save; ``filter(search__words="拥堵")`` finds them.

    PostgreSQL looks them up in the GIN index that ``common.indexes.BigramIndex`` makes in a migration; SQLite scans.
    """

    def __init__(self, *args, sources=("name",), **kwargs):
        self.sources = tuple(sources)
        super().__init__(*args, **{"blank": True, "editable": False, "default": ""} | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"sources": self.sources}

    def pre_save(self, model_instance, add):
        value = bigrams(*(getattr(model_instance, source) for source in self.sources))
        setattr(model_instance, self.attname, value)
        return value


@BigramField.register_lookup
class HasWords(Lookup):
    """Every bigram of the words looked for is there."""

    lookup_name = "words"
    prepare_rhs = False
    operator, joint, of_nothing = "@>", " AND ", "1 = 1"

    def _wanted(self):
        return bigrams(self.rhs).split()

    def as_postgresql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"string_to_array(btrim({lhs}), ' ') {self.operator} %s::text[]", [*params, self._wanted()]

    def as_sql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        wanted = self._wanted()
        each = self.joint.join([f"instr({lhs}, %s) > 0"] * len(wanted)) or self.of_nothing
        return f"({each})", [p for pair in wanted for p in (*params, f" {pair} ")]


@BigramField.register_lookup
class HasSomeWords(HasWords):
    """At least one bigram of the words looked for is there: candidates for what is alike, to be ordered afterwards."""

    lookup_name = "some_words"
    operator, joint, of_nothing = "&&", " OR ", "1 = 0"


class BlindIndexField(models.CharField):
    """Beside an :class:`EncryptedField`, what equal texts have in common: ``filter(phone="138…")`` asks this column.

    Filled at every save; who writes the text by ``update`` or ``update_fields`` names both columns.
    """

    def __init__(self, *args, source, **kwargs):
        self.source = source
        fixed = {"max_length": 32, "null": True, "editable": False, "db_index": not kwargs.get("unique")}
        super().__init__(*args, **fixed | kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"source": self.source}

    def pre_save(self, model_instance, add):
        value = ciphers.index(getattr(model_instance, self.source))
        setattr(model_instance, self.attname, value)
        return value


class EncryptedField(models.CharField):
    """Text that is sealed in the database and plain everywhere else (R-20). Empty text stays empty.

    It is found by equality only, and only with a :class:`BlindIndexField` beside it; where that is unique, forms say so
    in words. ``mask`` is how people see it who need not know it (R-02).
    """

    def __init__(self, *args, mask=masked, **kwargs):
        self.mask = mask
        super().__init__(*args, **kwargs)

    def get_internal_type(self):
        return "TextField"

    def get_lookup(self, lookup_name):
        return {"exact": EqualText, "in": OneOfTexts, "isnull": IsNull}.get(lookup_name)

    def get_transform(self, lookup_name):
        return None

    def get_db_prep_save(self, value, connection):
        value = super().get_db_prep_save(value, connection)
        return ciphers.seal(value) if value and isinstance(value, str) else value

    def from_db_value(self, value, expression, connection):
        return ciphers.unseal(value) if value else value

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        index = self.index_of(type(model_instance))
        if index and index.unique and value:
            others = type(model_instance)._default_manager.filter(**{self.name: value})
            if others.exclude(pk=model_instance.pk).exists():
                raise model_instance.unique_error_message(type(model_instance), (self.name,))

    def index_of(self, model):
        """The blind index of this column, or ``None``."""
        fields = model._meta.concrete_fields
        return next((f for f in fields if isinstance(f, BlindIndexField) and f.source == self.name), None)


class EqualText(Lookup):
    """Equality of plain text, asked of the blind index."""

    lookup_name = "exact"
    prepare_rhs = False

    def texts(self):
        return [self.rhs]

    def as_sql(self, compiler, connection):
        field, texts = self.lhs.target, list(self.texts())
        if texts == [""]:
            lhs, params = self.process_lhs(compiler, connection)
            return f"{lhs} = %s", [*params, ""]
        index = field.index_of(field.model)
        if index is None:
            raise FieldError(f"{field} is sealed and has no index to find it by.")
        wanted = [made for text in texts for made in ciphers.indexes(text)]
        sql, params = compiler.compile(In(Col(self.lhs.alias, index), wanted))
        column, _none = compiler.compile(Col(self.lhs.alias, index))
        return f"({column} IS NOT NULL AND {sql})", params  # so that NOT holds for an empty one


class OneOfTexts(EqualText):
    lookup_name = "in"

    def texts(self):
        return self.rhs


class EncryptedJSONField(EncryptedField):
    """A JSON value that is sealed in the database; ``None`` is stored as such."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"max_length": None} | kwargs)

    def to_python(self, value):
        return value

    def get_prep_value(self, value):
        return value if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    def from_db_value(self, value, expression, connection):
        return value if value is None else json.loads(ciphers.unseal(value))
