for x in [1, 2, 3]:
    if x == 2: break
else:
    print('no break')
for x in []:
    pass
else:
    print('empty')
for x in 'ab':
    continue
else:
    print('done', x)
