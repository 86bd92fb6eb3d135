print('importing _counter')
count = 0
