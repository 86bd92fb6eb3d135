import _circ_a
print(_circ_a.x, _circ_a._circ_b.y)
try: import _circ_from
except ImportError as e: print(str(e).split(' (')[0])
