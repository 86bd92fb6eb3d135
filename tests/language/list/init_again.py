l = [1, 2]
l.__init__('ab'); print(l)
l.__init__(); print(l)
print(list.__new__(list), list[int], list[int]('ab'))
