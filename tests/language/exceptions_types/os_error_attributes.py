e = OSError(13, 'denied', 'path')
print(type(e).__name__, e.errno, e.strerror, e.filename, str(e), e.args, OSError('one').errno, OSError(1, 2, 3, 4, 5).filename2, BlockingIOError(11, 'm', 5).characters_written)
class MyOS(OSError): pass
print(type(MyOS(2, 'x')).__name__, MyOS(2, 'x'), OSError(), FileNotFoundError('plain'))
