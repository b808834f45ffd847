"""The process that executes what people ask of a switch: authorise → audit → send → confirm. One active for each switch."""
