"""How allauth makes and finds accounts here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up on their own: an account comes from an invitation or from the command line."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
