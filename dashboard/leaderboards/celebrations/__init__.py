"""What there is to celebrate, once a cause: leaders, goals, ends of periods, badges; and what must be known of it over a restart."""
