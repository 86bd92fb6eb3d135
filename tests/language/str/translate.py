t = str.maketrans('abc', 'xyz', 'd')
print('abcd'.translate(t), 'abc'.translate({97: None, 98: 'BB', 99: 67}), str.maketrans({'a': 1, 98: 'c'}), t)
class D:
    def __getitem__(self, k):
        if k == 97: raise LookupError
        return chr(k + 1)
print('abc'.translate(D()))
for f in (lambda: str.maketrans('ab', 'c'), lambda: str.maketrans({'ab': 1}), lambda: str.maketrans(1), lambda: 'a'.translate({97: 1 << 30})):
    try: f()
    except (ValueError, TypeError) as e: print(type(e).__name__, e)
