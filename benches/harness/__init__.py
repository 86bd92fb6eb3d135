"""What `run.py` is made of: fetching the programs, running them, and showing the results."""
