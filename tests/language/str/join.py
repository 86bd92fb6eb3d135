print(','.join('abc'), ''.join([]) == '', '-'.join(['x']), ', '.join(str(i) for i in range(3)), 'é'.join(['a', '中']), ''.join({'k': 1}))
for bad in ([1], ['a', None], 5, ['a', b'b']):
    try: ','.join(bad)
    except TypeError as e: print(e)
