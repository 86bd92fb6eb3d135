import sys
print(sys.getrecursionlimit())
def depth(n):
    return 0 if n == 0 else 1 + depth(n - 1)
sys.setrecursionlimit(5000)
print(depth(4000))
sys.setrecursionlimit(200)
try:
    depth(300)
except RecursionError as e:
    print(e)
for bad in (0, -1):
    try: sys.setrecursionlimit(bad)
    except ValueError as e: print(e)
