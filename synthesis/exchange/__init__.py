"""A reeks as a file: ``denkdiner-reeks/1``, in (``import_reeks``) and out (``export_reeks``)."""

from synthesis.exchange.archief import write_archief
from synthesis.exchange.checking import MAX_BYTES, ImportFout
from synthesis.exchange.exporting import export_reeks
from synthesis.exchange.importing import Importverslag, import_reeks

__all__ = ["MAX_BYTES", "ImportFout", "Importverslag", "export_reeks", "import_reeks", "write_archief"]
