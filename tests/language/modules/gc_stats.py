# gc.get_stats() counts the collections that a program asks for and those that happen by themselves.
import gc

before = gc.get_stats()
gc.collect()
after = gc.get_stats()
print([b["collections"] - a["collections"] for a, b in zip(before, after)][1:])
kept = [[i, [i]] for i in range(40000)]
print(gc.get_stats()[0]["collections"] > after[0]["collections"])
print(sorted(after[0]))
