import types
c = types.CellType(5)
print(c.cell_contents)
c.cell_contents = 6
print(c.cell_contents, c == types.CellType(6), c < types.CellType(7))
del c.cell_contents
try: c.cell_contents
except ValueError as e: print(e)
