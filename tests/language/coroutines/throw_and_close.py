class Aw:
    def __await__(self): yield 'suspended'
async def f():
    try: await Aw()
    except ValueError as e: print('caught', e); await Aw()
    finally: print('finally')
c = f()
print(c.send(None), c.throw(ValueError('v'))); c.close()
c2 = f(); c2.close(); print('closed unstarted')
