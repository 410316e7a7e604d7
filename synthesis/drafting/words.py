"""From Dutch text to content words and word families."""

import functools
import re
from collections import Counter

TOKEN = re.compile(r"[a-zà-ÿ0-9]+(?:['’][a-zà-ÿ]+)?", re.IGNORECASE)

# Function words: closed classes of Dutch (articles, pronouns, prepositions, conjunctions, adverbs of degree and time,
# auxiliaries and light verbs with their forms, small numerals).
_FUNCTION = """
de het een en of maar want dus dat die dit deze der des den ten ter 't 'n 's t n s
ik je jij jou jouw jullie u uw hij zij ze hem haar hen hun we wij ons onze me mij mijn mezelf zich zichzelf elkaar men
iemand iedereen niemand iets niets wie wat welk welke zelf zelfde eigen
hier daar er waar hoe hoeveel waarom wanneer hoever
daarin daarbij daarmee daarnaast daarom daardoor daarvan daarover daarop daarvoor daartoe daarna
hierbij hierin hiermee hiervan hierop hiervoor hierdoor hiertoe waarin waarbij waarmee waardoor waarvan waarover waarop
waarvoor waartoe erin erop ervan ervoor eruit erbij ermee
in op aan van voor met naar bij door over om te tot uit onder tussen tegen zonder binnen buiten boven per via vanuit vanaf
sinds tijdens rond rondom richting volgens langs ondanks dankzij omtrent jegens na af toe heen weg terug samen mee mede
als alsof dan toen terwijl hoewel tenzij indien mits omdat doordat zodat zodra zoals
nu al ook nog niet geen wel zo echter immers namelijk bovendien vervolgens tevens alleen slechts juist vooral zeker zelfs
even eens ooit nooit altijd vaak soms meestal steeds weer opnieuw reeds pas snel heel zeer erg veel meer meest minder minst
weinig bijna ongeveer relatief vrij vrijwel nogal gewoon eigenlijk misschien wellicht bijvoorbeeld enzovoort tegelijk
tegelijkertijd enerzijds anderzijds niettemin desondanks daarentegen integendeel kortom slotte best toch hè ja nee
alle alles allen elk elke ieder iedere sommige enkele enkel meerdere verschillend verschillende divers diverse ander andere
anders zulk zulke dergelijk dergelijke beide geheel gehele
één ene eerst eerste twee tweede drie derde vier vijf zes zeven acht negen tien
zijn is ben bent was waren geweest worden word wordt werd werden geworden hebben heb hebt heeft had hadden gehad
zullen zal zou zouden kunnen kan kon konden gekund moeten moet moest moesten mogen mag mocht mochten willen wil wilde wilden
blijven blijf blijft bleef gebleven gaan ga gaat ging gingen komen kom komt kwam kwamen gekomen maken maak maakt maakte
gemaakt doen doe doet deed deden gedaan laten laat liet lieten zien ziet zag zagen gezien staan sta staat stond stonden
zitten zit liggen ligt lag geven geeft gaf gaven gegeven nemen neemt nam namen genomen krijgen krijgt kreeg vinden vindt vond
gevonden zeggen zegt zei stellen stelt stelde gesteld houden houdt hield brengen brengt bracht raken raakt blijken blijkt
bleek lijken lijkt leek heten heet lopen loopt leiden leidt leidde weten weet wist hoeven hoeft
groot grote goed goede nodig mogelijk belangrijk duidelijk sterk manier wijze gebied aantal deel vorm soort zaak ding moment
tijd jaar keer punt lijn
"""

# Words of the evening itself and of reporting on it: they say that something was said, not what.
_EVENING = """
deelnemer deelnemers deelneemster tafel tafels gesprek gesprekken tafelgesprek stelling stellingen diner diners denkdiner
denkdiners ronde inleiding spreker bijdrage discussie thema facilitator
benoemen benoemd benoemde noemen genoemd noemt noemden aangeven gaven aangegeven benadrukken benadrukt benadrukte opmerken
constateren geconstateerd constateert concluderen concludeerden signaleren vragen vraag vraagt vroeg kernvraag herkennen
herkend herkenning bespreken besproken spreken gesproken klinken klinkt klonk terugkomen terugkwam terugkerend terugkerende
voorbeeld voorbeelden gedeeld gedeelde breed brede gevoel besef beeld verschuiven nadrukkelijk expliciet herhaald
herhaaldelijk meermaals regelmatig centraal twijfel roep kanttekening opvallend zichtbaar voren eerder ervaren
"""


@functools.cache
def _stemmer() -> object:
    import snowballstemmer  # imported here: a page that drafts nothing need not load it

    return snowballstemmer.stemmer("dutch")


@functools.lru_cache(100_000)
def stem(word: str) -> str:
    """Snowball's Dutch stem (Porter 2001)."""
    return str(_stemmer().stemWord(word))  # type: ignore[attr-defined]


FUNCTION = frozenset(_FUNCTION.split())
STOP = FUNCTION | frozenset(_EVENING.split())


def words(tekst: str) -> list[str]:
    """Words in lower case; a hyphen parts them."""
    return [word.lower() for word in TOKEN.findall(tekst.replace("-", " "))]


def content(tekst: str) -> list[str]:
    """The words that carry meaning."""
    return [word for word in words(tekst) if word not in STOP and len(word) > 1]


@functools.lru_cache(100_000)
def families(word: str) -> tuple[str, ...]:
    """The stem, and the first 5 and 7 letters: economie/economisch, and compounds with the same first part.

    Stands in for splitting Dutch compounds, which brought nothing when it was measured.
    """
    found = ["s:" + stem(word)]
    if len(word) >= 5:
        found.append("x:" + word[:5])
    if len(word) >= 7:
        found.append("y:" + word[:7])
    return tuple(found)


def bag(tekst: str) -> Counter[str]:
    """How often each word family occurs."""
    counts: Counter[str] = Counter()
    for word in content(tekst):
        counts.update(families(word))
    return counts
