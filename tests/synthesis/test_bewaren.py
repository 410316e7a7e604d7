"""How long a reeks keeps what it knows of people: the date, the letters, everything in one file, and the end of it."""

import io
import json
import zipfile
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from denkdiner.errors import DenkdinerError
from denkdiner.persoonlijk import TABEL
from sessions.models import Gebruiker, Herinnering, Reeks, Taak
from sessions.services import (
    advies_bewaren,
    bewaren,
    close_diner,
    delete_reeks,
    invite,
    open_briefing,
    open_scherm,
    open_toegangen,
    remind,
    set_bewaren_tot,
)
from synthesis import exchange, services
from synthesis.models import Sjabloon, Verslag
from tests.factories import (
    NOW,
    BijdrageFactory,
    BriefFactory,
    GastFactory,
    LidmaatschapFactory,
    LogoFactory,
    LogregelFactory,
    PortretFactory,
    SprekerFactory,
    StellingideeFactory,
)

pytestmark = pytest.mark.django_db
VANDAAG = timezone.localdate(NOW)
DAG = timedelta(days=1)
OM = timezone.localtime(NOW).isoformat(timespec="seconds")


def url(name, *more):
    return reverse(f"synthesis:{name}", args=["verkenning-2050", *more])


@pytest.fixture
def gesloten(diner):
    diner.status = "afgesloten"
    diner.save()
    return diner


# --- until when -----------------------------------------------------------------------------------------------------------


def test_date_is_in_the_future_and_not_too_far(reeks, roos):
    for wrong in (VANDAAG, VANDAAG - DAG, VANDAAG + 5 * 366 * DAG + DAG, date.max):
        with pytest.raises(DenkdinerError):
            set_bewaren_tot(reeks=reeks, datum=wrong, gebruiker=roos, now=NOW)
    assert Reeks.objects.get(pk=reeks.pk).bewaren_tot is None
    for good in (VANDAAG + DAG, VANDAAG + 5 * 366 * DAG):
        set_bewaren_tot(reeks=reeks, datum=good, gebruiker=roos, now=NOW)
        set_bewaren_tot(reeks=reeks, datum=good, gebruiker=roos, now=NOW)
        assert Reeks.objects.get(pk=reeks.pk).bewaren_tot == good
    assert [regel.wat for regel in reeks.logregels.order_by("pk")] == [
        "zette de bewaartermijn op 25-11-2026",
        f"zette de bewaartermijn op {VANDAAG + 5 * 366 * DAG:%d-%m-%Y}",
    ]


def test_advice_is_a_year_after_the_last_diner(reeks, diner):
    assert advies_bewaren(reeks, VANDAAG) == date(2027, 11, 24)
    diner.datum = date(2020, 1, 1)
    diner.save()
    assert advies_bewaren(reeks, VANDAAG) == VANDAAG + 365 * DAG


def test_page_says_what_is_known_and_takes_a_date(reeks, roos, sign_in, diner):
    GastFactory(diner=diner)
    SprekerFactory(reeks=reeks, email="ada@voorbeeld.test")
    SprekerFactory(reeks=reeks)
    client = sign_in(roos)
    html = client.get(url("bewaren")).content.decode()
    assert "1 gast<" in html
    assert "1 spreker met een e-mailadres" in html
    assert "1 lid met een account" in html
    straks = timezone.localdate() + 100 * DAG
    assert client.post(url("bewaren"), {"bewaren_tot": straks.isoformat()}).status_code == 302
    assert Reeks.objects.get().bewaren_tot == straks
    for wrong in ("", "gisteren", "2020-01-01", "9999-12-31", "\0", "x" * 9000):
        response = client.post(url("bewaren"), {"bewaren_tot": wrong})
        assert response.status_code == 422
        assert b"fouten" in response.content or b"melding" in response.content or b"fout" in response.content
    assert Reeks.objects.get().bewaren_tot == straks


@pytest.mark.parametrize(
    ("resten", "gezegd"), [(31, False), (30, True), (0, True), (-5, True), (None, False)]
)
def test_reeks_page_says_it_to_the_organiser_when_it_is_near(reeks, roos, vera, sign_in, resten, gezegd):
    reeks.bewaren_tot = None if resten is None else timezone.localdate() + resten * DAG
    reeks.save()
    page = reverse("diners:reeks_detail", args=[reeks.slug])
    assert (b"kies een andere datum" in sign_in(roos).get(page).content) is gezegd
    assert b"kies een andere datum" not in sign_in(vera).get(page).content


