class A:
    import _allmod
    from _pkg import NAME
print(A._allmod.a, A.NAME)
try: import _does_not_exist
except ImportError: fallback = 'used'
print(fallback)
