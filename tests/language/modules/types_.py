import types
ns = types.SimpleNamespace(a=1, b='x'); ns.c = 2
print(ns, ns == types.SimpleNamespace(a=1, b='x', c=2), types.FunctionType is type(lambda: 0), types.MethodType(lambda s: s, 5)(), types.NoneType, types.new_class('N', (int,), {}, lambda n: n.update(q=1)).q, types.GeneratorType.__name__, types.MappingProxyType({'a': 1}), types.FunctionType((lambda: 5).__code__, {})(), types.UnionType, types.get_original_bases(int) if False else '', types.BuiltinFunctionType.__name__)
