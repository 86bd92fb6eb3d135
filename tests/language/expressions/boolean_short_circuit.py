def t(x):
    print('eval', x)
    return x
print(t(0) and t(1), t(1) and t(2), t(0) or t(3), t(4) or t(5))
print('' or [] or 'last', 'a' and 0 and 'b')
