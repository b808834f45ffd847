"""`python -m dashboard.cli`: the command line without the installed script."""

from dashboard.cli import main

if __name__ == "__main__":
    main()
