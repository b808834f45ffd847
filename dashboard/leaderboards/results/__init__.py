"""How periods ended: frozen once with their evidence, then published, corrected with a reason, handed out as files."""
