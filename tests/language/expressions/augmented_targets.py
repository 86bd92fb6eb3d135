class A: pass
a = A(); a.n = 1; a.n += 5; print(a.n)
d = {'k': 1}; d['k'] += 2; print(d)
l = [1, 2, 3]; l[1] *= 10; print(l); l[0:1] += [9]; print(l)
def idx():
    print('once')
    return 0
l[idx()] += 1
print(l)
