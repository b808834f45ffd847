"""The application: folds the stream into a floor, and shows it."""
