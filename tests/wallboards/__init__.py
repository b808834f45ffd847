"""Boards as people keep them: library, published boards, pictures."""
