"""Words of the screens, by language."""

from layouts.texts.catalogue import LANGUAGES, ROOMS, Catalogue, CatalogueError, catalogue

__all__ = ["LANGUAGES", "ROOMS", "Catalogue", "CatalogueError", "catalogue"]
