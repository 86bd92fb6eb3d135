f"\N{BULLET}{x}\N{EM DASH}"
