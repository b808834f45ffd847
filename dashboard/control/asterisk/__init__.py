"""The Asterisk behind the control process: what it is told, and what it says back."""
