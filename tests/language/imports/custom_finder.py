import sys, importlib.abc, importlib.machinery
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name == 'virtual': return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec): return None
    def exec_module(self, m): m.hello = 'from loader'
sys.meta_path.insert(0, Finder())
import virtual
print(virtual.hello, virtual.__spec__.name)
