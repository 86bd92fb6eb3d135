1
'string'
[1, 2][0]
(lambda: print('not called'))
print('called')
None
...
