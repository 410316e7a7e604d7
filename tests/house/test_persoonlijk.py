"""Every field that can hold something about a person is classified once, and what is personal really goes."""

import uuid

import pytest
from django.apps import apps
from django.db import models

from denkdiner.persoonlijk import TABEL, count_personal
from sessions import services as planned
from sessions.models import Apparaat, Gebruiker, Gezien, Plaats
from sessions.services import add_logregel, add_reeksregel
from synthesis import services
from synthesis.models import Verslag
from tests.factories import NOW, GastFactory, LidmaatschapFactory, UitnodigingFactory

SPRAKELOOS = (
    models.BooleanField,
    models.IntegerField,
    models.DateField,
    models.TimeField,
    models.DurationField,
)
"""Kinds of fields that hold no text, and nothing by which somebody is known."""


def telling_fields(model):
    """The fields of *model* that can hold text, or that point at an account."""
    for field in model._meta.concrete_fields:
        if field.is_relation:
            if field.related_model is Gebruiker:
                yield field
        elif not isinstance(field, SPRAKELOOS):
            yield field


def label(model):
    return model._meta.label_lower


@pytest.mark.parametrize("model", apps.get_models(), ids=label)
def test_every_field_is_classified(model):
    rij = TABEL[label(model)]
    assert rij.known == {field.name for field in telling_fields(model)}
    if rij.personal.strip():
        assert all(rij.wat)
    for veld in rij.leeg.split():
        field = model._meta.get_field(veld)
        assert field.null or field.blank, f"{veld} cannot be empty"
    assert not (rij.weg and (rij.leeg or rij.merkloos)), "a row that goes has nothing to empty"


def test_no_model_is_classified_that_is_not_there():
    gone = TABEL.keys() - {label(model) for model in apps.get_models()}
    assert all(name.startswith("socialaccount.") for name in gone)  # only with OIDC


def test_every_model_that_hangs_on_a_person_goes_by_its_own_reeks():
    for naam, rij in TABEL.items():
        assert bool(rij.pad) == bool(rij.personal.strip()), naam
        if rij.pad:
            list(apps.get_model(naam).objects.filter(**{rij.pad: 1}).query.where.children)


# --- planting ---------------------------------------------------------------------------------------------------------


def make(model, reeks, roos, made):
    """A row of *model* of *reeks*, with whatever it needs: generic, so that a new model is planted too."""
    if model in made:
        return made[model]
    values = {}
    for field in model._meta.concrete_fields:
        if (
            field.auto_created
            or field.has_default()
            or ((field.null or field.blank) and not field.is_relation)
        ):
            continue
        if field.is_relation:
            if field.null and field.related_model is not Gebruiker:
                continue
            values[field.name] = make(field.related_model, reeks, roos, made)
        elif field.choices:
            values[field.name] = field.choices[0][0]
        elif isinstance(field, models.UUIDField):
            values[field.name] = uuid.uuid4()
        elif isinstance(field, models.JSONField):
            values[field.name] = {}
        elif isinstance(field, models.DateTimeField):
            values[field.name] = NOW
        elif isinstance(field, models.DateField):
            values[field.name] = NOW.date()
        elif isinstance(field, models.IntegerField):
            values[field.name] = 1
        elif isinstance(field, models.BinaryField):
            values[field.name] = b"x"
        else:
            values[field.name] = uuid.uuid4().hex[: field.max_length or 32]
    if label(model) == "diners.uitnodiging":
        values |= {"expires_at": NOW.replace(year=2027)}
    if label(model) == "diners.brief":
        values |= {
            "uitnodiging": make(apps.get_model("diners.uitnodiging"), reeks, roos, made),
            "status": "mislukt",
        }
    if label(model) == "capture.quarantaine":
        values |= {"afgehandeld_at": NOW}
    if label(model) in {"synthesis.onderbouwing", "synthesis.vrijgave"}:
        values["bijdrage"] = make(apps.get_model("capture.bijdrage"), reeks, roos, made)
    if label(model) == "synthesis.vrijgave":
        values["vrijgegeven_at"] = NOW
    if label(model) == "capture.bijdrage":
        values["tafel"] = make(apps.get_model("diners.tafel"), reeks, roos, made)
    if label(model) == "diners.hulpvraag":
        values["settled_at"] = NOW
    if label(model) in {"synthesis.opmerking", "synthesis.verslagopmerking"}:
        values["solved_at"] = NOW
    if label(model) in {"synthesis.verslagdeel", "synthesis.verslagopmerking"}:
        values["sleutel"] = "1.1"
    made[model] = model.objects.create(**values)
    return made[model]


