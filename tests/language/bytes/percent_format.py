print(b'%s %d %x %r' % (b'a', 1, 255, 'q'), b'%b' % b'z', b'%c%c' % (65, b'B'), b'%5d|%-5s|' % (1, b'x'), b'%(k)s' % {b'k': b'v'}, b'%.2f %%' % 1.5, b'%a' % 'é')
for f in (lambda: b'%s' % 'str', lambda: b'%d' % 'x', lambda: b'%c' % 256, lambda: b'%s' % 5):
    try: f()
    except (TypeError, OverflowError) as e: print(type(e).__name__, e)
