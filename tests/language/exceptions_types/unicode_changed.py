# Unicode errors show what has become of them.
def show(error):
    try:
        print(str(error), error.start, error.end)
    except TypeError as e:
        print(e)


MAKERS = (
    lambda reason='why': UnicodeEncodeError('enc', 'xyz', 0, 1, reason),
    lambda reason='why': UnicodeDecodeError('enc', b'xyz', 0, 1, reason),
    lambda reason='why': UnicodeTranslateError('xyz', 0, 1, reason),
)
for make in MAKERS:
    for start, end in ((0, 1), (0, 3), (1000, 5), (-5, 2), (2, 3), (3, 4), (1, 0), (0, 10), (9, 10), (-1, 0)):
        error = make()
        error.start, error.end = start, end
        show(error)
    for name, value in (('object', None), ('object', 5), ('reason', 5), ('reason', None)):
        error = make()
        setattr(error, name, value)
        show(error)
    error = make()
    del error.object
    show(error)
    for change in ('del error.object', 'error.object = None', 'error.object = "long" * 5', 'error.object = b"ab" * 4',
                   'error.start = 1; error.end = 2'):
        class Changes(str):
            def __str__(self):
                exec(change, {'error': error})
                return self
        error = make(Changes('reason'))
        show(error)

# Handlers bring positions into range.
import codecs
for start, end in ((0, 1), (-5, 2), (1, 100), (50, 60), (2, 1)):
    for handler in (codecs.replace_errors, codecs.ignore_errors, codecs.backslashreplace_errors, codecs.xmlcharrefreplace_errors):
        results = []
        for make in MAKERS:
            error = make()
            error.start, error.end = start, end
            try:
                results.append(handler(error))
            except TypeError as e:
                results.append(str(e))
        print(start, end, handler.__name__, results)
