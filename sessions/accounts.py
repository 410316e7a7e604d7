"""How allauth makes and finds accounts here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up on their own: an account comes from an invitation or from the command line."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class MinimumLength(MinimumLengthValidator):
    """Django's own, in Dutch: its sentence was changed, and the Dutch catalogue of 5.2 does not have the new one."""

    def get_error_message(self) -> str:
        return f"Dit wachtwoord is te kort. Neem ten minste {self.min_length} tekens."
