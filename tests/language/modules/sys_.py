import sys
print(sys.version_info[:2], sys.maxsize, sys.byteorder, sys.argv, sys.float_info.max, sys.int_info.default_max_str_digits, sys.hexversion >> 16, sys.getrefcount.__name__, sys.platform, isinstance(sys.path, list), sys.flags.optimize, sys.getsizeof(1) > 0, sys.stdin is not None, sys.maxunicode, 'sys' in sys.builtin_module_names, sys.getdefaultencoding(), sys.stdout.encoding)
f = sys._getframe(); print(f.f_code.co_name, f.f_lineno, f.f_back, f.f_globals is globals())