@pytest.fixture
def planted(reeks, roos):
    """A row of every model with something personal, and the unique texts that were put in each such field."""
    made = {type(reeks): reeks, Gebruiker: roos}
    texts = {}
    for naam, rij in TABEL.items():
        if not rij.personal.strip():
            continue
        row = make(apps.get_model(naam), reeks, roos, made)
        for veld in rij.personal.split():
            field = row._meta.get_field(veld)
            if field.is_relation or field.primary_key:
                continue
            if isinstance(field, models.UUIDField):
                value = uuid.uuid4()
            elif isinstance(field, models.EmailField):
                value = f"{uuid.uuid4().hex[:12]}@voorbeeld.test"
            elif isinstance(field, models.JSONField):
                value = {"x": uuid.uuid4().hex}
            elif field.choices:
                continue
            elif isinstance(field, models.BinaryField):
                value = uuid.uuid4().hex.encode()
            else:
                value = uuid.uuid4().hex[: field.max_length or 32]
            type(row).objects.filter(pk=row.pk).update(**{veld: value})
            said = value["x"] if isinstance(value, dict) else value
            texts[f"{naam}.{veld}"] = said.decode() if isinstance(said, bytes) else str(said)
    return made, texts


def dump():
    """The whole database as text."""
    return "\n".join(
        repr({k: str(bytes(v) if isinstance(v, memoryview) else v) for k, v in row.items()})
        for model in apps.get_models()
        for row in model._base_manager.values()
    )


def test_nothing_personal_is_found_in_the_whole_database_after_erasing(planted, reeks, roos):
    made, texts = planted
    assert len(texts) >= 18
    made[apps.get_model("diners.diner")].__class__.objects.update(status="afgesloten")
    before = dump()
    assert [veld for veld, text in texts.items() if text not in before] == []
    assert sum(aantal for aantal, _ in count_personal(reeks.pk)) >= len(
        {naam.rsplit(".", 1)[0] for naam in texts}
    )

    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)

    after = dump()
    assert {veld: text for veld, text in texts.items() if text in after} == {}
    assert count_personal(reeks.pk) == [(1, "naam in het logboek")]  # who erased it
    for naam, rij in TABEL.items():
        if rij.pad and naam != "diners.logregel":
            for row in apps.get_model(naam).objects.filter(**{rij.pad: reeks}):
                assert [row.__dict__[f] for f in row.__dict__ if f.endswith("_by_id")] in (
                    [],
                    [None],
                    [None, None],
                )


def test_what_was_said_planned_and_written_stays(planted, reeks, roos):
    made, _ = planted
    made[apps.get_model("diners.diner")].__class__.objects.update(status="afgesloten")
    keep = ("gewoon", "gezegd", "openbaar", "account", "sleutel")

    def kept():
        return {
            naam: list(
                apps.get_model(naam)
                ._base_manager.order_by("pk")
                .values("pk", *(veld for soort in keep for veld in getattr(rij, soort).split()))
            )
            for naam, rij in TABEL.items()
            if not naam.startswith("socialaccount.") and not rij.weg
        }

    apps.get_model("diners.taak").objects.update(status="klaar", finished_at=NOW)  # a running one is stopped
    before = kept()
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    before.pop("diners.logregel"), before.pop("diners.gezien"), before.pop("diners.plaats")
    after = kept()
    assert {naam: after[naam] for naam in before} == before
    assert Verslag.objects.filter(reeks=reeks).exists()
    assert not Gezien.objects.exists()
    assert not Plaats.objects.exists()


