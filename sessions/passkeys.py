"""How a member makes a passkey here, and signs in with it."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField, Form, HiddenInput, JSONField

STRANGE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, struct.error, RecursionError)
"""How json, allauth and fido2 trip over what a stranger sends; allauth itself catches two of them."""
ONBEKEND = (
    "Deze passkey hoort niet (meer) bij een account hier. Log in met je wachtwoord. Wordt daarna "
    "om een sleutel gevraagd die je niet hebt, vul dan een herstelcode in, of vraag de beheerder om hulp."
)
ONLEESBAAR = "Het antwoord van je sleutel is niet te lezen. Probeer het nog eens."


class Sleutelantwoord(JSONField):
    """What a key answers: once, so that it is never shown again, and with nothing in it that breaks the page."""

    widget = HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except (
            ValueError,
            RecursionError,
        ) as error:  # a number of thousands of digits, lists in lists in lists
            raise ValidationError(ONLEESBAAR) from error

    def get_bound_field(self, form: Any, field_name: str) -> BoundField:
        return _Vergeten(form, self, field_name)


class _Vergeten(BoundField):
    def value(self) -> str:
        return ""


class Sleutelform(Form):
    """Before each of allauth's forms that read a key: what is strange in it is a sentence, never an error of the server."""

    onleesbaar = ONLEESBAAR
    credential = Sleutelantwoord()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except STRANGE as error:
            raise ValidationError(self.onleesbaar) from error

    def clean(self) -> dict[str, Any]:
        with self._in_words():
            return super().clean() or {}


class AddWebAuthnForm(Sleutelform, forms.AddWebAuthnForm):
    """Ticked from the start: who adds a key wants to sign in with it, and a key that was made without cannot."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Naam, zodat je hem later herkent"
        if passwordless := self.fields.get("passwordless"):
            passwordless.initial = True
            passwordless.label = "Inloggen zonder wachtwoord (passkey)"
            passwordless.help_text = (
                "Je apparaat vraagt dan om je vinger, je gezicht of een pincode. Daarna vraagt ook het wachtwoord om deze "
                "sleutel of een herstelcode; bewaar die codes."
            )


class AuthenticateWebAuthnForm(Sleutelform, forms.AuthenticateWebAuthnForm):
    """A key as the second step."""

    def clean_credential(self) -> Authenticator:
        with self._in_words():
            return super().clean_credential()


class ReauthenticateWebAuthnForm(Sleutelform, forms.ReauthenticateWebAuthnForm):
    """A key once more, before something that matters."""

    def clean_credential(self) -> Authenticator:
        with self._in_words():
            return super().clean_credential()


class LoginWebAuthnForm(Sleutelform, forms.LoginWebAuthnForm):
    """Says in words what is wrong with a passkey: allauth calls all of it an incorrect code."""

    onleesbaar = ONBEKEND

    def clean_credential(self) -> Authenticator:
        try:
            with self._in_words():
                return super().clean_credential()
        except ValidationError as error:
            raise ValidationError(ONBEKEND) from error
