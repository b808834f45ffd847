"""Pages: one file each. A page has a pure `view` and a `register` that mounts it; importing one registers nothing."""
