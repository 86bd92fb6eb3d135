def outer():
    class Inner:
        def method(self):
            def leaf():
                return 'leaf'
            return leaf
    return Inner
I = outer()
print(I.__qualname__, I.method.__qualname__, I().method().__qualname__, I().method()())