def test_the_date_of_a_reeks_promises_no_erasing_by_itself():
    assert "niets vanzelf gewist" in Reeks._meta.get_field("bewaren_tot").help_text


# --- letters --------------------------------------------------------------------------------------------------------------


def letters(mailoutbox, now):
    mailoutbox.clear()
    remind(clock=lambda: now, link_of=lambda reeks: f"https://x.test/{reeks.slug}/")
    return [(mail.to[0], mail.body) for mail in mailoutbox]


def test_organisatoren_are_told_thrice_and_each_time_once(reeks, roos, vera, otto, mailoutbox):
    LidmaatschapFactory(reeks=reeks, gebruiker__email="zij@voorbeeld.test", gebruiker__naam="Zij")
    LidmaatschapFactory(reeks=reeks, gebruiker__is_active=False)
    set_bewaren_tot(reeks=reeks, datum=VANDAAG + 40 * DAG, gebruiker=roos, now=NOW)
    told = {}
    for dag in range(45):
        for _ in range(2):
            if found := letters(mailoutbox, NOW + dag * DAG):
                assert dag not in told
                told[dag] = found
    assert list(told) == [10, 33, 40]
    for found in told.values():
        assert [aan for aan, _ in found] == ["roos@voorbeeld.test", "zij@voorbeeld.test"]
    assert "over 30 dagen" in told[10][0][1]
    assert "over 7 dagen" in told[33][0][1]
    assert "Dat is vandaag" in told[40][0][1]
    assert all("https://x.test/verkenning-2050/" in body for found in told.values() for _, body in found)


def test_missed_day_is_made_up_for_and_another_date_begins_anew(reeks, roos, mailoutbox):
    set_bewaren_tot(reeks=reeks, datum=VANDAAG + 20 * DAG, gebruiker=roos, now=NOW)
    assert len(letters(mailoutbox, NOW)) == 1
    assert letters(mailoutbox, NOW + DAG) == []
    set_bewaren_tot(reeks=reeks, datum=VANDAAG + 25 * DAG, gebruiker=roos, now=NOW)
    assert len(letters(mailoutbox, NOW + DAG)) == 1
    [(_, body)] = letters(mailoutbox, NOW + 90 * DAG)
    assert "voorbij" in body


def test_letter_that_cannot_leave_is_tried_again(reeks, roos, mailoutbox, settings):
    reeks.bewaren_tot = timezone.localdate() + 3 * DAG
    reeks.save()
    mail = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # nobody answers there
    with pytest.raises(CommandError, match="1 herinneringen"):
        call_command("remind")
    assert not Herinnering.objects.exists()
    settings.EMAIL_BACKEND = mail
    call_command("remind")
    call_command("remind")
    assert len(mailoutbox) == Herinnering.objects.count() == 1
    assert url("bewaren") in mailoutbox[0].body


def test_reminders_end_calmly_without_a_mail_server(reeks, roos, settings, capsys):
    reeks.bewaren_tot = timezone.localdate() + 3 * DAG
    reeks.save()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    call_command("remind")
    assert "geen mailserver" in capsys.readouterr().out
    assert not Herinnering.objects.exists()


def test_reminder_whose_sender_died_goes_after_a_quarter_and_no_sooner(reeks, roos, mailoutbox, monkeypatch):
    set_bewaren_tot(reeks=reeks, datum=VANDAAG + 20 * DAG, gebruiker=roos, now=NOW)

    def die(**_):
        raise SystemExit

    with monkeypatch.context() as during:
        during.setattr(bewaren, "send_letter", die)
        with pytest.raises(SystemExit):
            letters(mailoutbox, NOW)
    assert Herinnering.objects.get().sent_at is None
    assert letters(mailoutbox, NOW + timedelta(minutes=14)) == []
    later = NOW + timedelta(minutes=16)
    assert len(letters(mailoutbox, later)) == 1
    assert letters(mailoutbox, later + DAG) == []
    rij = Herinnering.objects.get()
    assert (rij.claimed_at, rij.sent_at) == (later, later)


def test_reminder_is_claimed_at_the_time_of_that_letter(reeks, roos, mailoutbox):
    """A long run: another timer would take over a claim as old as its start, while the letter is being sent."""
    LidmaatschapFactory(reeks=reeks)
    set_bewaren_tot(reeks=reeks, datum=VANDAAG + 20 * DAG, gebruiker=roos, now=NOW)
    tijden = (NOW + timedelta(minutes=10 * n) for n in range(9))
    assert remind(clock=lambda: next(tijden), link_of=lambda reeks: "https://x.test/") == (2, 0)
    een, ander = Herinnering.objects.order_by("pk")
    assert ander.claimed_at - een.claimed_at >= timedelta(minutes=10)


