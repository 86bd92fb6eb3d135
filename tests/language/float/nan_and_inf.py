nan, inf = float('nan'), float('inf')
print(nan == nan, nan != nan, nan < 1, nan in [nan], [nan] == [nan], inf == inf, inf > 10**400, -inf < inf, inf - inf, inf * 0, nan is nan)
print(max(nan, 1), max(1, nan), min(nan, 1), sorted([3, 1, 2, inf, -inf]), hash(inf), hash(-inf), bool(nan))
