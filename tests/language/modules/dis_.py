import dis
def f(x): return x + 1
print(callable(dis.dis), hasattr(dis, 'opmap'), f.__code__.co_consts is not None, len(list(dis.get_instructions(f))) > 0)