# --- everything in one file -----------------------------------------------------------------------------------------------


def unzip(reeks):
    target = io.BytesIO()
    exchange.write_archief(reeks, target)
    with zipfile.ZipFile(target) as archief:
        assert archief.testzip() is None
        files = {naam: archief.read(naam) for naam in archief.namelist()}
        return {naam: data.decode(errors="replace") for naam, data in files.items()}, target.getvalue()


@pytest.fixture
def vol(reeks, diner, roos, tafels, stelling, ronde, femke):
    """A reeks with something of everything, and secrets of every kind."""
    BijdrageFactory(tafel=tafels[0], stelling=stelling, tekst="Een gedachte; met een punt")
    GastFactory(diner=diner, naam="=1+1 Jansen").plaatsen.create(ronde=ronde, tafel=tafels[0])
    spreker = SprekerFactory(reeks=reeks, naam="Ada Vos", email="ada@voorbeeld.test")
    optreden = diner.optredens.create(spreker=spreker)
    open_briefing(optreden=optreden)
    PortretFactory(spreker=spreker)
    PortretFactory(spreker=SprekerFactory(reeks=reeks, naam="../É. Niet"))
    LogoFactory(reeks=reeks)
    Sjabloon.objects.create(reeks=reeks, naam="huisstijl.docx", data=b"PK", uploaded_at=NOW, uploaded_by=roos)
    Verslag.objects.create(reeks=reeks, titel="Verslag", updated_at=NOW)
    StellingideeFactory(optreden=optreden, tekst="=Anders", settled_at=NOW, stelling=stelling)
    BriefFactory(
        optreden=optreden, uitnodiging=None, soort="briefing", onderwerp="Jouw bijdrage", made_by=roos
    )
    GastFactory(diner=diner, naam="Niet Meer", afgemeld=True)
    Taak.objects.create(
        reeks=reeks, diner=diner, soort="schikking", status="klaar", resultaat={"tussenstand": "hoort hier niet"},
        gebruiker=roos, asked_at=NOW, heartbeat_at=NOW, finished_at=NOW,
    )  # fmt: skip
    open_scherm(diner=diner)
    open_toegangen(diner=diner, now=NOW)
    invite(reeks=reeks, email="straks@voorbeeld.test", rol="kijker", gebruiker=roos, now=NOW)
    return reeks


def test_archive_holds_everything_and_says_what_is_what(vol):
    files, _ = unzip(vol)
    assert json.loads(files["reeks.json"]) == json.loads(exchange.export_reeks(vol))
    [versie] = map(json.loads, files["notities-alle-versies.jsonl"].splitlines())
    assert (versie["tafel"], versie["versie"], versie["inhoud"]) == (
        1,
        1,
        {"tekst": "Een gedachte; met een punt"},
    )
    assert files["gasten.csv"].splitlines() == [
        "\ufeffdiner;naam;organisatie;sector;afgemeld",
        "1;'=1+1 Jansen;;;False",
        "1;Niet Meer;;;True",
    ]
    assert files["plaatsen.csv"].endswith("1;1;1;'=1+1 Jansen;False\r\n")
    assert "ada@voorbeeld.test" in files["sprekers.csv"]
    assert "Roos;roos@voorbeeld.test;organisator" in files["leden.csv"]
    assert "nodigde iemand uit als kijker" in files["logboek.csv"]
    assert "straks@voorbeeld.test;kijker" in files["uitnodigingen.csv"]
    assert files["voorstellen.csv"].endswith(f"1;Ada Vos;'=Anders;{OM};{OM};1\r\n")
    post = f"briefing;ada@voorbeeld.test;Jouw bijdrage;wacht;{OM};Roos;;0;{OM};;"
    assert post in files["post.csv"].splitlines()
    assert files["taken.csv"].endswith(f"1;schikking;klaar;0;;Roos;{OM};;{OM}\r\n")
    assert "hoort hier niet" not in "".join(files.values())
    namen = {naam.replace("portretten/", "portretten/ ").split()[0] for naam in files} - {"LEESMIJ.txt"}
    assert [naam for naam in namen if naam not in files["LEESMIJ.txt"]] == []


