print(str(KeyError('a b')), str(KeyError('a', 'b')), str(KeyError()), str(KeyError(5)), repr(KeyError('q')))
class K(KeyError): pass
print(str(K('x')))
