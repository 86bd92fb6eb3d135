# Every slice of a small list, the empty ones too, deleted and assigned.
indices = 0, None, 1, 2, 3, 5, 9, -1, -2, -4, -9, 1 << 80, -(1 << 80)
total = 0
for start in indices:
    for stop in indices:
        for step in indices[1:]:
            items = [0, 1, 2, 3]
            taken = items[start:stop:step]
            items[start:stop:step] = taken
            assert items == [0, 1, 2, 3]
            del items[start:stop:step]
            assert sorted(items + taken) == [0, 1, 2, 3], (start, stop, step)
            total += len(items)
print(total)
