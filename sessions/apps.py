from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "sessions"
    label = "diners"  # "sessions" is taken by django.contrib.sessions
    verbose_name = "Programma"
