"""Simple module."""
VALUE = 42
_private = 1
def func(): return 'func'
