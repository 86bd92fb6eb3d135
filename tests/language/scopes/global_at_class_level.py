class A:
    global made
    made = 5
    own = made
print(made, A.own, hasattr(A, 'made'))
