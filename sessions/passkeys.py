"""How a member makes a passkey here, and signs in with it."""

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms
from django.core.exceptions import ValidationError

ONBEKEND = "Deze passkey hoort niet (meer) bij een account hier. Log in met je wachtwoord."


class AddWebAuthnForm(forms.AddWebAuthnForm):
    """Ticked from the start: who adds a key wants to sign in with it, and a key that was made without cannot."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Naam, zodat je hem later herkent"
        if passwordless := self.fields.get("passwordless"):
            passwordless.initial = True
            passwordless.label = "Inloggen zonder wachtwoord (passkey)"
            passwordless.help_text = "Je apparaat vraagt dan om je vinger, je gezicht of een pincode."


class LoginWebAuthnForm(forms.LoginWebAuthnForm):
    """Says in words what is wrong with a passkey: allauth calls all of it an incorrect code."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        # What a stranger sends is taken apart by allauth and fido2, and they trip over it in all these ways.
        except (ValidationError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(ONBEKEND) from error
