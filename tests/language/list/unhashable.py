for f in (lambda: hash([]), lambda: {[]: 1}, lambda: {[1]}, lambda: {}[[]], lambda: hash((1, []))):
    try: f()
    except TypeError as e: print(e)
