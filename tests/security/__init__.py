"""What nobody may do: every role before every door, and attacks."""
