def f(n): return f(n + 1)
try:
    f(0)
except RecursionError as e:
    print(e)
def depth():
    try:
        return depth() + 1
    except RecursionError:
        return 0
print(500 < depth() <= 1000)
