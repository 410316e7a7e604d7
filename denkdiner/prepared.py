"""Queries whose SQL is written once. For the few that every note needs; a leaf: imports no app.

Django writes the SQL of a queryset anew at each use, which takes ten times as long as the database needs to look something
up by its key. Here a queryset is written the first time, with a mark where its one value goes, and only executed after that.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """``Prepared(build, field)(value)``: the rows of ``build(value)``, a queryset of models that filters on *field* once.

    ``select_related`` and ordering work; annotations, slices and a filter on a list do not. One query.
    """

    def __init__(
        self, build: Callable[[Any], "models.QuerySet[M]"], field: Callable[[], Any], mark: Any
    ) -> None:
        self._build, self._field, self._mark = build, field, mark
        self._made: dict[str, _Written] = {}

    def __call__(self, value: Any) -> list[M]:
        written = self._made.get(connection.vendor)
        if written is None:
            written = self._made[connection.vendor] = _Written(
                self._build(self._mark), self._param(self._mark)
            )
        return written.rows(self._param(value))

    def _param(self, value: Any) -> Any:
        return self._field().get_db_prep_value(value, connection)


def insert(thing: models.Model) -> None:
    """``thing.save(force_insert=True)`` with SQL that is written once; a number that the database gives is not fetched.

    Sends no signals. Raises what a save does.
    """
    key = (type(thing), connection.vendor)
    if key not in _INSERTS:
        _INSERTS[key] = _write_insert(type(thing))
    sql, fields = _INSERTS[key]
    values = [field.get_db_prep_save(field.pre_save(thing, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    thing._state.adding, thing._state.db = False, DEFAULT_DB_ALIAS


_INSERTS: dict[tuple[type[models.Model], str], tuple[str, list[Any]]] = {}


def _write_insert(model: type[models.Model]) -> tuple[str, list[Any]]:
    fields: list[Any] = [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]
    if model._meta.parents or any(hasattr(field, "get_placeholder") for field in fields):
        raise ValueError(f"Not a model that can be inserted this way: {model}")
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})", fields  # noqa: S608


class _Written:
    """The SQL of a queryset for one kind of database, and how its rows become models."""

    def __init__(self, queryset: Any, mark: Any) -> None:
        compiler = queryset.query.get_compiler(connection=connection)
        self.sql, self.params = compiler.as_sql()
        self.place = list(self.params).index(mark)
        if list(self.params).count(mark) != 1 or compiler.annotation_col_map:
            raise ValueError(f"Not a queryset that can be prepared: {self.sql}")
        select, self.model = compiler.select, queryset.model
        fields = compiler.klass_info["select_fields"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.names = [column[0].target.attname for column in select[self.start : self.end]]
        self.related = get_related_populators(compiler.klass_info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        self.converters = list(compiler.get_converters([column[0] for column in select]).items())

    def rows(self, value: Any) -> list[Any]:
        params = (*self.params[: self.place], value, *self.params[self.place + 1 :])
        with connection.cursor() as cursor:
            cursor.execute(self.sql, params)
            found = cursor.fetchall()
        return [self._model(list(row)) for row in found]

    def _model(self, row: list[Any]) -> Any:
        for position, (converters, expression) in self.converters:
            for convert in converters:
                row[position] = convert(row[position], expression, connection)
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
        for populator in self.related:
            populator.populate(row, made)
        return made
