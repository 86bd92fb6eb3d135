x = 'outer'
l = [x for x in range(3)]
print(x, l)
print([[y for y in range(x)] for x in range(3)], x)
try: y
except NameError as e: print(e)
