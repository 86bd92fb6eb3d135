a = 'hello'
b = ''.join(['hel', 'lo'])
print(hash(a) == hash(b), a == b, {a: 1}[b], hash('') == hash(''), hash('é') == hash('\xe9'))
