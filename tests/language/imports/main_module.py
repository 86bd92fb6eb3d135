import sys
print(__name__, sys.modules['__main__'].__dict__ is globals(), __spec__, __file__, __package__, __doc__)
