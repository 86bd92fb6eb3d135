for src in ('from . import x', 'from .a import b', 'from .. import c'):
    try: exec(src)
    except ImportError as e: print(type(e).__name__, e)
