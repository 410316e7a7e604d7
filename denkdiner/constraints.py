"""Small builders of database constraints, shared by the apps' models. A leaf: imports no app."""

from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual


def one_of(field: str, choices: type[models.TextChoices], *, blank: bool = False) -> models.CheckConstraint:
    """*field* holds a value of *choices* (or is empty when *blank*); the name is ``<app>_<model>_<field>_bekend``."""
    values = [*choices.values, ""] if blank else list(choices.values)
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": values}), name=f"%(app_label)s_%(class)s_{field}_bekend"
    )


def not_blank(field: str) -> models.CheckConstraint:
    """*field* is not the empty string."""
    return models.CheckConstraint(
        condition=~models.Q(**{field: ""}), name=f"%(app_label)s_%(class)s_{field}_niet_leeg"
    )


def max_length(field: str, limit: int) -> models.CheckConstraint:
    """*field* has at most *limit* characters, in every database."""
    return models.CheckConstraint(
        condition=LessThanOrEqual(Length(field), limit), name=f"%(app_label)s_%(class)s_{field}_lengte"
    )
