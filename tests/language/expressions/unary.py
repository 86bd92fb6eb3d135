print(-5, +5, ~5, - -5, not 5, not 0, -True, ~False, -1.5, +2j)
