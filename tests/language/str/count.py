print('banana'.count('a'), 'banana'.count('ana'), 'banana'.count(''), 'banana'.count('a', 2), 'banana'.count('a', 2, 4), 'aaa'.count('aa'), ''.count(''), ''.count('a'))
