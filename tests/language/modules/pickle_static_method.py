# Static methods of built-in types know their class, but do not show it as `__self__`.
import pickle

for function in str.maketrans, bytes.maketrans, object.__new__, dict.fromkeys, [].append:
    print(function.__self__, function.__qualname__, function.__module__)
print(repr(str.maketrans).split(" at ")[0])
print(pickle.loads(pickle.dumps(str.maketrans)) == str.maketrans)
