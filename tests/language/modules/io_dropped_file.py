# a file that is dropped while it is open warns
import gc, os, warnings

def drop():
    open(os.devnull)
    open(os.devnull, "rb")

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    drop()
    [None] * 1000
    gc.collect()
for text in sorted(str(w.message).split(" name=")[0] + " " + w.category.__name__ for w in caught):
    print(text)
