for src in ('f"{undefined}"', 'f"{1:s}"', 'f"{1/0}"', 'f"{[]:5}"', 'f"{None:>5}"', 'f"{5:{[]}}"'):
    try: eval(src)
    except Exception as e: print(type(e).__name__, e)
