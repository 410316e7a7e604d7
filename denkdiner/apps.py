from django.apps import AppConfig


class DenkdinerConfig(AppConfig):
    name = "denkdiner"
    verbose_name = "Denkdiner"

    def ready(self) -> None:
        from denkdiner import checks  # noqa: F401  registers the system checks
