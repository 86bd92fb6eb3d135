print(list('héy'), [c for c in '😀a'], list(reversed('abc')), dict(enumerate('ab')), list(zip('ab', 'cd')), tuple(''), set('aab') == {'a', 'b'}, 'a' in 'cab', 'ab' in 'cab', '' in '')
it = iter('ab')
print(next(it), it.__length_hint__(), next(it), next(it, 'end'), type(it).__name__)
try: 1 in 'a'
except TypeError as e: print(e)
