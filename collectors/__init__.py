"""Switch → stream. Collectors know the phone switches and the stream, and nothing of dashboards."""
