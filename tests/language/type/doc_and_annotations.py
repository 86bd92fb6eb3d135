class A:
    """The doc."""
class B(A): pass
print(A.__doc__, B.__doc__, A().__doc__)
A.__doc__ = 'changed'; print(A.__doc__)
class C: __slots__ = (); __doc__ = 'given'
print(C.__doc__)
print(int.__doc__[:20], type(A.__dict__['__doc__']).__name__, A.__type_params__)
