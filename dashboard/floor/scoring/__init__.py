"""Scores: from metrics of the dictionary to points, ranks and the reasons for them. Pure: numbers in, standings out.

`scheme` says what counts, `standing` what comes of it. The same numbers give the same standings, everywhere and in any order; every
score opens into its parts with the numbers that were used.
"""
