class S(str):
    def __rmod__(self, o): return ('rmod', o)
print('%s' % S('x'), 'abc'.__rmod__('%s!'), [1] % S('q') if hasattr(list, '__mod__') else S('q').__rmod__([1]))
