# copy.replace of a namespace without changes
import copy
import types

ns = types.SimpleNamespace(x=1)
print(copy.replace(ns), copy.replace(ns) is ns, copy.replace(ns, y=2))
