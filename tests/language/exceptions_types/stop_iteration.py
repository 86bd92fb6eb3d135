e = StopIteration(1, 2)
print(e.value, e.args, StopIteration().value, StopIteration('v').value)
e.value = 9; print(e.value, e.args)