def test_archive_holds_the_pictures_under_safe_names(vol):
    with zipfile.ZipFile(io.BytesIO(unzip(vol)[1])) as archief:
        beelden = {naam: archief.read(naam) for naam in archief.namelist() if naam.endswith(("png", "jpg"))}
    assert beelden == {
        "logo.png": bytes(vol.logo.data),
        "portretten/1-e-niet.jpg": b"portret",
        "portretten/2-ada-vos.jpg": b"portret",
    }
    vol.logo.soort = "image/jpeg"
    vol.logo.save()
    assert "logo.jpg" in unzip(vol)[0]


IN_ARCHIEF = {
    "reeks.json": "diners.reeks diners.diner diners.stelling diners.ronde diners.tafel capture.bijdrage "
    "synthesis.rodedraad synthesis.onderbouwing synthesis.verslag synthesis.verslagdeel",
    "logo.png": "diners.logo",
    "sjabloon.docx": "synthesis.sjabloon",
    "portretten/2-ada-vos.jpg": "diners.portret",
    "notities-alle-versies.jsonl": "capture.bijdrageversie",
    "apart-gezet.jsonl": "capture.quarantaine",
    "rode-draden-eerdere-versies.jsonl": "synthesis.draadversie",
    "opmerkingen.csv": "synthesis.opmerking",
    "aanvaard.csv": "synthesis.aanvaarding",
    "verslag-versies.jsonl": "synthesis.verslagversie",
    "opmerkingen-verslag.csv": "synthesis.verslagopmerking",
    "aanvaard-verslag.csv": "synthesis.verslagaanvaarding",
    "stellingen-eerdere-versies.jsonl": "diners.stellingversie",
    "peilingen.csv": "capture.peiling",
    "tellingen.csv": "capture.telling",
    "stemmen.csv": "capture.stemming capture.stem",
    "minderheden.csv": "synthesis.minderheid",
    "weggelegde-draden.csv": "",
    "gasten.csv": "diners.gast",
    "plaatsen.csv": "diners.plaats",
    "sprekers.csv": "diners.spreker diners.optreden diners.briefing",
    "voorstellen.csv": "diners.stellingidee",
    "leden.csv": "diners.lidmaatschap diners.gebruiker",
    "uitnodigingen.csv": "diners.uitnodiging",
    "post.csv": "diners.brief",
    "berichten.csv": "diners.bericht",
    "logboek.csv": "diners.logregel",
    "taken.csv": "diners.taak",
    "gasten-achteraf.csv": "synthesis.gastantwoord",
    "vervolg.csv": "synthesis.vervolg",
}
NIET_IN_ARCHIEF = {
    "only opens something, or knows a device again": "diners.agendalink diners.toegang diners.apparaat capture.stemlink "
    "synthesis.gastlink",
    "only how far a calendar, a server or the scherm is": "diners.agendastand capture.tijdperk diners.scherm",
    "when who was told that this date comes near; who that is stands in leden.csv": "diners.herinnering",
    "only that a table waited, or had read a message": "diners.hulpvraag diners.gezien",
    "a step to be taken back; what it led to stands in the notes and threads": "synthesis.handeling",
    "a copy of a thread or a note, for the scherm": "synthesis.vrijgave",
    "the words of notes and threads, to search in": "synthesis.zoekregel",
    "only what guests could read on their pages, and until when": "synthesis.terugkoppeling synthesis.gastdraad",
    "made from all of this, and gone within a day": "diners.taakbestand",
    "what lay under a text when it was saved; the notes themselves stand in reeks.json": "synthesis.bronstand",
    "of somebody's own account": "account.emailaddress account.emailconfirmation mfa.authenticator "
    "socialaccount.socialaccount socialaccount.socialtoken sessions.session",
    "of the server, and of no reeks": "socialaccount.socialapp auth.group auth.permission "
    "contenttypes.contenttype admin.logentry",
}


def test_every_model_is_in_the_archive_or_left_out_with_a_reason(vol):
    with CaptureQueriesContext(connection) as caught:
        files, _ = unzip(vol)
    erin, eruit = (" ".join(wat.values()).split() for wat in (IN_ARCHIEF, NIET_IN_ARCHIEF))
    assert sorted(erin + eruit) == sorted(TABEL)
    assert [naam for naam in IN_ARCHIEF if naam not in files] == []
    asked = " ".join(query["sql"] for query in caught)
    tables = {naam: apps.get_model(naam)._meta.db_table for naam in erin if naam != "diners.reeks"}
    assert [naam for naam, table in tables.items() if f'"{table}"' not in asked] == []


