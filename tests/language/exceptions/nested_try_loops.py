out = []
for i in range(5):
    try:
        try:
            if i == 1: continue
            if i == 2: raise ValueError(i)
            if i == 4: break
            out.append(('ok', i))
        except ValueError: out.append(('exc', i))
        else: out.append(('else', i))
        finally: out.append(('fin', i))
    finally: out.append(('outer', i))
print(out)
