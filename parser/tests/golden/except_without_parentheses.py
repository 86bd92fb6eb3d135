try: pass
except A, B: pass
except C, : pass
try: pass
except* A, B.c: pass
