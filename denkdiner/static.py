"""Static files under hashed names, compressed; imports between our own JavaScript modules point at those names too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    """Django rewrites imports only when asked; without it a module would ask for a name that is not kept.

    Only under ``js/``: what other packages ship has imports in comments, of files that they do not ship.
    """

    support_js_module_import_aggregation = True
    _js_module_import_aggregation_patterns = (
        "js/*.js",
        CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1],
    )
