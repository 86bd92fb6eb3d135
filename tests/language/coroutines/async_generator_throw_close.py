async def ag():
    try: yield 1
    except ValueError: yield 'caught'
    finally: print('fin')
def run(aw):
    try: aw.send(None)
    except StopIteration as e: return e.value
a = ag()
print(run(a.__anext__()), run(a.athrow(ValueError())), run(a.aclose()), run(a.aclose()))
a = ag(); print(run(a.aclose()))
