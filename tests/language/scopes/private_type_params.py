# Private type parameters are mangled with their class; other private names in its header are not.
class __Base:
    def __init_subclass__(cls, **kwargs):
        print(kwargs)


class Derived[__T, U: __Base](__Base, __key=1):
    bound = __T

    def method[__V](self, arg: __T, other: __V):
        return __T, __V

    type Alias[__W] = (__T, __W)


print(Derived.__type_params__, Derived.bound, Derived.__type_params__[1].__bound__)
print(Derived().method(1, 2), Derived.method.__annotations__, Derived.Alias.__value__)
for source in (
    "[i for i in (lambda: (j := 1))()]",
    "[i for i in [j for j in x if (k := j)]]",
    "[(c := 1) for a, (*b, c[d]) in e]",
    "[(b := 1) for a, (*b, c[d]) in e]",
):
    try:
        compile(source, "s", "exec")
        print("ok", source)
    except SyntaxError as e:
        print(e.msg)
