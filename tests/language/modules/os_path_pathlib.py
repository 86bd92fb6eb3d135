import os, pathlib, posixpath
print(os.path.join('a', 'b', '/c', 'd'), os.path.split('/x/y.z'), os.path.splitext('a.tar.gz'), os.path.basename('/a/b'), os.path.normpath('a/../b/./c'), os.sep, os.path.isabs('/x'), os.path.commonprefix(['abc', 'abd']), os.path.relpath('/a/b', '/a/c'), os.fspath(pathlib.Path('q')))
p = pathlib.PurePosixPath('/a/b/c.tar.gz')
print(p.name, p.stem, p.suffixes, p.parent, p / 'd', p.with_suffix('.x'), p.parts, p.match('*.gz'), p.relative_to('/a'), p.is_absolute(), p.parents[1], repr(p))
print(os.environ.get('NO_SUCH_VAR', 'dflt'), isinstance(os.getcwd(), str), os.name)
try: os.stat('/nonexistent')
except FileNotFoundError as e: print(e)
