import sys
print(__name__, sys.argv[1:], __spec__.name, __package__ == '')
