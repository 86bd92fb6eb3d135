print('{} {}'.format(1, 2), '{1} {0} {1}'.format('a', 'b'), '{a} {b!r}'.format(a=1, b='x'), '{0.real} {0.imag}'.format(1 + 2j), '{0[1]} {0[-1]}'.format({'1': 'no', 1: 'one', '-1': 'm'}), '{{}} {}'.format(1), '{:>{}}|'.format('a', 4), '{:{w}.{p}f}'.format(3.14159, w=8, p=2), '{!s:^5}|{!a}'.format('x', 'é'))
class A:
    def __format__(self, spec): return 'A<' + spec + '>'
print('{:anything at all}|{}'.format(A(), A()), '{0[k]}'.format({'k': 'v'}), '{[0]}{.real}'.format([7], 8))
