import os, tempfile
p = os.path.join(tempfile.mkdtemp(), 'f.txt')
with open(p, 'w', encoding='utf-8') as f: print(f.write('héllo\nline 2\n'), f.closed, f.mode, f.writable())
print(f.closed)
with open(p, encoding='utf-8') as f: print(f.read(2), f.readline(), f.readlines(), f.read())
with open(p, 'rb') as f: print(f.read(3), f.seek(0), f.tell(), f.readline())
with open(p, 'a', encoding='utf-8') as f: f.write('more')
print([l for l in open(p, encoding='utf-8')])
for a in ((p, 'zz'), (p, 'rw'), (p, 'x'), (p, 'rbt'), ('/nonexistent/q',)):
    try: open(*a)
    except (ValueError, OSError) as e: print(type(e).__name__, str(e).replace(p, 'P'))
try: f.read()
except ValueError as e: print(e)
os.remove(p)
