"""The pages of the directory: people, teams, switch agents, queues, pause reasons, the business day, files, the first run.

Pure functions from small view types to elements. Words: rooms `directory` and `directory_pages`.
"""
