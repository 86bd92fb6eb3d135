import statistics as s
d = [1, 2, 2, 3, 10]
print(s.mean(d), s.median(d), s.mode(d), s.pstdev([2, 4, 4, 4, 5, 5, 7, 9]), s.variance([1, 2, 3, 4]), s.median_low([1, 2, 3, 4]), s.multimode('aabbc'), s.fmean([1, 2]), s.quantiles([1, 2, 3, 4, 5], n=4), s.harmonic_mean([40, 60]), s.geometric_mean([1, 4]))
try: s.mean([])
except s.StatisticsError as e: print(e)
