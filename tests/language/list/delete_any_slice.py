# Deleting and assigning slices of every kind, empty ones that start before the first item among them.
indices = (0, None, 1, 3, 19, 300, 1 << 333, -1, -2, -31, -300)
total = 0
for start in indices:
    for stop in indices:
        for step in indices[1:]:
            items = list(range(255))
            block = bytearray(items)
            selected = items[start:stop:step]
            left = [n for n in items if n not in selected]
            items[start:stop:step] = selected[::-1]
            block[start:stop:step] = selected[::-1]
            assert block == bytearray(items)
            del items[start:stop:step]
            del block[start:stop:step]
            assert items == left and block == bytearray(items)
            total += len(items)
print(total)
