"""Queries whose SQL is written once. For the few that every note needs; a leaf: imports no app.

Django writes the SQL of a queryset anew at each use, which takes ten times as long as the database needs to look something
up by its key. Here a queryset is written the first time, with a mark where its one value goes, and only executed after that.
The connection is handed on, for ``connection`` and ``connections[…]`` look it up at every use.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
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
        database = connections[DEFAULT_DB_ALIAS]
        written = self._written(database)
        return [
            written.model_of(row, database) for row in written.rows(self._param(value, database), database)
        ]

    def by_pk(self, value: Any) -> "Rows[M]":
        """The same rows by their primary key (a number); each becomes a model when it is asked for. One query."""
        database = connections[DEFAULT_DB_ALIAS]
        written = self._written(database)
        rows = written.rows(self._param(value, database), database)
        return Rows(written, {row[written.pk]: row for row in rows})

    def _written(self, database: BaseDatabaseWrapper) -> "_Written":
        written = self._made.get(database.vendor)
        if written is None:
            queryset, mark = self._build(self._mark), self._param(self._mark, database)
            written = self._made[database.vendor] = _Written(queryset, mark, database)
        return written

    def _param(self, value: Any, database: BaseDatabaseWrapper) -> Any:
        return self._field().get_db_prep_value(value, database)


class Rows(Mapping[int, M]):
    """Models by primary key, made one by one: of the many rows that a note may point at it names one."""

    def __init__(self, written: "_Written", rows: dict[int, Any]) -> None:
        self._written, self._rows = written, rows

    def __getitem__(self, pk: int) -> M:
        return cast(M, self._written.model_of(self._rows[pk], connections[DEFAULT_DB_ALIAS]))

    def __contains__(self, pk: object) -> bool:
        return pk in self._rows

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def insert(thing: models.Model) -> None:
    """``thing.save(force_insert=True)`` with SQL that is written once; a number that the database gives is not fetched.

    Sends no signals. Raises what a save does.
    """
    database = connections[DEFAULT_DB_ALIAS]
    key = (type(thing), database.vendor)
    if key not in _INSERTS:
        _INSERTS[key] = _write_insert(type(thing))
    sql, fields = _INSERTS[key]
    values = []
    for field, plain in fields:
        value = field.pre_save(thing, True)
        values.append(value if type(value) in plain else field.get_db_prep_save(value, database))
    with database.cursor() as cursor:
        cursor.execute(sql, values)
    thing._state.adding, thing._state.db = False, DEFAULT_DB_ALIAS


Insert = tuple[str, list[tuple[Any, tuple[type, ...]]]]
"""SQL, and the fields whose values it takes, each with the types of which it hands on a value as it is."""
_INSERTS: dict[tuple[type[models.Model], str], Insert] = {}
_PLAIN: dict[type[Any], tuple[type, ...]] = {
    models.CharField: (str,),
    models.TextField: (str,),
    models.BooleanField: (bool,),
}
"""What these kinds of fields hand to a database as it is; asking them costs as much as what the database does with it."""


def _write_insert(model: type[models.Model]) -> Insert:
    fields: list[Any] = [
        field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)
    ]
    if model._meta.parents or any(hasattr(field, "get_placeholder") for field in fields):
        raise ValueError(f"Not a model that can be inserted this way: {model}")
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    return sql, [(field, (type(None), *_PLAIN.get(type(field), ()))) for field in fields]


class _Written:
    """The SQL of a queryset for one kind of database, and how its rows become models."""

    def __init__(self, queryset: Any, mark: Any, database: BaseDatabaseWrapper) -> None:
        compiler = queryset.query.get_compiler(connection=database)
        self.sql, self.params = compiler.as_sql()
        self.place = list(self.params).index(mark)
        if list(self.params).count(mark) != 1 or compiler.annotation_col_map:
            raise ValueError(f"Not a queryset that can be prepared: {self.sql}")
        select, self.model = compiler.select, queryset.model
        fields = compiler.klass_info["select_fields"]
        self.start, self.end = fields[0], fields[-1] + 1
        self.pk = self.start + [column[0].target for column in select[self.start : self.end]].index(
            self.model._meta.pk
        )
        self.names = [column[0].target.attname for column in select[self.start : self.end]]
        self.related = get_related_populators(compiler.klass_info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]
        self.converters = list(compiler.get_converters([column[0] for column in select]).items())

    def rows(self, value: Any, database: BaseDatabaseWrapper) -> list[tuple[Any, ...]]:
        params = (*self.params[: self.place], value, *self.params[self.place + 1 :])
        with database.cursor() as cursor:
            cursor.execute(self.sql, params)
            return cursor.fetchall()

    def model_of(self, row: Any, database: BaseDatabaseWrapper) -> Any:
        row = list(row)
        for position, (converters, expression) in self.converters:
            for convert in converters:
                row[position] = convert(row[position], expression, database)
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.start : self.end])
        for populator in self.related:
            populator.populate(row, made)
        return made
