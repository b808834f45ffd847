"""The pages of reports: which there are, one of them, and those that go out by themselves."""

ROOT = "/reports/"
SCHEDULES = f"{ROOT}schedules/"
