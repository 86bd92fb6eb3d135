# The words about lambdas are for those that may begin where they stand.
FIELDS = ('lambda x:x', 'lambda:x', '+ lambda:None', '- lambda x:None', '1 + lambda:None', '1 if lambda:x', 'a if b else lambda:x',
          'not lambda:x', 'await lambda:x', '*lambda:x', 'yield lambda:x', 'a, lambda:x', 'a, lambda x:x', '~lambda:x',
          'a or lambda:x', 'a < lambda:x', 'a := lambda:x', 'yield from lambda:x', '(lambda:x)', 'a[lambda:x]')
for field in FIELDS:
    try:
        compile("f'{" + field + "}'", 'source', 'exec')
        print(field, 'is right')
    except SyntaxError as e:
        print(field, '|', e.msg, e.offset, e.end_offset)
