from dataclasses import dataclass, field, asdict, replace, fields, FrozenInstanceError, astuple
@dataclass(order=True)
class P:
    x: int
    y: int = 2
    l: list = field(default_factory=list, compare=False)
@dataclass(frozen=True, slots=True)
class F: a: int; b: str = 'q'
p = P(1); print(p, p == P(1, 2), p < P(2), asdict(p), replace(p, x=5), [f.name for f in fields(P)], astuple(p))
f = F(1); print(f, hash(f) == hash(F(1)))
try: f.a = 2
except FrozenInstanceError as e: print(e)
try: P()
except TypeError as e: print(e)
try:
    @dataclass
    class Bad: x: list = []
except ValueError as e: print(e)
