import _pkg.relative as r
print(r.v, r.simple.func(), r.leaf.__name__)
