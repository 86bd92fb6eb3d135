l = [1, 2, 3]
l.insert(0, 'a'); l.insert(2, 'b'); l.insert(100, 'z'); l.insert(-1, 'y'); l.insert(-100, 'first'); print(l)
try: l.insert('x', 1)
except TypeError as e: print(e)
