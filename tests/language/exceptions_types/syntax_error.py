e = SyntaxError('msg', ('file', 3, 5, 'text', 3, 9))
print(e.msg, e.filename, e.lineno, e.offset, e.text, e.end_lineno, e.end_offset, e, e.print_file_and_line)
print(SyntaxError('just msg'), SyntaxError().msg, SyntaxError('m', ('f', 1, 2, 't')))
for a in (('m', 5), ('m', (1,)), ('m', ())):
    try: print(SyntaxError(*a))
    except (TypeError, IndexError) as x: print(type(x).__name__, x)
