"""How people appear on leaderboards, by their own choice: name, nickname or number, picture, or not at all."""
