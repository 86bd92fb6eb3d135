g = dict[str, int]
print(g, g(a=1), g.__origin__, g.__args__, g.__parameters__, g.fromkeys('a'), repr(tuple[int, ...]), list[list[int]], type[int], g == dict[str, int], list[int] | None)
class L(list[int]): pass
print(L.__bases__, L.__orig_bases__, L([1]))
try: list[int][str]
except TypeError as e: print(e)
