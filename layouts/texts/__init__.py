"""Words of the screens, by language."""

from layouts.texts.catalogue import LANGUAGES, Catalogue, CatalogueError, catalogue

__all__ = ["LANGUAGES", "Catalogue", "CatalogueError", "catalogue"]
