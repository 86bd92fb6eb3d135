"""Module doc."""
def f():
    "Function doc."
class C:
    '''Class
    doc.'''
def g():
    f"not a doc"
def h(): 'one line'
print(__doc__, f.__doc__, repr(C.__doc__), g.__doc__, h.__doc__)