def test_names_in_the_log_become_a_former_member(reeks, diner, roos):
    diner.status = "afgesloten"
    diner.save()
    add_logregel(diner=diner, wat="startte ronde 1", now=NOW, gebruiker=roos)
    add_logregel(diner=diner, wat="Zoë Unieknaam bevestigde", now=NOW)
    add_logregel(diner=diner, wat="stuurde Zoë Unieknaam een herinnering", now=NOW, gebruiker=roos)
    for wat in ("kreeg de briefing", "stelde een stelling voor"):
        add_logregel(diner=diner, wat=f"Zoë Unieknaam {wat}", now=NOW)
    for wat in (
        "nam een stelling over van Zoë Unieknaam",
        "legde een stelling van Zoë Unieknaam opzij",
        "noteerde de bevestiging van Zoë Unieknaam",
        "schrapte de bevestiging van Zoë Unieknaam",
    ):
        add_logregel(diner=diner, wat=wat, now=NOW)
    verzoek = "op verzoek van Jan Jansen, die net bevestigde"
    add_logregel(diner=diner, wat=f"wijzigde besproken stelling 12: {verzoek}", now=NOW, gebruiker=roos)
    terug = "zette het vastgestelde verslag terug in review"
    add_reeksregel(reeks=reeks, wat=f"{terug}: {verzoek}\n{verzoek}", now=NOW, gebruiker=roos)
    # of an erasure of before, which left the reason
    add_logregel(diner=diner, wat=f"een oud-lid wijzigde besproken stelling 3: {verzoek}", now=NOW)
    add_reeksregel(reeks=reeks, wat="x" * 200, now=NOW, gebruiker=roos)
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    regels = [(regel.gebruiker, regel.wat) for regel in reeks.logregels.order_by("pk")]
    assert regels == [
        (None, "een oud-lid startte ronde 1"),
        (None, "een spreker bevestigde"),
        (None, "een oud-lid stuurde een spreker een herinnering"),
        (None, "een spreker kreeg de briefing"),
        (None, "een spreker stelde een stelling voor"),
        (None, "nam een stelling over van een spreker"),
        (None, "legde een stelling van een spreker opzij"),
        (None, "noteerde de bevestiging van een spreker"),
        (None, "schrapte de bevestiging van een spreker"),
        (None, "een oud-lid wijzigde besproken stelling 12"),
        (None, f"een oud-lid {terug}"),
        (None, "een oud-lid wijzigde besproken stelling 3"),
        (None, "een oud-lid " + "x" * 188),
        (roos, "wiste de persoonsgegevens"),
    ]


def test_reason_for_other_words_goes_and_the_words_stay(reeks, diner, roos, stelling, ronde):
    velden = {"tekst": "Met andere woorden.", "reden": "op verzoek van Jan Jansen"}
    planned.edit_stelling(stelling=stelling, gebruiker=roos, now=NOW, **velden)
    type(diner).objects.update(status="afgesloten")
    assert dump().count("Jan Jansen") == 2
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    assert "Jan Jansen" not in dump()
    [versie] = stelling.versies.all()
    assert (versie.tekst, versie.reden, versie.replaced_by) == (stelling.tekst, "", None)


def test_another_reeks_keeps_everything(planted, reeks, roos, otto):
    made, _ = planted
    made[apps.get_model("diners.diner")].__class__.objects.update(status="afgesloten")
    ander = otto.lidmaatschappen.get().reeks
    UitnodigingFactory(reeks=ander, email="blijft@voorbeeld.test")
    GastFactory(diner=planned.create_diner(reeks=ander, titel="Elders"), naam="Blijft Hier")
    before = count_personal(ander.pk)
    assert len(before) == 2
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    assert count_personal(ander.pk) == before


def test_a_device_comes_in_no_more(femke, diner, reeks, roos):
    from sessions.access import find_apparaat_by_secret

    diner.status = "afgesloten"
    diner.save()
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    apparaat = Apparaat.objects.get(pk=femke.pk)
    assert (apparaat.revoked_at, apparaat.sleutel_hash) == (NOW, f"gewist-{femke.pk}")
    assert find_apparaat_by_secret("sleutel-van-femke") is None


def test_members_stay(reeks, roos, vera):
    LidmaatschapFactory(reeks=reeks, gebruiker=vera, rol="kijker")
    services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    assert reeks.lidmaatschappen.count() == 3
    vera.refresh_from_db()
    assert vera.naam == "Vera"
