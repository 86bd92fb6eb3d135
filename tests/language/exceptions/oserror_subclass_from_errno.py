import errno
for code in (2, 1, 13, 17, 20, 21, 32, 4, 11, 110, 9999):
    print(type(OSError(code, 'm')).__name__, end=' ')
e = OSError(2, 'No such', 'f1', None, 'f2')
print(e.errno, e.strerror, e.filename, e.filename2, e)
try: open('/nonexistent/file')
except FileNotFoundError as e: print(e, e.errno == errno.ENOENT, e.filename)
