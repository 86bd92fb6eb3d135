import typing as t
print(t.Optional[int], t.Union[int, str], t.List[int], t.get_type_hints(lambda: 0), t.get_origin(t.Dict[str, int]), t.get_args(t.Dict[str, int]), t.Callable[[int], str], t.Any, t.Literal[1, 'a'], t.TypeVar('T'), t.cast(int, 'x'))
class P(t.NamedTuple): x: int; y: str = 'd'
class D(t.TypedDict): k: int
@t.runtime_checkable
class Pr(t.Protocol):
    def m(self): ...
class HasM:
    def m(self): pass
print(P(1), D(k=1), isinstance(HasM(), Pr), isinstance(5, Pr), D.__required_keys__, t.NewType('N', int)(5))
T = t.TypeVar('T')
class G(t.Generic[T]): pass
print(G[int], G.__parameters__, t.Annotated[int, 'meta'], t.Tuple[int, ...])
