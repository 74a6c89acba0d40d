"""qdrant-edge-py has the same import name: nobody should get this package in its place without being told."""

import os
import sys

PREFIX, SUFFIX = "qdrant_edge_py-", ".dist-info"


def find(path):
    """Version and directory of an installed qdrant-edge-py, or None, by file names: importlib.metadata would cost ten times as much."""
    for directory in dict.fromkeys(path):
        try:
            names = os.listdir(directory or ".")
        except OSError:
            continue
        for name in names:
            if name.startswith(PREFIX) and name.endswith(SUFFIX):
                return name[len(PREFIX) : -len(SUFFIX)], directory
    return None


def warn():
    """Say so if both are installed; called once, when the library is loaded."""
    found = find(sys.path)
    if not found:
        return
    import warnings

    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    mixed = "; the two have overwritten each other's files" if os.path.realpath(found[1]) == os.path.realpath(here) else ""
    warnings.warn(
        "qdrant-edge-py %s is installed in %s%s. It has the same import name: `import qdrant_edge` gives qdrant-edge-go, from %s. "
        "Keep one: `pip uninstall qdrant-edge-py qdrant-edge-go`, then install the one that you want, or use two environments."
        % (found[0], found[1], mixed, here), RuntimeWarning)
