"""Columns that follow from others: the pinyin a name is sorted by, the bigrams a word is found by."""

from django.db import models
from django.db.models import Lookup

from .pinyin import initials, pinyin_key
from .text import bigrams


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

    def _wanted(self):
        return bigrams(self.rhs).split()

    def as_postgresql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        return f"string_to_array(btrim({lhs}), ' ') @> %s::text[]", [*params, self._wanted()]

    def as_sql(self, compiler, connection):
        lhs, params = self.process_lhs(compiler, connection)
        wanted = self._wanted()
        each = " AND ".join([f"instr({lhs}, %s) > 0"] * len(wanted)) or "1 = 1"
        return f"({each})", [p for pair in wanted for p in (*params, f" {pair} ")]
