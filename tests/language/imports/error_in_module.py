import sys
try: import _raises
except ValueError as e: print(e, '_raises' in sys.modules)
try: import _syntax
except SyntaxError as e: print(e.msg, e.lineno, e.filename.endswith('_syntax.py'))
