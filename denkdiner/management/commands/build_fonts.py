"""``manage.py build_fonts``: cut the letters that Dutch pages need out of the font's package, once.

The font (Source Sans, OFL) is installed by the package manager; only its subset is served: about 20 kB a weight.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

WEIGHTS = {"Regular": "SourceSansPro-Regular.ttf", "Bold": "SourceSansPro-Semibold.ttf"}
LETTERS = "U+0020-007E,U+00A0-017F,U+2010-2026,U+20AC,U+2190-2193,U+21BB,U+2212,U+2713"


class Command(BaseCommand):
    requires_system_checks = ()  # one of them says that the fonts are not built
    help = "Maak de lettertypen klaar voor het web."

    def handle(self, *args: Any, **options: Any) -> None:
        spec = find_spec("font_source_sans_pro")
        if spec is None or not spec.submodule_search_locations:
            self.stderr.write(
                "Het pakket font-source-sans-pro ontbreekt; de letters van het apparaat worden gebruikt."
            )
            return
        source = Path(spec.submodule_search_locations[0]) / "files"
        target = settings.VAR_DIR / "build" / "fonts"
        target.mkdir(parents=True, exist_ok=True)
        for weight, name in WEIGHTS.items():
            output = target / f"SourceSans-{weight}.woff2"
            if not output.exists() or output.stat().st_mtime < (source / name).stat().st_mtime:
                self._subset(source / name, output)

    def _subset(self, source: Path, output: Path) -> None:
        from fontTools.subset import main as subset

        subset(
            [
                str(source),
                f"--unicodes={LETTERS}",
                "--flavor=woff2",
                "--layout-features=kern,liga,tnum,locl,mark",
                "--no-hinting",
                "--desubroutinize",
                f"--output-file={output}",
            ]
        )
