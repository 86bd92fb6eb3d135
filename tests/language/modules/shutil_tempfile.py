import shutil, tempfile, os
d = tempfile.mkdtemp()
f = os.path.join(d, 'a.txt')
with open(f, 'w') as h: h.write('data')
shutil.copy(f, os.path.join(d, 'b.txt')); os.makedirs(os.path.join(d, 's', 't')); shutil.move(f, os.path.join(d, 's', 'c.txt'))
print(sorted(os.listdir(d)), [(os.path.relpath(r, d), sorted(ds), sorted(fs)) for r, ds, fs in os.walk(d)], os.path.getsize(os.path.join(d, 'b.txt')))
shutil.rmtree(d); print(os.path.exists(d))
with tempfile.TemporaryDirectory() as t: print(os.path.isdir(t))
with tempfile.NamedTemporaryFile('w+') as t: t.write('x'); t.seek(0); print(t.read())
