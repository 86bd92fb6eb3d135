class A:
    print('in body', __name__, __qualname__, __module__)
    for i in range(3):
        exec(f'attr{i} = i')
    if True: cond = 'yes'
    del i
    x, *y = 1, 2, 3
print(A.attr2, A.cond, A.x, A.y, hasattr(A, 'i'), A.__firstlineno__, A.__static_attributes__)