def test_archive_is_the_same_for_the_same_data(vol):
    assert unzip(vol)[1] == unzip(vol)[1]


def test_archive_holds_no_secret(vol):
    files, _ = unzip(vol)
    everything = "\n".join(files.values())
    secrets = [
        getattr(row, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if any(word in field.name for word in ("nonce", "hash", "password", "device_id", "toestel"))
        for row in model._base_manager.all()
        if getattr(row, field.name)
    ]
    assert len(secrets) >= 10
    assert [secret for secret in secrets if str(secret) in everything] == []


def test_archive_takes_the_same_number_of_queries_for_one_note_and_many(
    vol, tafels, django_assert_num_queries
):
    def count():
        with CaptureQueriesContext(connection) as caught:
            unzip(vol)
        return len(caught)

    one = count()
    for _ in range(5):
        BijdrageFactory(tafel=tafels[0])
        PortretFactory(spreker__reeks=vol)
    assert count() == one


def test_archive_comes_as_a_file_for_organisatoren_only(vol, roos, sign_in):
    response = sign_in(roos).get(url("archief"))
    assert response["Content-Disposition"] == 'attachment; filename="verkenning-2050-alles.zip"'
    with zipfile.ZipFile(io.BytesIO(response.content)) as archief:
        assert len(archief.namelist()) == 32


def test_archive_leaves_in_pieces_under_asgi(vol, roos, sign_in, async_client):
    from asgiref.sync import async_to_sync

    async_client.force_login(roos)

    async def fetch():
        response = await async_client.get(url("archief"))
        return response, b"".join([piece async for piece in response.streaming_content])

    response, content = async_to_sync(fetch)()
    assert response.is_async
    assert int(response["Content-Length"]) == len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archief:
        assert archief.testzip() is None


# --- the end --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["synthesis:personen_wissen", "diners:reeks_delete"])
def test_erasing_needs_the_very_title_and_offers_the_archive(name, reeks, roos, sign_in, gesloten):
    GastFactory(diner=gesloten)
    page, client = reverse(name, args=[reeks.slug]), sign_in(roos)
    assert url("archief") in client.get(page).content.decode()
    for wrong in ("", "verkenning 2050", "Verkenning", "\0"):
        assert client.post(page, {"titel": wrong}).status_code == 422
    assert gesloten.gasten.count() == 1
    assert client.post(page, {"titel": "Verkenning 2050"}).status_code == 302
    assert gesloten.gasten.count() == 0
    assert Reeks.objects.filter(pk=reeks.pk).exists() is (name == "synthesis:personen_wissen")


@pytest.mark.parametrize("erase", [services.erase_persons, delete_reeks])
def test_nothing_is_erased_while_a_diner_is_live(erase, reeks, diner, roos):
    GastFactory(diner=diner)
    with pytest.raises(DenkdinerError, match="live"):
        erase(reeks=reeks, gebruiker=roos, now=NOW)
    assert diner.gasten.count() == 1
    close_diner(diner=diner, gebruiker=roos, now=NOW)
    erase(reeks=reeks, gebruiker=roos, now=NOW)
    assert diner.gasten.count() == 0


def test_erasing_is_all_or_nothing(reeks, gesloten, roos, monkeypatch):
    GastFactory(diner=gesloten)
    LogregelFactory(reeks=reeks, gebruiker=roos)
    monkeypatch.setattr("synthesis.services.wissen.add_reeksregel", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        services.erase_persons(reeks=reeks, gebruiker=roos, now=NOW)
    assert gesloten.gasten.count() == 1
    assert reeks.logregels.get().gebruiker == roos


def test_deleted_reeks_stays_in_the_log_of_the_server_without_a_name(
    reeks, roos, caplog, django_capture_on_commit_callbacks
):
    pk = reeks.pk
    with django_capture_on_commit_callbacks(execute=True):
        delete_reeks(reeks=reeks, gebruiker=roos, now=NOW)
    [line] = [record for record in caplog.records if "reeks_deleted" in str(record.msg)]
    said = {key: line.msg[key] for key in ("event", "reeks", "gebruiker", "at")}
    assert said == {"event": "reeks_deleted", "reeks": pk, "gebruiker": roos.pk, "at": NOW.isoformat()}
    assert "Verkenning" not in str(line.msg)
    assert Gebruiker.objects.filter(pk=roos.pk).exists()
