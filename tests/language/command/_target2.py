import sys
print(__name__, sys.argv, __spec__, __file__.endswith('_target2.py'))
