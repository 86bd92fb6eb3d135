try: a
except: b
try: a
except (A, B) as c: d
else: e
finally: f
