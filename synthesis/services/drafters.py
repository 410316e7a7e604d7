"""The drafters beside the embedded one: a language model elsewhere, or sentence vectors here. In the background.

Both are off unless the settings say otherwise. What a model elsewhere gets is what a person saw (``gezien``), and nothing
of its answer is stored that the notes do not bear out (``synthesis.drafting.bewaking``).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models, transaction

from denkdiner.endpoint import ask
from denkdiner.errors import Conflict, DenkdinerError
from sessions.models import Gebruiker, Stelling, Taak
from sessions.services import start_taak
from sessions.services.log import add_logregel
from sessions.services.taken import Json, Werk, register
from synthesis.drafting import Concept, Drafter, Notitie
from synthesis.drafting.bewaking import guard
from synthesis.drafting.vraag import Antwoord, Onbruikbaar, Vraag, read_antwoord
from synthesis.queries import corpus_of, voorgelegd
from synthesis.services.voorstel import check_aantal, put_voorstel

if TYPE_CHECKING:
    from synthesis.drafting.corpus import Corpus

VOORSTEL = "voorstel"
"""The kind of its ``Taak``."""
ANDERS = (
    "Intussen is er iets veranderd aan de notities of de rode draden. Kijk opnieuw wat er verstuurd wordt."
)
NIETS = "Het antwoord van het taalmodel was niet te gebruiken. Er is niets veranderd."


class Wijze(models.TextChoices):
    """How notes are grouped."""

    WOORDEN = "woorden", "Op de woorden in de notities"
    VECTOREN = "vectoren", "Op betekenis, met taalvectoren op deze server"
    TAALMODEL = "taalmodel", "Met een taalmodel"


def wijzen() -> list[tuple[str, str]]:
    """Those that this installation has, with what they are called."""
    gevonden = [(Wijze.WOORDEN.value, str(Wijze.WOORDEN.label))]
    if settings.DRAFTER_FOLDER:
        gevonden.append((Wijze.VECTOREN.value, str(Wijze.VECTOREN.label)))
    if settings.DRAFTER_ENDPOINT.url:
        gevonden.append((Wijze.TAALMODEL.value, f"Met het taalmodel van {settings.DRAFTER_ENDPOINT.naam}"))
    return gevonden


def _check(wijze: str) -> None:
    if wijze not in dict(wijzen()) or wijze == Wijze.WOORDEN:
        raise DenkdinerError("Op deze server is dat niet ingesteld. Vraag het de beheerder.")


def check_vraag(stelling: Stelling, aantal: int | None = None) -> None:
    """Can a language model be asked about *stelling*? ``DenkdinerError`` when there is none, nothing, or too much."""
    _check(Wijze.TAALMODEL)
    check_aantal(aantal)
    if stelling.pk and not stelling.bijdragen.present().of_tables().exists():
        raise DenkdinerError("Er zijn nog geen notities van tafels over deze stelling.")


def start_voorstel(
    *,
    stelling: Stelling,
    wijze: str,
    gebruiker: Gebruiker,
    now: datetime,
    aantal: int | None = None,
    gezien: str = "",
) -> Taak:
    """Have a proposal made in the background. For a language model *gezien* says which question the person saw.

    ``Conflict`` when it would be another one now, or when a proposal is under way in this diner; ``DenkdinerError`` when
    *wijze* is not there.
    """
    _check(wijze)
    check_aantal(aantal)
    if wijze == Wijze.TAALMODEL:
        check_vraag(stelling, aantal)
        _same_vraag(stelling, aantal, gezien)
    return start_taak(
        soort=VOORSTEL,
        reeks=stelling.diner.reeks,
        diner=stelling.diner,
        gebruiker=gebruiker,
        now=now,
        opdracht={"stelling": stelling.pk, "wijze": str(wijze), "aantal": aantal, "gezien": gezien},
    )


def _same_vraag(stelling: Stelling, aantal: int | None, gezien: str) -> Vraag:
    nu = voorgelegd(stelling, aantal)
    if len(nu.vraag.tekst) > settings.DRAFTER_MAX_CHARACTERS:
        raise DenkdinerError(
            f"Dit zijn te veel notities voor het taalmodel: {len(nu.vraag.tekst)} tekens, het kan er "
            f"{settings.DRAFTER_MAX_CHARACTERS} aan."
        )
    if nu.gezien != gezien:
        raise Conflict(ANDERS)
    return nu.vraag


# --- the work of the task ----------------------------------------------------------------------------------------------
def _make(werk: Werk) -> Json:
    opdracht = werk.taak.opdracht
    stelling = (
        Stelling.objects.select_related("diner__reeks")
        .filter(pk=opdracht["stelling"], diner=werk.taak.diner)
        .first()
    )
    if stelling is None:
        raise DenkdinerError("Deze stelling bestaat niet meer.")
    _check(opdracht["wijze"])
    maken = {Wijze.VECTOREN: _with_vectors, Wijze.TAALMODEL: _with_model}[Wijze(opdracht["wijze"])]
    return maken(werk, stelling, opdracht["aantal"])


register(VOORSTEL, _make, "een voorstel voor rode draden")


def drafter_with_vectors(corpus: "Corpus") -> Drafter:
    """For a command, that stores nothing. Raises ``DenkdinerError`` when the model cannot be used."""
    from synthesis.drafting.lexical import LexicalDrafter
    from synthesis.drafting.vectoren import load_vectoren

    _check(Wijze.VECTOREN)
    return LexicalDrafter(corpus, load_vectoren(settings.DRAFTER_FOLDER))


def _with_vectors(werk: Werk, stelling: Stelling, aantal: int | None) -> Json:
    """All that takes long comes before the lock: meanwhile tables log and people write."""
    from synthesis.drafting.lexical import LexicalDrafter
    from synthesis.drafting.vectoren import load_vectoren

    werk.report(2, "De taalvectoren worden geladen")
    vectoren = load_vectoren(settings.DRAFTER_FOLDER)
    teksten = list(stelling.bijdragen.present().of_tables().values_list("tekst", flat=True))
    vectoren.read(teksten, lambda deel: werk.report(5 + int(80 * deel), "De notities worden gelezen"))
    werk.report(90, "De notities worden bij elkaar gelegd")
    drafter = LexicalDrafter(corpus_of(stelling.diner), vectoren)
    return {"draden": _store(werk, stelling, drafter, aantal)}


def _with_model(werk: Werk, stelling: Stelling, aantal: int | None) -> Json:
    endpoint = settings.DRAFTER_ENDPOINT
    vraag = _same_vraag(stelling, aantal, werk.taak.opdracht["gezien"])

    def waiting(seconds: float) -> None:
        werk.report(5 + int(85 * seconds / endpoint.seconds), "Het taalmodel denkt na")

    waiting(0)
    add_logregel(
        diner=stelling.diner,
        wat=f"legde {len(vraag.notities)} notities over stelling {stelling.nummer} voor aan een taalmodel",
        now=werk.clock(),
        gebruiker=werk.taak.gebruiker,
    )
    gezegd = ask(endpoint, systeem=vraag.systeem, tekst=vraag.tekst, waiting=waiting)
    werk.report(95, "Het antwoord wordt nagekeken")
    try:
        drafter = _Guarded(read_antwoord(gezegd), vraag)
    except Onbruikbaar:
        raise DenkdinerError(NIETS) from None
    draden = _store(werk, stelling, drafter, aantal)
    return {"draden": draden, "weggelaten": dict(drafter.weggelaten)}


class _Guarded:
    """The answer of a model as a drafter: held against the notes at the moment that it is stored."""

    def __init__(self, antwoord: Antwoord, vraag: Vraag) -> None:
        self.antwoord, self.vraag = antwoord, vraag
        self.weggelaten: Counter[str] = Counter()

    def draft(
        self, notities: Sequence[Notitie], *, stelling: str = "", aantal: int | None = None
    ) -> list[Concept]:
        bewaakt = guard(self.antwoord, self.vraag, notities, stelling=stelling)
        geplaatst = {note.id for note in notities if note.groep}
        if all(concept.los or geplaatst.issuperset(concept.bijdragen) for concept in bewaakt.concepten):
            raise DenkdinerError(NIETS)  # and what an earlier proposal made stays
        self.weggelaten = bewaakt.weggelaten
        return bewaakt.concepten


@transaction.atomic
def _store(werk: Werk, stelling: Stelling, drafter: Drafter, aantal: int | None) -> int:
    werk.confirm()
    return put_voorstel(stelling, drafter, werk.clock(), aantal)
