"""Which data is about a person, and what erasing does to it: every field of every model, once. A leaf: imports no app.

``tests/house/test_persoonlijk.py`` fails when a field that can hold text, or that points at an account, is not in ``TABEL``.
Why each is where it is: docs/decisions/0015-bewaren-en-wissen.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import CharField, F, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

MERKLOOS = "gewist-"
"""How a value begins that had to stay unique and tells of nobody any more; the number of its row follows."""


@dataclass(frozen=True, slots=True)
class Rij:
    """A model. Field names, separated by spaces, by what they hold:

    *gewoon*: of the programme, or a word from a list; *gezegd*: what tables said and reporters wrote, which stays;
    *openbaar*: of a spreker, as in the report; *account*: of somebody's own account, and theirs to remove;
    *sleutel*: opens something, and tells of nobody.

    These are personal, and erased: *weg*: its row goes; *leeg*: emptied; *merkloos*: replaced, for it has to be unique;
    *herschreven*: changed by the service of its app.
    """

    pad: str = ""
    """How it hangs on a reeks."""
    wat: tuple[str, str] = ("", "")
    """What an organiser calls its personal data: one, several."""
    alleen: Mapping[str, Any] = field(default_factory=dict)
    """Only these rows go."""
    gewoon: str = ""
    gezegd: str = ""
    openbaar: str = ""
    account: str = ""
    sleutel: str = ""
    weg: str = ""
    leeg: str = ""
    merkloos: str = ""
    herschreven: str = ""

    @property
    def known(self) -> set[str]:
        """Every field that it names."""
        kinds = (self.gewoon, self.gezegd, self.openbaar, self.account, self.sleutel)
        return set(" ".join((*kinds, self.personal, self.herschreven)).split())

    @property
    def personal(self) -> str:
        """What erasing takes away by itself."""
        return " ".join((self.weg, self.leeg, self.merkloos))


TABEL: dict[str, Rij] = {
    # --- sessions: what is planned
    "diners.gebruiker": Rij(account="password email naam"),
    "diners.lidmaatschap": Rij(account="gebruiker", gewoon="rol"),
    "diners.uitnodiging": Rij(
        "reeks",
        ("uitnodiging met een e-mailadres", "uitnodigingen met een e-mailadres"),
        weg="email rol nonce token_hash invited_by",
    ),
    "diners.reeks": Rij(gewoon="slug titel organisatie inleiding kleur tweede_kleur"),
    "diners.logo": Rij(gewoon="data soort"),
    "diners.herinnering": Rij(
        "reeks", ("herinnering aan een organisator", "herinneringen aan organisatoren"), weg="gebruiker"
    ),
    "diners.spreker": Rij(
        "reeks",
        (
            "spreker met een e-mailadres, telefoonnummer of bio",
            "sprekers met een e-mailadres, telefoonnummer of bio",
        ),
        openbaar="naam functie organisatie",
        leeg="bio email telefoon",
    ),
    "diners.portret": Rij(
        "spreker__reeks",
        ("portret van een spreker", "portretten van sprekers"),
        weg="data mime vingerafdruk",
    ),
    "diners.stellingidee": Rij(
        "optreden__diner__reeks",
        ("voorstel van een spreker", "voorstellen van sprekers"),
        weg="tekst",
    ),
    "diners.brief": Rij(
        "reeks",
        ("e-mail bij Post, met het adres", "e-mails bij Post, met het adres"),
        weg="aan onderwerp soort status fout made_by",
    ),
    "diners.taak": Rij(
        "reeks",
        ("naam bij een taak", "namen bij taken"),
        gewoon="soort status melding opdracht resultaat",
        leeg="gebruiker",
    ),
    "diners.taakbestand": Rij(
        "taak__reeks",
        ("pakket om te printen, met namen", "pakketten om te printen, met namen"),
        weg="naam mime verzegeld",
    ),
    "diners.diner": Rij(gewoon="titel locatie status", sleutel="scherm_nonce scherm_token_hash"),
    "diners.agendalink": Rij(sleutel="nonce token_hash"),
    "diners.agendastand": Rij(gewoon="vingerafdruk"),
    "diners.optreden": Rij(),
    "diners.briefing": Rij(
        "optreden__diner__reeks",
        ("briefing, met wat de spreker erbij zei", "briefings, met wat sprekers erbij zeiden"),
        weg="nonce token_hash opmerking",
    ),
    "diners.stelling": Rij(gewoon="tekst toelichting doorvragen status"),
    "diners.stellingversie": Rij(
        "stelling__diner__reeks",
        ("naam of reden bij een gewijzigde stelling", "namen of redenen bij gewijzigde stellingen"),
        gewoon="tekst toelichting doorvragen status",
        leeg="replaced_by reden",
    ),
    "diners.ronde": Rij(gewoon="soort titel"),
    "diners.tafel": Rij(gewoon="naam"),
    "diners.gast": Rij("diner__reeks", ("gast", "gasten"), weg="id naam organisatie sector"),
    "diners.plaats": Rij(),  # goes with its gast
    "diners.toegang": Rij(sleutel="nonce token_hash code_hash"),
    "diners.apparaat": Rij(
        "toegang__tafel__diner__reeks",
        ("apparaat van iemand aan een tafel", "apparaten van mensen aan een tafel"),
        merkloos="sleutel_hash",
    ),
    "diners.hulpvraag": Rij(
        "tafel__diner__reeks",
        ("naam bij een vraag om hulp", "namen bij vragen om hulp"),
        leeg="settled_by",
    ),
    "diners.bericht": Rij(
        "diner__reeks", ("bericht aan de tafels", "berichten aan de tafels"), weg="tekst afzender"
    ),
    "diners.gezien": Rij(),
    "diners.scherm": Rij(gewoon="beeld"),
    "diners.logregel": Rij(
        "reeks",
        ("naam in het logboek", "namen in het logboek"),
        gewoon="over",
        leeg="gebruiker",
        herschreven="wat",
    ),
    # --- capture: what is said
    "capture.bijdrage": Rij(gewoon="id bron soort standpunt horizon", gezegd="tekst trefwoorden"),
    "capture.bijdrageversie": Rij(
        "bijdrage__diner__reeks",
        ("kenmerk van een apparaat of lid bij een notitie", "kenmerken van apparaten of leden bij notities"),
        gewoon="op_id kind",
        gezegd="body",
        leeg="gebruiker device_id",
    ),
    "capture.peiling": Rij(gewoon="moment"),
    "capture.telling": Rij(
        "peiling__tafel__diner__reeks",
        ("kenmerk van een apparaat bij een telling", "kenmerken van apparaten bij tellingen"),
        gewoon="op_id",
        leeg="device_id",
    ),
    "capture.stemlink": Rij(sleutel="nonce token_hash"),
    "capture.stemming": Rij(
        "diner__reeks", ("naam bij een stemming", "namen bij stemmingen"), gewoon="moment", leeg="opened_by"
    ),
    "capture.stem": Rij(
        "stemming__diner__reeks",
        ("kenmerk van een telefoon bij een stem", "kenmerken van telefoons bij stemmen"),
        gewoon="keuze",
        merkloos="toestel",
    ),
    "capture.quarantaine": Rij(
        "diner__reeks",
        ("afgehandelde, apart gezette notitie", "afgehandelde, apart gezette notities"),
        {"afgehandeld_at__isnull": False},
        weg="op_id vingerafdruk reden uitleg op afgehandeld_door",
    ),
    "capture.tijdperk": Rij(gewoon="epoch"),
    # --- synthesis: what it means
    "synthesis.rodedraad": Rij(
        "reeks",
        ("naam bij een rode draad", "namen bij rode draden"),
        gewoon="status",
        gezegd="titel tekst pool_a pool_b kernvraag",
        leeg="updated_by",
    ),
    "synthesis.onderbouwing": Rij(gewoon="rol pool", gezegd="reden"),
    "synthesis.handeling": Rij(
        "diner__reeks",
        (
            "stap van iemand in de inbox of op de werkbank",
            "stappen van mensen in de inbox en op de werkbank",
        ),
        weg="gebruiker soort wat voor na",
    ),
    "synthesis.minderheid": Rij(
        "draad__reeks",
        ("naam bij een minderheidsgeluid", "namen bij minderheidsgeluiden"),
        gezegd="titel reden",
        leeg="door",
    ),
    "synthesis.draadversie": Rij(
        "draad__reeks",
        ("naam bij een eerdere versie van een rode draad", "namen bij eerdere versies van rode draden"),
        gewoon="status",
        gezegd="titel tekst pool_a pool_b kernvraag",
        leeg="written_by replaced_by",
    ),
    "synthesis.opmerking": Rij(
        "draad__reeks",
        ("opmerking bij een rode draad", "opmerkingen bij rode draden"),
        weg="tekst made_by solved_by",
    ),
    "synthesis.aanvaarding": Rij(
        "draad__reeks",
        ("naam bij een aanvaarde waarschuwing", "namen bij aanvaarde waarschuwingen"),
        gewoon="soort",
        gezegd="reden",
        sleutel="vingerafdruk",
        leeg="accepted_by",
    ),
    "synthesis.bronstand": Rij(gezegd="bronnen"),
    "synthesis.verslag": Rij(gewoon="titel status"),
    "synthesis.verslagdeel": Rij(
        "verslag__reeks",
        ("naam bij een deel van het verslag", "namen bij delen van het verslag"),
        gewoon="sleutel",
        gezegd="tekst bron",
        leeg="updated_by bron_by",
    ),
    "synthesis.verslagopmerking": Rij(
        "verslag__reeks",
        ("opmerking bij het verslag", "opmerkingen bij het verslag"),
        gewoon="sleutel",
        weg="tekst made_by solved_by",
    ),
    "synthesis.verslagaanvaarding": Rij(
        "verslag__reeks",
        ("naam bij een aanvaard punt van het verslag", "namen bij aanvaarde punten van het verslag"),
        gewoon="soort",
        gezegd="reden",
        sleutel="vingerafdruk",
        leeg="accepted_by",
    ),
    "synthesis.verslagversie": Rij(
        "verslag__reeks",
        ("naam bij een versie van het verslag", "namen bij versies van het verslag"),
        gewoon="status",
        gezegd="inhoud toelichting",
        sleutel="afdruk",
        leeg="created_by",
    ),
    "synthesis.sjabloon": Rij(
        "reeks",
        ("naam bij de Word-sjabloon", "namen bij Word-sjablonen"),
        gewoon="naam data",
        leeg="uploaded_by",
    ),
    "synthesis.vrijgave": Rij(
        "diner__reeks",
        ("naam bij wat op het scherm mocht", "namen bij wat op het scherm mocht"),
        gezegd="tekst",
        leeg="aangeboden_door vrijgegeven_door",
    ),
    "synthesis.zoekregel": Rij(gezegd="woorden"),
    "synthesis.terugkoppeling": Rij(),
    "synthesis.gastlink": Rij(sleutel="nonce token_hash"),
    "synthesis.gastdraad": Rij(
        "rode_draad__reeks",
        ("naam bij een rode draad voor gasten", "namen bij rode draden voor gasten"),
        leeg="released_by",
    ),
    "synthesis.gastantwoord": Rij(gewoon="id herkend", gezegd="over tekst"),
    "synthesis.vervolg": Rij(gezegd="tekst"),
    # --- accounts and their surroundings: of the person, or of no reeks
    "account.emailaddress": Rij(account="user email"),
    "account.emailconfirmation": Rij(account="key"),
    "mfa.authenticator": Rij(account="user type data"),
    "socialaccount.socialapp": Rij(
        gewoon="provider provider_id name client_id settings", sleutel="secret key"
    ),
    "socialaccount.socialaccount": Rij(account="user provider uid extra_data"),
    "socialaccount.socialtoken": Rij(account="token token_secret"),
    "auth.group": Rij(gewoon="name"),
    "auth.permission": Rij(gewoon="name codename"),
    "contenttypes.contenttype": Rij(gewoon="app_label model"),
    "sessions.session": Rij(account="session_key session_data"),
    # Who looked after what in the back office. Lines about rows of a reeks that are personal go (``erase``).
    "admin.logentry": Rij(account="user", gewoon="object_id change_message", herschreven="object_repr"),
}


def _rows(naam: str, reeks: int) -> QuerySet[Any]:
    model: type[Model] = apps.get_model(naam)
    return model._base_manager.filter(**{TABEL[naam].pad: reeks}, **TABEL[naam].alleen)


def personal_rows(naam: str, reeks: int) -> QuerySet[Any]:
    """The rows of model *naam* ("app.model") of the reeks with this pk that hold something personal now."""
    rij, rows = TABEL[naam], _rows(naam, reeks)
    if rij.weg:
        return rows
    some = Q()
    for veld in rij.leeg.split():
        some |= ~(Q(**{f"{veld}__isnull": True}) if _is_null(naam, veld) else Q(**{veld: ""}))
    for veld in rij.merkloos.split():
        some |= ~Q(**{f"{veld}__startswith": MERKLOOS})
    return rows.filter(some)


def _is_null(naam: str, veld: str) -> bool:
    return bool(apps.get_model(naam)._meta.get_field(veld).null)


def count_personal(reeks: int) -> list[tuple[int, str]]:
    """How many rows hold something personal, and what that is called; only what there is. A query a model."""
    counted = [
        (personal_rows(naam, reeks).count(), rij.wat) for naam, rij in TABEL.items() if rij.personal.strip()
    ]
    return [(aantal, wat[aantal != 1]) for aantal, wat in counted if aantal]


def erase(app: str, reeks: int) -> None:
    """Take away what ``TABEL`` calls personal in the models of *app*, and what the back office wrote about those rows.

    Only the services of that app call it. A few queries a model, however many rows.
    """
    for naam, rij in TABEL.items():
        if naam.split(".")[0] != app or not rij.personal.strip():
            continue
        rows = _rows(naam, reeks)
        _forget_in_back_office(naam, rows)
        if rij.weg:
            rows.delete()
            continue
        changes: dict[str, Any] = {veld: None if _is_null(naam, veld) else "" for veld in rij.leeg.split()}
        numbered = Concat(Value(MERKLOOS), Cast(F("pk"), CharField()))
        rows.update(**changes, **dict.fromkeys(rij.merkloos.split(), numbered))


def _forget_in_back_office(naam: str, rows: QuerySet[Any]) -> None:
    """Its lines hold the name of what they are about."""
    app_label, model = naam.split(".")
    lines = apps.get_model("admin.logentry")._base_manager.filter(
        content_type__app_label=app_label, content_type__model=model
    )
    pks = [str(pk) for pk in rows.values_list("pk", flat=True)] if lines.exists() else []
    for begin in range(0, len(pks), 500):
        lines.filter(object_id__in=pks[begin : begin + 500]).delete()
