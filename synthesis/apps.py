from django.apps import AppConfig


class SynthesisConfig(AppConfig):
    name = "synthesis"
    label = "synthesis"
    verbose_name = "Synthese"
